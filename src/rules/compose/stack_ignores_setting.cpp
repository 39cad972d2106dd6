#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::compose {
namespace {

// What it means that a stack drops a key.
enum class Loss : std::uint8_t {
  none,        // nothing that a rule of security would ask for
  protection,  // the container is less confined than the file says
  limit,       // it may use more of the host than the file says
  permission,  // it may do less than the file says
};

struct DroppedKey {
  std::string_view key;
  Loss loss;
};

constexpr DroppedKey dropped_keys[] = {
    {"security_opt", Loss::protection}, {"cap_drop", Loss::protection},
    {"userns_mode", Loss::protection},  {"read_only", Loss::protection},
    {"runtime", Loss::protection},      {"cgroup_parent", Loss::limit},
    {"mem_limit", Loss::limit},         {"memswap_limit", Loss::limit},
    {"mem_reservation", Loss::limit},   {"cpus", Loss::limit},
    {"cpu_quota", Loss::limit},         {"cpuset", Loss::limit},
    {"pids_limit", Loss::limit},        {"ulimits", Loss::limit},
    {"blkio_config", Loss::limit},      {"storage_opt", Loss::limit},
    {"privileged", Loss::permission},   {"cap_add", Loss::permission},
    {"devices", Loss::permission},      {"device_cgroup_rules", Loss::permission},
    {"network_mode", Loss::permission}, {"pid", Loss::permission},
    {"ipc", Loss::permission},          {"uts", Loss::permission},
    {"group_add", Loss::permission},    {"gpus", Loss::permission},
};

Loss loss_of(std::string_view key) {
  const auto found = std::ranges::find(dropped_keys, key, &DroppedKey::key);
  return found == std::end(dropped_keys) ? Loss::none : found->loss;
}

void check(const ComposeProject& project, const Policy&, Findings& findings) {
  if (!project.for_swarm) return;
  for (const StackIgnored& ignored : project.stack_ignored) {
    const Loss loss = loss_of(ignored.key);
    if (loss == Loss::none) continue;
    const std::string_view effect = loss == Loss::protection ? "it does not protect the service"
                                    : loss == Loss::limit    ? "the service is not limited by it"
                                                             : "the service does not get it";
    Finding& finding =
        findings.add(ignored.at,
                     concat("service \"", ignored.service, "\": a swarm stack drops ", ignored.key,
                            ", ", effect),
                     "say it in the words a swarm knows, or run the file with docker compose");
    finding.related = {project.for_swarm_at, "this shows that the file is meant for a swarm"};
    if (loss == Loss::limit) finding.severity = Severity::medium;
    if (loss == Loss::permission) finding.severity = Severity::low;
  }
}

}  // namespace

extern constinit const Rule stack_ignores_setting = {
    .name = "stack-ignores-setting",
    .title = "a swarm stack drops a security setting",
    .severity = Severity::high,
    .topic = "daemon",
    .subjects = {Subject::compose},
    .rationale =
        "`docker stack deploy` reads the same file as `docker compose`, and silently drops the "
        "keys that a swarm does not know. What the file says about privileges or limits is then "
        "not in force, although everybody who reads it thinks so.",
    .remediation =
        "Say it in the words a swarm knows (`deploy.resources.limits`, `deploy.restart_policy`, "
        "networks instead of `network_mode`), set it on the daemon (`no-new-privileges`, "
        "`userns-remap`, `default-ulimits`), or run the file with `docker compose`.",
    .limits =
        "Only a file that is written for a swarm is judged: one with `deploy` keys that only a "
        "swarm reads, or with an overlay network. A dropped key that would have weakened the "
        "container, `privileged` for instance, is reported as low: the service will hardly work, "
        "but it is not less safe. Keys without a meaning for security are not reported.",
    .references = {document("Docker: docker stack deploy",
                            "https://docs.docker.com/reference/cli/docker/stack/deploy/")},
    .check = {check},
};

}  // namespace plimsoll::rules::compose
