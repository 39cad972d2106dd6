#include "readers/compose/stack_keys.h"

#include <algorithm>

namespace plimsoll::compose {
namespace {

// The service keys that the schema of docker stack deploy (docker/cli, config_schema_v3.13.json)
// has and its loader does not list as unsupported, deprecated or forbidden.
constexpr std::string_view stack_keys[] = {
    "cap_add",
    "cap_drop",
    "command",
    "configs",
    "credential_spec",
    "depends_on",
    "deploy",
    "dns",
    "dns_search",
    "entrypoint",
    "env_file",
    "environment",
    "extra_hosts",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "isolation",
    "labels",
    "logging",
    "networks",
    "oom_score_adj",
    "ports",
    "read_only",
    "secrets",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "volumes",
    "working_dir",
};
static_assert(std::ranges::is_sorted(stack_keys));

}  // namespace

bool stack_honours(std::string_view service_key) {
  return std::ranges::binary_search(stack_keys, service_key);
}

}  // namespace plimsoll::compose
