// What the kernel says of its own protection: settings, its command line, lockdown, flaws of the
// processors, and which security modules act.
#pragma once

#include <optional>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/source.h"
#include "subjects/host.h"

namespace plimsoll::host {

// How many settings of containers are looked up on the host; more are an error.
inline constexpr std::size_t max_container_settings = 200;

// Whether the kernel has AppArmor switched on; nothing where that cannot be told.
std::optional<Located<bool>> read_apparmor(const Files& files, Sources& sources);

// Whether the kernel runs with SELinux, enforcing or only warning. Nothing where /sys is not seen.
std::optional<bool> kernel_has_selinux(const Files& files);

// Fills the kernel's part of `host`, whose mounts and containers are known already.
void read_kernel(Host& host, const Files& files, Sources& sources, std::vector<Error>& errors);

}  // namespace plimsoll::host
