#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/image_uses.h"
#include "rules/support/services.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Words that are moved to a newer image whenever there is one.
constexpr std::string_view moving_words[] = {
    "latest",  "stable",  "edge", "nightly", "master",   "main",  "dev",      "develop",
    "devel",   "canary",  "head", "rolling", "snapshot", "lts",   "mainline", "unstable",
    "testing", "current", "beta", "alpha",   "next",     "trunk", "preview",  "experimental"};
// Words that name a variant of an image and no version of it.
constexpr std::string_view variant_words[] = {"alpine", "slim", "fpm",  "apache",    "cli",
                                              "jdk",    "jre",  "perl", "management"};

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::string_view (&words)[Size]) {
  return std::ranges::find(words, word) != std::end(words);
}

struct Fault {
  std::string_view text;  // "" when the tag does not move
  bool mild = false;
};

// main-3f2a1c and nightly-2026-01-31 stand for one build; latest-pg16 does not.
Fault fault_of(std::string_view tag) {
  if (tag.empty()) return {"names no tag, which means latest"};
  const std::size_t dash = tag.find('-');
  const std::string_view first = tag.substr(0, dash);
  const std::string_view rest = dash == std::string_view::npos ? "" : tag.substr(dash);
  if (is_one_of(first, moving_words)) {
    const bool one_build = first != "latest" && std::ranges::any_of(rest, is_digit);
    if (!one_build) return {"has a tag that moves"};
  }
  if (dash != std::string_view::npos && tag.ends_with("-latest")) return {"has a tag that moves"};
  if (is_one_of(first, variant_words) && std::ranges::none_of(rest, is_digit)) {
    return {"has a tag that names a variant and no version", true};
  }
  return {};
}

Finding* report(const ImageReference& reference, std::string_view text, Location at,
                bool is_default, std::string_view label, Findings& findings) {
  if (!reference.digest.empty()) return nullptr;
  const Fault fault = fault_of(reference.tag);
  if (fault.text.empty()) return nullptr;
  Finding& finding =
      findings.add(at, concat(label, text, " ", fault.text, is_default ? " (by a default)" : ""),
                   "name a version, or pin the digest");
  if (fault.mild || is_default) finding.severity = Severity::low;
  return &finding;
}

void check_dockerfile(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  std::size_t found = 0;
  for_each_image(dockerfile, [&](const ImageUse& use) {
    Finding* const finding =
        report(use.reference, use.text, use.at, use.from_argument_default, "", findings);
    if (finding != nullptr && ++found <= most_stages_to_fix) {
      finding->fix = pin_as_elsewhere(dockerfile, use);
    }
  });
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const ImageReference* const image = pulled_image(spec);
  if (!image) return;
  const bool is_default = spec.surface == Surface::compose && spec.image.at.text().contains('$');
  report(*image, spec.image.value, spec.image.at, is_default, concat(spec.label(), ": "), findings);
}

}  // namespace

extern constinit const Rule floating_tag = {
    .name = "floating-tag",
    .title = "the tag moves",
    .severity = Severity::medium,
    .topic = "images",
    .subjects = {Subject::dockerfile, Subject::container},
    .rationale =
        "`latest`, or no tag, is whatever was pushed last: two builds of the same file give two "
        "images, an update arrives without anybody's decision, and nobody can say what ran "
        "yesterday.",
    .remediation =
        "Name a version: `nginx:1.27` gets its repairs and nothing new. For builds that must be "
        "the same every time pin the digest as well.",
    .limits =
        "A partial version such as `postgres:17` moves within the version and is not reported. "
        "Images that the project builds itself, stages, `scratch` and values that are not known "
        "here are not judged. A default of a build argument or of interpolation is reported as "
        "low, and so is a tag that names only a variant (`alpine`, `slim`). `plimsoll fix` knows "
        "no "
        "registry and makes up no version: it only repeats a digest that the same Dockerfile gives "
        "to the same image.",
    .references = {guideline("S2", "Do I need to use the latest or a fixed tag version?"),
                   guideline("S3", "Follow version pinning for base images"),
                   guideline("S4", "Best practices for building/choosing/running containers"),
                   hadolint("DL3006"), hadolint("DL3007"), trivy("DS-0001"),
                   checkov("CKV_DOCKER_7"), dockle("DKL-DI-0006")},
    .check = {check_dockerfile, check_container},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
