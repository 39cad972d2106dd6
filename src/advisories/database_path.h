// Where the database of advisories lies: one for each user, and one for all users of a machine.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "base/user_cache.h"

namespace plimsoll::advisories {

inline constexpr std::string_view system_database = "/var/lib/plimsoll/advisories.db";

// The database in use: `chosen` (of the flag --db, or PLIMSOLL_DB) if that says one, else the
// user's, else the machine's. Where there is none yet, the path at which this user would make it.
// `environment` has the variables of cache_environment().
std::string usual_database(std::string_view chosen, const Environment& environment,
                           const Files& files);

}  // namespace plimsoll::advisories
