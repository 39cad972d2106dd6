#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.uts.unresolved || spec.uts.value != "host") return;
  const Change removal = change::remove(spec.uts.at);
  findings
      .add(spec.uts, concat(spec.label(), " shares the host's name (UTS namespace)"),
           "remove uts: host")
      .fix = unsafe_fix({removal});
}

}  // namespace

extern constinit const Rule host_uts = {
    .name = "host-uts",
    .title = "the host's name can be changed",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "In the host's UTS namespace a container with SYS_ADMIN changes the host's name, and "
        "logs and cluster members then mistake the machine for another.",
    .remediation =
        "Remove `uts: host`, and give the container a `hostname` if its program needs one.",
    .limits =
        "Compose files have no `uts` before the compose specification of 2023; older engines "
        "ignore it.",
    .references = {cis("5.21")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
