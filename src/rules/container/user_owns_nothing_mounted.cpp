#include <algorithm>

#include "base/shell_word.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/host.h"

namespace plimsoll::rules::container {
namespace {

constexpr std::uint32_t write_by_owner = 0200;
constexpr std::uint32_t write_by_group = 0020;
constexpr std::uint32_t write_by_all = 0002;

bool is_in_group(const RunningProcess& process, std::uint32_t group) {
  if (process.group.written() && process.group.value == group) return true;
  return std::ranges::find(process.other_groups, group) != process.other_groups.end();
}

// Directories alone: a single file that is mounted is read, as a rule.
void judge(const ContainerSpec& spec, const Mount& mount, const HostFile& source,
           Findings& findings) {
  const RunningProcess& process = *spec.process;
  const FileStatus& status = *source.status;
  if (status.kind != FileKind::directory) return;
  const std::string user = std::to_string(process.user.value);
  const std::string owner =
      concat(user, ":", std::to_string(process.group.value), " ", shell_word(source.path));
  if (status.user == process.user.value && (status.mode & write_by_owner) != 0) return;
  if (is_in_group(process, status.group) && (status.mode & write_by_group) != 0) return;
  Finding& finding =
      (status.mode & write_by_all) != 0
          ? findings.add(mount.at,
                         concat(source.path, " is everybody's to write, so that ", spec.label(),
                                " can as user ", user),
                         concat("chown ", owner, " and chmod o-w ", shell_word(source.path)))
          : findings.add(mount.at,
                         concat(spec.label(), " runs as user ", user, " and cannot write to ",
                                source.path, ", which belongs to ", source.user),
                         concat("chown ", owner, ", or mount it read-only"));
  finding.related = {source.at, "mode and owner of the directory"};
}

void check(const Host& host, const Policy&, Findings& findings) {
  bool any = false;
  for (const ContainerSpec* spec : host.containers) {
    if (spec->process == nullptr) continue;
    for (const Mount& mount : spec->mounts) {
      if (mount.type != Mount::Type::bind || mount.read_only) continue;
      const HostFile* const source = host.bind_source(mount.source);
      if (source == nullptr) continue;
      any = true;
      if (!spec->process->user.written() || !source->status) {
        findings.open(concat("which user ", spec->label(), " runs as, or who owns ", mount.source,
                             ", cannot be read"));
      } else if (source->exists() && spec->process->user.value != 0) {
        judge(*spec, mount, *source, findings);
      }
    }
  }
  if (!any) {
    say_none_of_containers(host, findings, "no running container has a writable bind mount");
  }
}

}  // namespace

extern constinit const Rule user_owns_nothing_mounted = {
    .name = "user-owns-nothing-mounted",
    .title = "the user does not own what is mounted",
    .severity = Severity::low,
    .topic = "user",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "A container that runs as an id other than the owner of the directories mounted into it "
        "cannot write them. The usual repairs, running as root again or `chmod 777` on the host, "
        "undo the protection.",
    .remediation =
        "Run the container as the id that owns the mounted directories (`user: \"1000:1000\"`), or "
        "give the directories to the id of the container.",
    .limits =
        "Nothing is checked in files: who owns a directory is known on the host alone. The audit "
        "of a host compares the owners of directories that are bind mounted writable with the "
        "user of the container's main process, as the host counts: a program that starts as root "
        "and then becomes another user is judged by what the main process is. Access control "
        "lists and what lies in the directories are not seen, and a container of root is not "
        "judged.",
    .references = {guideline("S2", "Always use unprivileged users")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
