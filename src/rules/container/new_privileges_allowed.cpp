#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/services.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value || !runs_linux_container(spec)) return;
  if (spec.no_new_privileges.value || spec.no_new_privileges.unresolved) return;
  if (spec.no_new_privileges.layer == Layer::kernel) {
    findings.add(spec.no_new_privileges,
                 concat(spec.label(), " may gain privileges, although no-new-privileges is set"),
                 "create the container anew, and look whether its runtime honours the option");
    return;
  }
  constexpr std::string_view remedy = "set security_opt: [no-new-privileges:true]";
  if (spec.no_new_privileges.written()) {
    findings
        .add(spec.no_new_privileges,
             concat(spec.label(),
                    " switches no-new-privileges off, and the daemon's own setting with it"),
             std::string(remedy))
        .fix = unsafe_fix({change::rewrite(spec.no_new_privileges.at, "no-new-privileges:true")});
    return;
  }
  findings
      .add(spec.no_new_privileges,
           concat(spec.label(), " may gain privileges: no-new-privileges is not set"),
           in_swarm(spec) ? "set no-new-privileges in daemon.json: a swarm stack drops security_opt"
                          : std::string(remedy))
      .fix = unsafe_fix({change::add("security_opt", "no-new-privileges:true")});
}

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  if (daemon.no_new_privileges.value || !is_known(daemon, daemon.no_new_privileges, findings)) {
    return;
  }
  Finding& finding =
      findings.add(daemon.no_new_privileges,
                   concat("containers may gain privileges unless each says otherwise",
                          by_default(daemon, daemon.no_new_privileges)),
                   "set \"no-new-privileges\": true");
  // What a container says for itself counts, and is reported as high.
  finding.severity = Severity::medium;
  finding.fix = unsafe_fix({change::set_daemon("no-new-privileges", "true")});
}

}  // namespace

extern constinit const Rule new_privileges_allowed = {
    .name = "new-privileges-allowed",
    .title = "processes may gain privileges",
    .severity = Severity::high,
    .topic = "lsm",
    .subjects = {Subject::container, Subject::daemon},
    .rationale =
        "A setuid or setgid program, or one with file capabilities, gives whoever starts it "
        "more rights than they had. With no-new-privileges the kernel refuses that, so a "
        "process that runs as an ordinary user stays one.",
    .remediation =
        "Set `security_opt: [no-new-privileges:true]`. Programs such as sudo, su and ping "
        "with file capabilities then stop working in the container.",
    .limits =
        "The daemon can set it for all containers (`no-new-privileges` in daemon.json): a "
        "file that relies on that is reported all the same, because it also runs on other "
        "hosts. An engine that does not set it is reported as medium; one of another machine does "
        "not say whether it does. `docker stack deploy` drops security_opt; "
        "`stack-ignores-setting` says so. A "
        "privileged container is reported by `privileged` alone.",
    .references = {guideline("S0", "Decision: no-new-privileges"),
                   guideline("S2", "Privileged capabilities and shared resources"), cis("5.26"),
                   cis("2.14"), owasp("4")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
