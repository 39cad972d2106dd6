#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/image_uses.h"
#include "rules/support/services.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Whether "ghcr.io/acme" covers "ghcr.io/acme/web": whole parts of the path only.
bool covers(std::string_view trusted, std::string_view name) {
  while (trusted.ends_with('/')) trusted.remove_suffix(1);
  if (trusted.empty() || !name.starts_with(trusted)) return false;
  return name.size() == trusted.size() || name[trusted.size()] == '/';
}

void report(const ImageReference& reference, std::string_view text, Location at,
            std::string_view label, const Policy& policy, Findings& findings) {
  const std::string name = concat(reference.registry, "/", reference.repository);
  const bool trusted =
      std::ranges::any_of(*policy.trusted_registries,
                          [&](const std::string& registry) { return covers(registry, name); });
  if (trusted) return;
  findings.add(at,
               concat(label, text, " comes from ", reference.registry,
                      ", which the policy does not ", "trust for ", reference.repository),
               "take it from a trusted registry, or add it to trusted_registries");
}

void check_dockerfile(const Dockerfile& dockerfile, const Policy& policy, Findings& findings) {
  if (!policy.trusted_registries) return;
  for_each_image(dockerfile, [&](const ImageUse& use) {
    report(use.reference, use.text, use.at, "", policy, findings);
  });
}

void check_container(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  if (!policy.trusted_registries) return;
  const ImageReference* const image = pulled_image(spec);
  if (!image) return;
  report(*image, spec.image.value, spec.image.at, concat(spec.label(), ": the image "), policy,
         findings);
}

// "https://mirror.lab:5000/hub/" -> "mirror.lab:5000/hub"
std::string_view registry_of(std::string_view mirror) {
  if (const std::size_t scheme = mirror.find("://"); scheme != std::string_view::npos) {
    mirror.remove_prefix(scheme + 3);
  }
  while (mirror.ends_with('/')) mirror.remove_suffix(1);
  return mirror;
}

// A mirror gives what is asked of Docker Hub, and nobody sees where it took it from.
void check_daemon(const Daemon& daemon, const Policy& policy, Findings& findings) {
  if (!policy.trusted_registries || !has_dockerd(daemon, findings)) return;
  const bool asked = daemon.engine && daemon.engine->info_seen;
  if (!asked && !is_known(daemon, daemon.registry_mirrors, findings)) return;
  const LocatedTexts& mirrors = daemon.registry_mirrors.empty() && asked
                                    ? daemon.engine->registry_mirrors
                                    : daemon.registry_mirrors;
  for (const Located<std::string>& mirror : mirrors) {
    const std::string_view name = registry_of(mirror.value);
    const bool trusted =
        std::ranges::any_of(*policy.trusted_registries,
                            [&](const std::string& registry) { return covers(registry, name); });
    if (trusted) continue;
    findings.add(mirror,
                 concat("the engine takes Docker Hub's images from ", name,
                        ", which the policy does not trust"),
                 "take the mirror out, or add it to trusted_registries");
  }
}

}  // namespace

extern constinit const Rule untrusted_registry = {
    .name = "untrusted-registry",
    .title = "the image comes from a registry that is not trusted",
    .severity = Severity::medium,
    .topic = "images",
    .subjects = {Subject::dockerfile, Subject::container, Subject::daemon},
    .rationale =
        "An image is a program with all its libraries from one sender. Where images may come from "
        "is a decision for the whole site, not for each file.",
    .remediation =
        "Take the image from a registry that the policy trusts, or add its registry or repository "
        "to `trusted_registries`.",
    .limits =
        "Without `trusted_registries` in the policy nothing is judged. An entry covers everything "
        "below it: `docker.io` all of Docker Hub, `docker.io/library` the official images, "
        "`ghcr.io/acme` one owner. A mirror of an engine has to be trusted by its own name.",
    .references = {guideline("S1", "Docker Images"), guideline("S2", "Check the image file"),
                   guideline("S4", "Base image choice"), cis("4.2"), hadolint("DL3026")},
    .check = {check_dockerfile, check_container, check_daemon},
};

}  // namespace plimsoll::rules::dockerfile
