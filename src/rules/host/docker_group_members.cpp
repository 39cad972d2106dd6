#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/engine_files.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

void check(const Host& host, const Policy& policy, Findings& findings) {
  if (!host.groups) return findings.open("/etc/group cannot be read");
  const std::string_view name = engine_group_of(host.daemon);
  const auto group = std::ranges::find(*host.groups, name, &UserGroup::name);
  if (group == host.groups->end()) {
    return say_none_of_engine(host, findings, concat("there is no group \"", name, "\""));
  }
  const auto report = [&](const Location& at, std::string_view member) {
    if (std::ranges::find(policy.docker_group_members, member) !=
        policy.docker_group_members.end()) {
      return;
    }
    findings.add(at,
                 concat("user \"", member, "\" is in group \"", name,
                        "\" and so can become root through the engine"),
                 concat("gpasswd --delete ", member, " ", name,
                        ", or declare the user in docker_group_members"));
  };
  for (const Located<std::string>& member : group->members) report(member.at, member.value);
  if (!host.users) return findings.open("/etc/passwd cannot be read: primary groups are not known");
  for (const UserAccount& user : *host.users) {
    if (user.group == group->id && user.id != 0) report(user.at, user.name);
  }
}

}  // namespace

extern constinit const Rule docker_group_members = {
    .name = "docker-group-members",
    .title = "undeclared users can use the engine",
    .severity = Severity::high,
    .topic = "daemon",
    .subjects = {Subject::host},
    .rationale =
        "Whoever may write to the engine's socket can start a container that mounts the host's "
        "root directory: membership in the group that owns the socket is root.",
    .remediation =
        "Take every user out of the group who need not be root, and declare the others in the "
        "policy (`docker_group_members`).",
    .limits =
        "Users that only a directory service knows (LDAP, sssd) are not seen. A session that was "
        "opened before the user was taken out keeps the group until it ends.",
    .references = {guideline("S1", "Daemon Privileges"), cis("1.1.2")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
