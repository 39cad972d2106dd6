#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  // A plugin has to run before a file can name it: of a file alone nothing is asked.
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  if (!daemon.authorization_plugins.empty()) return;
  if (daemon.engine && daemon.engine->info_seen) {
    if (!daemon.engine->authorization_plugins.empty()) return;
  } else if (!is_known(daemon, daemon.authorization_plugins, findings)) {
    return;
  }
  findings.add(Location{}, "no authorization plugin looks at what the engine is asked to do",
               "run an authorization plugin and name it in \"authorization-plugins\"");
}

}  // namespace

extern constinit const Rule no_authorization_plugin = {
    .name = "no-authorization-plugin",
    .title = "requests to the engine are not authorized",
    .severity = Severity::medium,
    .topic = "daemon",
    .subjects = {Subject::daemon},
    .rationale =
        "Whoever may use the engine may do everything with it: start privileged containers, mount "
        "the host's root, read every secret. An authorization plugin is asked before each request "
        "and can refuse what this site does not want.",
    .remediation =
        "Run an authorization plugin that denies by default, and start dockerd with "
        "`authorization-plugins`. Where all users of the engine may be root, allow this rule with "
        "a reason.",
    .limits =
        "What the plugin decides is not seen, nor is a proxy before the engine's socket that "
        "enforces a policy. A daemon.json alone is not reported: the plugin has to run first, or "
        "the engine does not start, so no fix is offered either. Plugins never see build contexts, "
        "BuildKit's streams and what a swarm starts.",
    .references = {guideline("S1", "Network Namespaces"), cis("2.12")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
