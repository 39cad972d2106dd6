#include <algorithm>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"
#include "rules/support/host_tenants.h"
#include "rules/support/written_text.h"
#include "subjects/host.h"

namespace plimsoll::rules::container {
namespace {

Fix fix_for(const ContainerSpec& spec, const Mount& mount, std::string_view options) {
  if (options.contains('$')) return {};
  if (spec.project != nullptr) {
    const ComposeResource* const volume = spec.project->volume(mount.source);
    if (volume == nullptr || !volume->at.known()) return {};
    return unsafe_fix({change::set_in(volume->at, "driver_opts.o",
                                      concat(options, options.empty() ? "" : ",", "nosuid"))});
  }
  // A second option needs a field in quotes, inside of the shell's.
  const std::string_view text = written_text(mount.at);
  if (mount.layer != Layer::run_line || !options.empty() || text.contains('"')) return {};
  return unsafe_fix({change::rewrite(mount.at, concat(text, ",volume-opt=o=nosuid"))});
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const Mount& mount : spec.mounts) {
    if (mount.type != Mount::Type::volume || mount.unresolved || mount.read_only) continue;
    if (!mount.driver.empty() && mount.driver != "local") continue;
    if (option_value(mount.driver_options, "type") == "tmpfs") continue;  // loose-tmpfs judges it
    const std::string_view device = option_value(mount.driver_options, "device");
    const std::string_view options = option_value(mount.driver_options, "o");
    if (device.empty() || has_mount_option(options, "nosuid") || has_mount_option(options, "ro")) {
      continue;
    }
    if (!first_to_mount(spec, mount)) continue;
    Finding& finding = findings.add(
        mount.at,
        concat("volume \"", mount.source, "\" of ", spec.label(),
               " honours setuid programs: its mount options lack nosuid"),
        options.empty() ? std::string("add o: nosuid to its driver_opts")
                        : concat("add nosuid to its mount options: o: \"", options, ",nosuid\""));
    finding.fix = fix_for(spec, mount, options);
  }
}

// How the container's kernel has the mount, where that is known: the options of the host's mount
// went over to it.
bool is_nosuid_inside(const ContainerSpec& spec, const Mount& mount) {
  if (spec.process == nullptr || !spec.process->mounts) return false;
  const auto inside = std::ranges::find(*spec.process->mounts, mount.target, &MountPoint::target);
  return inside != spec.process->mounts->end() &&
         (inside->has_option("nosuid") || inside->has_option("ro"));
}

// A file system of the host that containers write to. The root file system holds the host's own
// setuid programs: it cannot be nosuid.
void check_host(const Host& host, const Policy&, Findings& findings) {
  std::vector<const MountPoint*> told;
  bool any = false;
  for (const ContainerSpec* spec : host.containers) {
    if (spec->process_id <= 0) continue;
    for (const Mount& mount : spec->mounts) {
      if (mount.type != Mount::Type::bind || mount.read_only) continue;
      const HostFile* const source = host.bind_source(mount.source);
      if (source == nullptr) continue;
      any = true;
      if (!host.mounts) return findings.open("the host's mounts cannot be read");
      if (!source->status) {
        findings.open(concat("this user cannot see ", source->path));
        continue;
      }
      if (!source->exists() || is_nosuid_inside(*spec, mount)) continue;
      const MountPoint* const below = host.mount_of(source->real_path);
      if (below == nullptr || below->target == "/" || below->has_option("nosuid")) continue;
      if (std::ranges::find(told, below) != told.end()) continue;
      told.push_back(below);
      findings.add(below->at,
                   concat(below->target, " of the host honours setuid programs, and ",
                          spec->label(), " writes to ", source->path),
                   concat("mount -o remount,nosuid ", below->target, ", and nosuid in /etc/fstab"));
    }
  }
  if (!any) {
    say_none_of_containers(host, findings, "no running container has a writable bind mount");
  }
}

}  // namespace

extern constinit const Rule mount_allows_setuid = {
    .name = "mount-allows-setuid",
    .title = "a volume honours setuid programs",
    .severity = Severity::low,
    .topic = "filesystem",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "Root in a container can leave a setuid program in a volume or a host directory. "
        "Whoever starts it from there, in another container or on the host, becomes the "
        "file's owner: root. Mounted `nosuid`, the bit means nothing.",
    .remediation =
        "Write `nosuid` into the volume's mount options: `driver_opts: {type: none, o: "
        "\"bind,nosuid\", device: /srv/data}`. For bind mounts, mount the host's file system "
        "itself with nosuid.",
    .limits =
        "The engine has no way to make a bind mount or a plain volume nosuid: what holds is "
        "how the host mounted the file system below, and a file does not show that. So of files "
        "only volumes that write mount options of their own are judged, and those alone where the "
        "container can write. The audit of a host judges the file systems that bind mounts lie "
        "on, but for the root file system, which holds the host's own setuid programs. Compose "
        "asks before it makes a volume anew whose options changed.",
    .references = {guideline("S1", "SUID/GUID binaries")},
    .check = {check, check_host},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
