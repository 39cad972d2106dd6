#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"

namespace plimsoll::rules::container {
namespace {

bool allowed(const std::vector<std::string>& roots, std::string_view path) {
  for (const std::string& root : roots) {
    if (same_or_below(path, normal_host_path(root))) return true;
  }
  return false;
}

// "data" and "." lie in the project; "../data" does not.
bool in_project(std::string_view path) {
  const bool absolute =
      path.starts_with('/') || path.starts_with('~') || (path.size() >= 2 && path[1] == ':');
  return !absolute && path != ".." && !path.starts_with("../");
}

void check(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  if (!policy.bind_roots) return;
  for_each_host_mount(spec, [&](const HostMount& mount) {
    if (mount.mount->type == Mount::Type::npipe || mount.unresolved) return;
    if (in_project(mount.path) || allowed(*policy.bind_roots, mount.path)) return;
    findings.add(mount.at,
                 concat(describe(spec, mount), ", which lies outside the allowed directories"),
                 concat("move it below ", join(*policy.bind_roots, " or ")));
  });
}

}  // namespace

extern constinit const Rule bind_outside_allowed_roots = {
    .name = "bind-outside-allowed-roots",
    .title = "a bind mount lies outside the allowed directories",
    .severity = Severity::medium,
    .topic = "filesystem",
    .subjects = {Subject::container},
    .rationale =
        "Where all that containers share with the host lies below a few known directories, a "
        "mistaken or hostile mount is seen at once and can do little. Docker Desktop's file "
        "sharing list is the same idea.",
    .remediation =
        "Move the data below one of the directories that the policy allows, or use a named "
        "volume.",
    .limits =
        "Judged only where the policy names its directories. Relative paths are taken to lie "
        "in the project and are not judged unless they climb out of it with `..`; what they "
        "then reach is not known, so that is reported as it stands. The host's symlinks are "
        "not seen.",
    .references = {guideline("S4", "The Docker daemon")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
