#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const Mount& mount : spec.mounts) {
    const std::string_view mode = mount.propagation;
    const bool shared = mode == "shared" || mode == "rshared";
    const bool slave = mode == "slave" || mode == "rslave";
    if (!shared && !slave) continue;
    Finding& finding = findings.add(
        mount.at,
        concat(spec.label(),
               shared ? " shares mounts with the host: " : " receives the host's later mounts: ",
               mount.target, " is mounted ", mode),
        concat("remove ", mode));
    if (slave) finding.severity = Severity::low;
  }
}

}  // namespace

extern constinit const Rule mount_propagation_shared = {
    .name = "mount-propagation-shared",
    .title = "mounts propagate between container and host",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "With shared propagation, what the container mounts appears on the host and in other "
        "containers; with slave propagation, what the host mounts later, a disk or another "
        "container's secrets, appears in this one.",
    .remediation = "Leave the propagation out: the default is private in both directions.",
    .limits =
        "Storage and backup agents need it: for them the finding stands to be allowed with a "
        "reason. `slave` goes one way, from the host into the container, and is reported as "
        "low.",
    .references = {cis("5.20")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
