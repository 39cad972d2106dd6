#include <algorithm>
#include <map>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_paths.h"
#include "subjects/image.h"

namespace plimsoll::rules::image {
namespace {

Severity severity_of(SecretCertainty certainty) {
  switch (certainty) {
    case SecretCertainty::certain: return Severity::critical;
    case SecretCertainty::likely: return Severity::high;
    case SecretCertainty::doubtful: return Severity::medium;
    case SecretCertainty::example: return Severity::info;
  }
  return Severity::critical;
}

std::string place_words(const Image& image, const ImageSecret& secret) {
  if (secret.path.empty()) return concat("the image's ", secret.part);
  return concat("/", secret.path, secret.line == 0 ? "" : concat(":", std::to_string(secret.line)),
                image.layers.size() < 2 ? "" : concat(" in ", layer_words(image, secret.layer)));
}

std::string message_for(const Image& image, const ImageSecret& secret) {
  return concat(place_words(image, secret), " holds ", secret.title,
                secret.name.empty() ? "" : concat(" (", secret.name, ")"),
                secret.owner.empty() ? "" : concat(", brought by the package ", secret.owner),
                secret.is_hidden
                    ? "; a later layer hides the file, and whoever has the image still has it"
                    : "",
                ", fingerprint ", secret.fingerprint);
}

// Keys of tests and of documentation: known to everybody, and many. One finding names them.
void add_examples(const Image& image,
                  const std::map<std::size_t, std::vector<const ImageSecret*>>& examples,
                  Findings& findings) {
  for (const auto& [layer, secrets] : examples) {
    const ImageSecret& first = *secrets.front();
    const std::string count =
        secrets.size() == 1
            ? std::string()
            : concat("; ", counted(secrets.size() - 1, "more secret is", "more secrets are"),
                     " of this sort");
    findings
        .add(place_of_layer(image, layer),
             concat(place_words(image, first), " holds ", first.title,
                    first.owner.empty() ? "" : concat(" of the package ", first.owner),
                    ", for tests or as an example", count),
             "nothing, if they are what their places say; else change them")
        .severity = Severity::info;
  }
}

void check(const Image& image, const Policy&, Findings& findings) {
  if (!image.secrets_searched) return findings.open("the image was not searched for secrets");
  std::map<std::size_t, std::vector<const ImageSecret*>> examples;
  for (const ImageSecret& secret : image.secrets) {
    if (secret.certainty == SecretCertainty::example && !secret.path.empty()) {
      examples[secret.layer].push_back(&secret);
      continue;
    }
    const Location at = secret.at.known() ? secret.at : place_of_layer(image, secret.layer);
    findings
        .add(at, message_for(image, secret),
             secret.path.empty()
                 ? "change it, and give it to the build with RUN --mount=type=secret or to the "
                   "container when it runs"
                 : "change it, and build the image without it: RUN --mount=type=secret, or a "
                   "file that is mounted when it runs")
        .severity = severity_of(secret.certainty);
  }
  add_examples(image, examples, findings);
}

}  // namespace

extern constinit const Rule secret_in_image = {
    .name = "secret-in-image",
    .title = "a secret is in a layer or in the configuration of an image",
    .severity = Severity::critical,
    .topic = "secrets",
    .subjects = {Subject::image},
    .rationale =
        "Whoever can pull an image can read each of its layers, those too whose files a later "
        "layer deletes: it hides them and takes nothing away. The configuration keeps build "
        "arguments and commands for good. Registries and caches keep copies, so that a secret "
        "that was in an image once has been given away.",
    .remediation =
        "Change the secret first; then build the image without it. Give secrets to the build with "
        "`RUN --mount=type=secret`, and to the container as files when it runs.",
    .limits =
        "Known forms, keys that can be decoded, and values of variables with telling names are "
        "found. A secret of no known form under an innocent name is not. Text is searched in "
        "every file; a file that holds a zero byte in its first 4 KiB is none: of such files "
        "those that no package brought are searched for tokens of known forms and for keys alone, "
        "and UTF-16, archives and compressed files are not unpacked. Passwords that people chose "
        "are looked for in files of settings and credentials that no package brought, not in "
        "tests and documentation; in code they count only as quoted texts that look drawn at "
        "random, and as a word of letters alone only in files of credentials. "
        "Keys in tests, documentation and packages are one informational finding. Whether a "
        "secret still opens anything is not tried out. The fingerprint of a value that a machine "
        "made is the same everywhere; that of a password is made of its place and says nothing of "
        "it. Variables of the environment are the matter of `secret-in-environment`.",
    .references = {guideline("S3", "Container Security"),
                   guideline("S4", "Best practices for building/choosing/running containers"),
                   dockle("CIS-DI-0010"), trivy("secret")},
    .check = {check},
};

}  // namespace plimsoll::rules::image
