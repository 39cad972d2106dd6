// /etc/passwd and /etc/group, as passwd(5) and group(5) have them.
#pragma once

#include <vector>

#include "base/result.h"
#include "subjects/host.h"

namespace plimsoll::host {

std::vector<UserAccount> read_users(const Source& passwd, std::vector<Error>& errors);
std::vector<UserGroup> read_groups(const Source& group, std::vector<Error>& errors);

}  // namespace plimsoll::host
