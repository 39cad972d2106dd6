#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/scratch_space.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.read_only.value || spec.read_only.unresolved || !runs_linux_container(spec)) return;
  if (spec.read_only.layer == Layer::kernel) {
    findings.add(
        spec.read_only,
        concat(spec.label(), " has a writable root file system, although read_only is set"),
        "create the container anew: its root file system was mounted again");
    return;
  }
  findings
      .add(spec.read_only, concat(spec.label(), " has a writable root file system"),
           "set read_only: true, with a tmpfs for what it writes")
      .fix = read_only_fix(spec);
}

}  // namespace

extern constinit const Rule writable_root_filesystem = {
    .name = "writable-root-filesystem",
    .title = "the root file system is writable",
    .severity = Severity::medium,
    .topic = "filesystem",
    .subjects = {Subject::container},
    .rationale =
        "An intruder who can write to the container's files replaces its programs, leaves "
        "tools behind and changes its configuration. A read-only root file system stops that, "
        "and shows at once what the program does write.",
    .remediation =
        "Set `read_only: true`, and give the places that the program writes to a tmpfs or a "
        "volume.",
    .limits =
        "Which places the program writes to is not known from the file. The fix has them for some "
        "well-known images and gives every other one a tmpfs at /tmp, which is seldom enough: try "
        "it, and look at what the program fails to write. It leaves to a person images that "
        "configure themselves at their start or run programs from their scratch space, data that "
        "would be lost, and services with a secret that Compose copies in.",
    .references = {guideline("S0", "Decision: read_only"), guideline("S2", "File system"),
                   guideline("S3", "Container Security"), cis("5.13"), owasp("8")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
