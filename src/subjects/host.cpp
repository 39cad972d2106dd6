#include "subjects/host.h"

#include <algorithm>

namespace plimsoll {
namespace {

bool is_at_or_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.starts_with('/');
  if (!path.starts_with(directory)) return false;
  return path.size() == directory.size() || path[directory.size()] == '/';
}

}  // namespace

const KernelSetting* Host::kernel_setting(std::string_view name) const {
  const auto found = std::ranges::find(kernel_settings, name, &KernelSetting::name);
  return found == kernel_settings.end() ? nullptr : &*found;
}

const HostFile* Host::bind_source(std::string_view path) const {
  const auto found = std::ranges::find(bind_sources, path, &HostFile::path);
  return found == bind_sources.end() ? nullptr : &*found;
}

const MountPoint* Host::mount_of(std::string_view path) const {
  if (!mounts) return nullptr;
  const MountPoint* nearest = nullptr;
  for (const MountPoint& mount : *mounts) {
    if (!is_at_or_below(path, mount.target)) continue;
    // Of two at one place the later one hides the earlier.
    if (nearest == nullptr || mount.target.size() >= nearest->target.size()) nearest = &mount;
  }
  return nearest;
}

}  // namespace plimsoll
