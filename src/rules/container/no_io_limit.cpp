#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

// Less than the usual share in both scales that a weight ends in (runc, cgroups/fs2/io.go):
// io.bfq.weight as it is, where 100 is usual; without bfq io.weight, where 100 is usual too but
// 10 to 1000 is stretched to 1 to 10000, so that 15 becomes 51, and 50 would be four shares.
constexpr std::string_view weight = "15";

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || !spec.blkio.empty() || spec.options_unresolved) return;
  if (in_swarm(spec)) return;  // which has no such limit
  const bool limits_processors = spec.nano_cpus.value > 0 || !spec.cpuset.value.empty();
  if (spec.mem_limit.value <= 0 || !limits_processors) return;
  findings
      .add(spec.at, concat(spec.label(), " may use the disks without limit"),
           "set blkio_config with a weight, or with device_write_bps")
      .fix = unsafe_fix({change::set(
      "blkio_config.weight", std::string(weight),
      "less than the usual share of a busy disk, where the kernel has bfq or io.cost")});
}

}  // namespace

extern constinit const Rule no_io_limit = {
    .name = "no-io-limit",
    .title = "disk input and output is not limited",
    .severity = Severity::low,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "A container that writes as fast as it can makes every other one on the same disk wait, "
        "whatever its limits of memory and processors are.",
    .remediation =
        "Set `blkio_config`: a `weight` against the others, or `device_write_bps` and its "
        "relatives for a device (`--blkio-weight`, `--device-write-bps`).",
    .limits =
        "Reported only where memory and processors are limited already: elsewhere those come "
        "first. Weights need a disk scheduler that knows them (bfq, io.cost), which a file does "
        "not "
        "show: where it is not in use a weight changes nothing, and with a kernel that has neither "
        "the container does not start. A bound in bytes for a device has to be written by whoever "
        "knows the disk. A stack has no such limit.",
    .references = {guideline("S1", "cgroups"),
                   guideline("S2", "Using control groups to limit access to resources")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
