// Reads what the machine says of itself: its files in /etc and /proc, and the texts that an audit
// makes of what the kernel keeps elsewhere.
#pragma once

#include <optional>

#include "base/files.h"
#include "base/result.h"
#include "subjects/host.h"

namespace plimsoll {

// Every file that a fact is read from is added to `sources`, which must outlive the Host. What
// cannot be read is an error, and its fact is nothing; what is malformed in part is an error, and
// the rest is read.
Reading<Host> read_host(const Files& files, Sources& sources);

// Whether the kernel runs with SELinux, enforcing or only warning. Nothing where /sys is not seen.
std::optional<bool> kernel_has_selinux(const Files& files);

}  // namespace plimsoll
