// /etc/passwd, /etc/group, /etc/subuid and /etc/subgid, as passwd(5), group(5) and subuid(5) have
// them.
#pragma once

#include <vector>

#include "base/result.h"
#include "subjects/host.h"

namespace plimsoll::host {

std::vector<UserAccount> read_users(const Source& passwd, std::vector<Error>& errors);
std::vector<UserGroup> read_groups(const Source& group, std::vector<Error>& errors);
// Of /etc/subuid or /etc/subgid.
std::vector<SubordinateRange> read_subordinate_ranges(const Source& ranges,
                                                      std::vector<Error>& errors);

}  // namespace plimsoll::host
