#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/namespaces.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const ContainerSpec* through = nullptr;
  if (is_host_namespace(spec, &ContainerSpec::ipc, through)) {
    const Change removal = change::remove(spec.ipc.at);
    Finding& finding = findings.add(
        spec.ipc,
        through == nullptr ? concat(spec.label(), " shares the host's IPC namespace")
                           : concat(spec.label(), " shares the host's IPC namespace by joining ",
                                    through->label()),
        concat("remove ipc: ", spec.ipc.value));
    // Of services that share it the one on the host decides, and a person for all of them.
    if (through == nullptr && !is_joined(spec, &ContainerSpec::ipc)) {
      finding.fix = unsafe_fix({removal});
    }
  }
}

}  // namespace

extern constinit const Rule host_ipc = {
    .name = "host-ipc",
    .title = "the host's shared memory is visible",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "In the host's IPC namespace a container reads and writes the shared memory segments "
        "and message queues of the host's programs; databases and display servers keep what "
        "they work on there.",
    .remediation =
        "Remove `ipc: host`. Containers that must share memory can join each other: `ipc: "
        "shareable` and `ipc: service:NAME`. A larger /dev/shm is `shm_size`.",
    .limits =
        "Containers of the project are followed when they join each other (`service:NAME`, "
        "`container:NAME`), others are not seen.",
    .references = {cis("5.17")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
