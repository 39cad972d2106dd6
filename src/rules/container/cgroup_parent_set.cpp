#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!spec.cgroup_parent.value.empty() && !spec.cgroup_parent.unresolved) {
    const Change removal = change::remove(spec.cgroup_parent.at);
    findings
        .add(spec.cgroup_parent,
             concat(spec.label(), " runs under the control group ", spec.cgroup_parent.value,
                    ", not under the engine's"),
             "remove cgroup_parent")
        .fix = unsafe_fix({removal});
  }
  if (spec.cgroup.value == "host" && !spec.cgroup.unresolved) {
    const Change removal = change::remove(spec.cgroup.at);
    findings
        .add(spec.cgroup, concat(spec.label(), " sees the host's control groups: cgroup is host"),
             "remove cgroup: host")
        .fix = unsafe_fix({removal});
  }
}

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  if (!is_known(daemon, daemon.cgroup_parent, findings, "cis-2.10")) return;
  if (!daemon.cgroup_parent.value.empty()) {
    findings
        .add(daemon.cgroup_parent,
             concat("all containers run under the control group ", daemon.cgroup_parent.value,
                    ", not under the engine's"),
             "remove \"cgroup-parent\"")
        .fix = unsafe_fix({change::set_daemon("cgroup-parent", "\"\"")});
  }
  if (daemon.default_cgroupns_mode.value == "host") {
    findings
        .add(daemon.default_cgroupns_mode,
             "all containers see the host's control groups: default-cgroupns-mode is host",
             "set \"default-cgroupns-mode\": \"private\"")
        .fix = unsafe_fix({change::set_daemon("default-cgroupns-mode", "\"private\"")});
  }
}

}  // namespace

extern constinit const Rule cgroup_parent_set = {
    .name = "cgroup-parent-set",
    .title = "the container leaves its place among the control groups",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::container, Subject::daemon},
    .rationale =
        "Limits are set on control groups. Under a parent of its own choice a container may "
        "get around limits that hold for all others; in the host's cgroup namespace it sees "
        "the control groups of everything that runs there.",
    .remediation = "Remove `cgroup_parent` and `cgroup: host`. Set limits on the container itself.",
    .limits =
        "A parent that the site has set up on purpose cannot be told from any other. On hosts with "
        "control groups version 1 the engine's default is the host's namespace; that is not "
        "reported.",
    .references = {cis("5.25"), cis("2.10")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
