#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/subordinate_ids.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::daemon {
namespace {

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  // Everything of a rootless engine is in a user namespace.
  if (daemon.is_rootless() || !daemon.userns_remap.value.empty()) return;
  // What runs says itself whether it remaps.
  if (daemon.engine && daemon.engine->info_seen) {
    if (daemon.engine->security_option("userns") != nullptr) return;
  } else if (!is_known(daemon, daemon.userns_remap, findings)) {
    return;
  }
  findings
      .add(daemon.userns_remap,
           concat("root in a container is root on the host: user namespaces are not remapped",
                  by_default(daemon, daemon.userns_remap)),
           "set \"userns-remap\": \"default\"; images and volumes of before are then not seen")
      .fix = unsafe_fix({change::set_daemon("userns-remap", "\"default\"")});
}

void check_host(const Host& host, const Policy&, Findings& findings) {
  judge_subordinate_ids(host, findings);
}

}  // namespace

extern constinit const Rule userns_remap_off = {
    .name = "userns-remap-off",
    .title = "user namespaces are not remapped",
    .severity = Severity::medium,
    .topic = "daemon",
    .subjects = {Subject::daemon, Subject::host},
    .rationale =
        "With remapping the root of a container is an ordinary user of the host, without any "
        "right there: most ways out of a container then lead to nothing.",
    .remediation =
        "Set `\"userns-remap\": \"default\"` in daemon.json on a new host, or plan the move: the "
        "engine then keeps its data in another directory, containers that need the host's "
        "namespaces say so (`--userns=host`), and bind mounts need other owners. A rootless engine "
        "has the same and more.",
    .limits =
        "A container that switches it off for itself (`--userns=host`) is reported by "
        "`host-user-namespace`.",
    .references = {guideline("S1", "User Namespaces"),
                   guideline("S2", "Using a separate user ID namespace"), cis("2.9"), owasp("2")},
    .check = {check, check_host},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
