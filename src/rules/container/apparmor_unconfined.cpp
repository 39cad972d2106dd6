#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::container {
namespace {

constexpr std::string_view no_apparmor = "this host has no AppArmor";

// Whether the kernel that it runs on is known to have AppArmor switched off.
bool runs_without_apparmor(const ContainerSpec& spec) {
  if (spec.process != nullptr && spec.process->apparmor.written()) {
    return !spec.process->apparmor.value;
  }
  const Host* const host = spec.daemon == nullptr ? nullptr : spec.daemon->host;
  return host != nullptr && host->apparmor && !host->apparmor->value;
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (runs_without_apparmor(spec)) findings.not_applicable(std::string(no_apparmor));
  if (spec.privileged.value) return;
  if (spec.apparmor.unresolved || spec.apparmor.value != "unconfined") return;
  if (spec.apparmor.layer == Layer::kernel) {
    findings.add(spec.apparmor, concat(spec.label(), " runs without AppArmor"),
                 "start the container anew: the engine then loads its profile, or refuses to start "
                 "it");
    return;
  }
  const Change removal = change::remove(spec.apparmor.at);
  findings
      .add(spec.apparmor, concat(spec.label(), " runs without AppArmor: apparmor=unconfined"),
           "remove apparmor=unconfined, or name a profile")
      .fix = unsafe_fix({removal});
}

// A profile of its own that the container asks for.
bool names_profile(const ContainerSpec& spec) {
  const std::string& name = spec.apparmor.value;
  return !spec.privileged.value && !spec.apparmor.unresolved && !name.empty() &&
         name != "unconfined";
}

void judge_profile(const ContainerSpec& spec, const std::vector<AppArmorProfile>& loaded,
                   Findings& findings) {
  const bool named = names_profile(spec);
  const std::string_view name = named ? std::string_view(spec.apparmor.value) : "docker-default";
  const auto profile = std::ranges::find(loaded, name, &AppArmorProfile::name);
  if (profile != loaded.end()) {
    if (profile->mode != "complain") return;
    Finding& finding =
        findings.add(spec.apparmor.written() ? spec.apparmor.at : spec.at,
                     concat(spec.label(), " is not held back by AppArmor: profile \"", name,
                            "\" only complains"),
                     concat("aa-enforce ", name));
    finding.related = {profile->at, "the profile as the kernel has it"};
    return;
  }
  // The engine loads its own profile when it needs it.
  if (!named || name == "docker-default") return;
  findings.add(spec.apparmor,
               concat(spec.label(), " names the AppArmor profile \"", name,
                      "\", which this host has not loaded"),
               concat("load it with apparmor_parser, or remove apparmor=", name));
}

void check_host(const Host& host, const Policy&, Findings& findings) {
  if (host.containers.empty()) {
    return say_none_of_containers(host, findings, "no container was looked at");
  }
  if (!host.apparmor) return findings.open("whether this host has AppArmor cannot be read");
  if (!host.apparmor->value) {
    bool any = false;
    for (const ContainerSpec* spec : host.containers) {
      if (!names_profile(*spec)) continue;
      any = true;
      findings
          .add(spec->apparmor,
               concat(spec->label(), " names the AppArmor profile \"", spec->apparmor.value,
                      "\", but this host has no AppArmor: nothing confines it"),
               "run it on a host with AppArmor")
          .severity = Severity::medium;
    }
    if (!any) findings.not_applicable(std::string(no_apparmor));
    return;
  }
  if (!host.apparmor_profiles) {
    return findings.open("which AppArmor profiles are loaded is root's to read");
  }
  for (const ContainerSpec* spec : host.containers) {
    const bool unconfined = spec->privileged.value || spec->apparmor.value == "unconfined";
    if (!unconfined) judge_profile(*spec, *host.apparmor_profiles, findings);
  }
}

}  // namespace

extern constinit const Rule apparmor_unconfined = {
    .name = "apparmor-unconfined",
    .title = "AppArmor is switched off",
    .severity = Severity::high,
    .topic = "lsm",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "The engine's default AppArmor profile keeps a container from mounting, from writing "
        "to /proc and /sys and from tracing processes outside. `apparmor=unconfined` takes "
        "all of that away; S0 shows it as a protection, and it is the opposite.",
    .remediation =
        "Remove `apparmor=unconfined`, so that the default profile applies, or name a profile "
        "of your own that allows the little more that the program needs.",
    .limits =
        "Whether the host has AppArmor, and has the named profile loaded, is not seen in a "
        "file, but by the audit of a host: without AppArmor the engine takes any name in silence. "
        "What a profile allows is not judged. A privileged container is unconfined anyway: "
        "`privileged` says so.",
    .references = {guideline("S0", "Decision: AppArmor"), guideline("S1", "SELinux or AppArmor"),
                   cis("5.2"), owasp("6")},
    .check = {check, check_host},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
