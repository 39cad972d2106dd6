#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::container {
namespace {

// A registry ("localhost:5000") or a network of them ("127.0.0.0/8").
bool is_loopback(std::string_view registry) {
  if (registry.starts_with("[::1]") || registry == "::1/128") return true;
  const std::string_view host = registry.substr(0, registry.find_first_of(":/"));
  const bool is_address = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || (is_address && host.starts_with("127."));
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

// The list with the loopback's alone, in JSON.
std::string of_loopback(const LocatedTexts& registries) {
  std::string list = "[";
  for (const Located<std::string>& registry : registries) {
    if (!is_loopback(registry.value)) continue;
    if (list.size() > 1) list += ", ";
    append_json_string(list, registry.value);
  }
  return list + "]";
}

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  const bool asked = daemon.engine && daemon.engine->info_seen;
  // What was written has the better place.
  const LocatedTexts& registries = daemon.insecure_registries.empty() && asked
                                       ? daemon.engine->insecure_registries
                                       : daemon.insecure_registries;
  if (!asked && !is_known(daemon, daemon.insecure_registries, findings)) return;
  for (const Located<std::string>& registry : registries) {
    if (is_loopback(registry.value)) continue;
    const bool is_network = registry.value.contains('/');
    Finding& finding = findings.add(
        registry,
        concat("the engine takes images from ", is_network ? "every registry in " : "",
               registry.value, " without verified TLS"),
        "put the registry's authority into /etc/docker/certs.d/HOST/ca.crt, then take it out");
    if (registry.layer == Layer::daemon_json) {
      finding.fix =
          unsafe_fix({change::set_daemon("insecure-registries", of_loopback(registries))});
    }
  }
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
        "read. Registries on the loopback address are left alone, as the engine does. For a "
        "container no fix is offered: the option may go only when the registry has a certificate. "
        "The same holds of an engine, which then pulls from that registry no more.",
    .references = {guideline("S1", "Docker Images"), cis("2.5")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
