#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

const EngineHostFile* data_root(const Host& host) {
  const auto found =
      std::ranges::find(host.engine_files, EngineFile::data_root, &EngineHostFile::what);
  return found == host.engine_files.end() ? nullptr : &*found;
}

// An engine that remaps users keeps its data in a directory of the configured one: "100000.100000".
std::string_view configured_root(const Host& host, const HostFile& root) {
  const bool remapped =
      host.daemon != nullptr &&
      (!host.daemon->userns_remap.value.empty() ||
       (host.daemon->engine && host.daemon->engine->security_option("userns") != nullptr));
  if (!remapped) return root.real_path;
  const std::string_view name = file_name(root.real_path);
  const bool is_of_ids = name.contains('.') &&
                         std::ranges::all_of(name, [](char c) { return is_digit(c) || c == '.'; });
  return is_of_ids ? parent_path(root.real_path) : std::string_view(root.real_path);
}

// dockerd mounts the directory of its data on itself where mounts are not shared: that makes it a
// mount point and gives it no file system of its own.
bool is_mounted_on_itself(const Host& host, const MountPoint& mount) {
  const MountPoint* const below = host.mount_of(parent_path(mount.target));
  if (below == nullptr || mount.target == "/" || below->source != mount.source ||
      below->file_system != mount.file_system) {
    return false;
  }
  const std::string_view inside =
      std::string_view(mount.target).substr(below->target == "/" ? 0 : below->target.size());
  return mount.root == concat(below->root == "/" ? "" : below->root, inside);
}

// A part of a file system that is mounted elsewhere whole: a bind mount is no partition.
const MountPoint* whole_of(const Host& host, const MountPoint& mount) {
  if (mount.root == "/" || mount.file_system == "btrfs") return nullptr;
  for (const MountPoint& other : *host.mounts) {
    if (other.root == "/" && other.source == mount.source &&
        other.file_system == mount.file_system) {
      return &other;
    }
  }
  return nullptr;
}

void check(const Host& host, const Policy&, Findings& findings) {
  const EngineHostFile* const root = data_root(host);
  if (root == nullptr) return;
  if (!root->status) return findings.open(concat("this user cannot see ", root->path));
  if (!root->exists()) {
    return say_none_of_engine(host, findings, concat("there is no ", root->path));
  }
  if (!host.mounts) return findings.open("the host's mounts cannot be read");
  const std::string_view path = configured_root(host, *root);
  const MountPoint* mount = host.mount_of(path);
  if (mount != nullptr && is_mounted_on_itself(host, *mount)) {
    mount = host.mount_of(parent_path(mount->target));
  }
  if (mount == nullptr) return findings.open(concat("no mount holds ", root->path));
  const std::string remedy =
      concat("give ", path, " a file system of its own, and mount it by /etc/fstab");
  if (mount->target != path) {
    findings.add(
        mount->at,
        concat("the engine's data in ", root->path, " shares the file system of ", mount->target),
        remedy);
  } else if (const MountPoint* const whole = whole_of(host, *mount)) {
    findings.add(mount->at,
                 concat("the engine's data in ", root->path, " shares the file system of ",
                        whole->target, ": it is bind mounted from it"),
                 remedy);
  }
}

}  // namespace

extern constinit const Rule no_docker_partition = {
    .name = "no-docker-partition",
    .title = "the engine's data has no partition of its own",
    .severity = Severity::low,
    .topic = "host",
    .subjects = {Subject::host},
    .rationale =
        "Images, container layers, logs and volumes grow below /var/lib/docker. On the file system "
        "of the host, one container that writes without end fills the host's disk, and logins, "
        "logs and updates fail with it.",
    .remediation =
        "Give the engine's data a partition or logical volume of its own, and mount it with "
        "`nodev`.",
    .limits =
        "Quotas are not seen: a btrfs subvolume is accepted, although it shares its file system's "
        "space. The data of containerd (/var/lib/containerd), in which newer engines keep their "
        "images, is not looked at.",
    .references = {guideline("S1", "cgroups"), cis("1.1.1")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
