#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

bool is_loopback(std::string_view registry) {
  return registry.starts_with("localhost") || registry.starts_with("127.") ||
         registry.starts_with("[::1]") || registry.starts_with("::1");
}

// What an engine or a builder is told; "" for arguments that say nothing about registries.
std::string_view insecure_option(std::string_view word, bool builder) {
  constexpr std::string_view engine = "--insecure-registry";
  if (word == engine) return engine;
  if (word.starts_with(engine) && word[engine.size()] == '=') {
    return is_loopback(word.substr(engine.size() + 1)) ? std::string_view() : engine;
  }
  if (!builder) return {};
  for (const std::string_view option : {"--skip-tls-verify", "--skip-tls-verify-pull", "--insecure",
                                        "--insecure-pull", "--tls-verify=false"}) {
    if (word == option || (word.starts_with(option) && word.substr(option.size()) == "=true")) {
      return option;
    }
  }
  return {};
}

bool is_builder(std::string_view image) {
  return image.find("kaniko") != std::string_view::npos ||
         image.find("buildah") != std::string_view::npos ||
         image.find("skopeo") != std::string_view::npos;
}

void judge_words(const ContainerSpec& spec, const Located<std::vector<std::string>>& words,
                 Findings& findings) {
  if (words.unresolved) return;
  const bool builder = is_builder(spec.image.value);
  const std::vector<std::string>& arguments = words.value;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    // A shell-form string is one element that holds several words.
    const std::vector<std::string_view> parts = split(arguments[i], ' ');
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const std::string_view option = insecure_option(parts[part], builder);
      if (option.empty()) continue;
      if (parts[part] == "--insecure-registry") {
        const bool in_string = part + 1 < parts.size();
        const bool in_list = !in_string && i + 1 < arguments.size();
        const std::string_view registry = in_string ? parts[part + 1]
                                          : in_list ? std::string_view(arguments[i + 1])
                                                    : std::string_view();
        if (is_loopback(registry)) continue;
      }
      findings.add(
          words, concat(spec.label(), " uses a registry without verified TLS: ", option),
          concat("give the registry a certificate that the builder trusts, then remove ", option));
      return;
    }
  }
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  judge_words(spec, spec.entrypoint, findings);
  judge_words(spec, spec.command, findings);
}

}  // namespace

extern constinit const Rule insecure_registry = {
    .name = "insecure-registry",
    .title = "a registry is used without verified TLS",
    .severity = Severity::high,
    .topic = "daemon",
    .subjects = {Subject::daemon, Subject::container},
    .rationale =
        "Without TLS, or with a certificate that nobody verifies, anyone on the way replaces "
        "an image by another, and the host runs it.",
    .remediation =
        "Give the registry a certificate and put its authority into "
        "`/etc/docker/certs.d/HOST/ca.crt`; then remove the option.",
    .limits =
        "A container's settings say nothing about registries, except where the container "
        "itself runs an engine or a builder (docker:dind, kaniko, buildah): its arguments are "
        "read. Registries on the loopback address are left alone, as the engine does. The "
        "host's own daemon.json is read by the daemon's subject. No fix is offered for a "
        "container: "
        "the option may go only when the registry has a certificate.",
    .references = {guideline("S1", "Docker Images"), cis("2.5")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
