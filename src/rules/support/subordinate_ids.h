// The ids that an engine which remaps users gives to its containers: the ranges of /etc/subuid and
// /etc/subgid that belong to one user.
//
// The engine looks both files up by that user's name and number, and lays the ranges one behind the
// other. It starts with ranges that are too small or that others use, too; what lies outside fails
// later, and who shares a range shares the files.
//
// Facts: moby daemon/daemon_unix.go (parseRemappedRoot), moby/sys/user idtools_unix.go, subuid(5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "findings/finding.h"
#include "subjects/host.h"

namespace plimsoll::rules {

// An image uses ids up to that of "nobody", 65534.
inline constexpr std::uint64_t enough_subordinate_ids = 65536;

// Whose ranges count for a value of userns-remap: "dockremap" for "default", "web" for "web:web",
// the name of account 1000 for "1000". A number without a name stays as it is.
std::string remap_user(std::string_view userns_remap, const Host& host);

struct SubordinateFault {
  Location at;  // unknown: the ranges are missing
  std::string message;
  std::string remedy;
};

// What is wrong with a user's ranges: missing, too small, shared with another user's, or holding
// the id of an account. Both files were read.
std::vector<SubordinateFault> subordinate_faults(const Host& host, std::string_view user);

// The host's part of `userns-remap-off`: judges the ranges where the engine remaps users.
void judge_subordinate_ids(const Host& host, Findings& findings);

}  // namespace plimsoll::rules
