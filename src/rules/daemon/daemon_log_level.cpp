#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  if (daemon.debug.value) {
    findings.add(daemon.debug, "the engine runs in debug mode", "set \"debug\": false").fix =
        unsafe_fix({change::set_daemon("debug", "false")});
  }
  const std::string& level = daemon.log_level.value;
  if (!is_known(daemon, daemon.log_level, findings) || level == "info") return;
  const bool says_too_much = is_one_of(level, {"debug", "trace"});
  findings
      .add(daemon.log_level,
           concat(
               "the engine logs at level ", level,
               says_too_much ? ", which writes down what it is asked" : " and leaves out the rest"),
           "set \"log-level\": \"info\"")
      .fix = unsafe_fix({change::set_daemon("log-level", "\"info\"")});
}

}  // namespace

extern constinit const Rule daemon_log_level = {
    .name = "daemon-log-level",
    .title = "the engine does not log at level info",
    .severity = Severity::low,
    .topic = "logging",
    .subjects = {Subject::daemon},
    .rationale =
        "Below info the engine leaves out what an investigation needs: which container was "
        "started, "
        "killed, pulled. In debug mode it writes the bodies of requests, and answers on debugging "
        "endpoints that show its command line.",
    .remediation = "Leave `log-level` at `info` and `debug` off.",
    .limits =
        "A level that is raised for an hour to find a fault is reported as one that stays. The "
        "engine takes a changed `debug` at a reload; a changed level needs a restart.",
    .references = {cis("2.3")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
