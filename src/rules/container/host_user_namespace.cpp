#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.userns_mode.unresolved || spec.userns_mode.value != "host") return;
  const Change removal = change::remove(spec.userns_mode.at);
  findings
      .add(spec.userns_mode,
           concat(spec.label(), " opts out of user namespaces: its root is root on the host"),
           "remove userns_mode: host")
      .fix = unsafe_fix({removal});
}

}  // namespace

extern constinit const Rule host_user_namespace = {
    .name = "host-user-namespace",
    .title = "the container leaves the user namespace",
    .severity = Severity::high,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "Where the engine remaps users, root in a container is an ordinary user on the host. "
        "`userns_mode: host` takes a single container out of that, and its root is the host's "
        "root again.",
    .remediation = "Remove `userns_mode: host`.",
    .limits = "Whether the engine remaps users at all is a setting of the host and not seen here.",
    .references = {guideline("S2", "Using a separate user ID namespace"), cis("5.31")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
