#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::container {
namespace {

// Types that SELinux does not confine.
bool unconfined(std::string_view label) {
  return label == "disable" || label == "type:spc_t" || label == "type:unconfined_t" ||
         label == "type:container_runtime_t";
}

constexpr std::string_view no_selinux = "this host has no SELinux";

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.daemon != nullptr && spec.daemon->host_has_selinux == false) {
    findings.not_applicable(std::string(no_selinux));
  }
  if (spec.privileged.value) return;
  // The engine itself writes label=disable into the settings of a container that shares the host's
  // processes or IPC: there host-pid and host-ipc tell the fault.
  const bool by_engine =
      spec.surface == Surface::inspect && (spec.pid.value == "host" || spec.ipc.value == "host");
  for (const Located<std::string>& label : spec.selinux_label) {
    if (by_engine && label.value == "disable") continue;
    if (label.unresolved || !unconfined(label.value)) continue;
    const Change removal = change::remove(label.at);
    findings
        .add(label, concat(spec.label(), " is not separated by SELinux: label=", label.value),
             concat("remove label=", label.value))
        .fix = unsafe_fix({removal});
  }
}

// "spc_t" of "system_u:system_r:spc_t:s0"
std::string_view type_of(std::string_view context) {
  const std::vector<std::string_view> parts = split(context, ':');
  return parts.size() >= 3 ? parts[2] : std::string_view();
}

// Whether the settings say themselves that the container is not separated: then check() has told
// it.
bool says_so(const ContainerSpec& spec) {
  if (spec.privileged.value || spec.pid.value == "host" || spec.ipc.value == "host") return true;
  return std::ranges::any_of(spec.selinux_label, [](const Located<std::string>& label) {
    return unconfined(label.value);
  });
}

// What the kernel says of a container that asks for nothing unusual. An engine without
// selinux-enabled gives its containers no label of their own.
void judge_process(const ContainerSpec& spec, Findings& findings) {
  if (spec.process == nullptr || says_so(spec)) return;
  const Located<std::string>& label = spec.process->lsm_label;
  if (!label.written()) {
    return findings.open(concat("the SELinux label of ", spec.label(), " cannot be read"));
  }
  const std::string_view type = type_of(label.value);
  if (!is_one_of(type, {"spc_t", "unconfined_t", "unconfined_service_t", "container_runtime_t"})) {
    return;
  }
  findings.add(label, concat(spec.label(), " is not separated by SELinux: it runs as ", type),
               "set selinux-enabled in daemon.json, and create the container anew");
}

void check_host(const Host& host, const Policy&, Findings& findings) {
  if (!host.selinux) return findings.open("whether this host has SELinux cannot be read");
  if (host.selinux->value == SelinuxMode::absent) {
    bool any = false;
    for (const ContainerSpec* spec : host.containers) {
      for (const Located<std::string>& label : spec->selinux_label) {
        if (unconfined(label.value)) continue;
        any = true;
        findings
            .add(label,
                 concat(spec->label(), " asks for the SELinux label ", label.value,
                        ", but this host has no SELinux: nothing separates it"),
                 "run it on a host with SELinux")
            .severity = Severity::medium;
      }
    }
    if (!any) say_none_of_containers(host, findings, std::string(no_selinux));
    return;
  }
  if (host.selinux->value == SelinuxMode::permissive) {
    findings.add(*host.selinux, "SELinux only writes down what it would refuse: it is permissive",
                 "setenforce 1, and SELINUX=enforcing in /etc/selinux/config");
  }
  if (!host.containers_unread.empty()) return findings.open(host.containers_unread);
  for (const ContainerSpec* spec : host.containers) judge_process(*spec, findings);
}

}  // namespace

extern constinit const Rule selinux_label_disabled = {
    .name = "selinux-label-disabled",
    .title = "SELinux separation is switched off",
    .severity = Severity::high,
    .topic = "lsm",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "On a host with SELinux every container gets a label of its own, and the kernel keeps "
        "it from files and processes with another. `label=disable` and the types spc_t and "
        "unconfined_t end that separation.",
    .remediation =
        "Remove the option. To share a host directory, relabel it with the mount option `z` "
        "or `Z` instead of switching the labels off.",
    .limits =
        "Whether the host has SELinux, and whether its engine uses it, is not seen in a file, "
        "but by the audit of a host, which judges the type that a container runs as. "
        "A privileged container has no label of its own anyway: `privileged` says so.",
    .references = {guideline("S1", "SELinux or AppArmor"), cis("5.3")},
    .check = {check, check_host},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
