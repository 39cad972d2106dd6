// Where the database of advisories lies: one for each user, and one for all users of a machine.
#pragma once

#include <string>
#include <string_view>

#include "base/environment.h"
#include "base/files.h"

namespace plimsoll::advisories {

inline constexpr std::string_view system_database = "/var/lib/plimsoll/advisories.db";

// The variables that usual_database() looks at.
Environment database_environment();

// `$XDG_CACHE_HOME/plimsoll`, or `~/.cache/plimsoll`; "" where there is no home.
std::string user_cache(const Environment& environment);

// The database in use: `chosen` (of the flag --db, or PLIMSOLL_DB) if that says one, else the
// user's, else the machine's. Where there is none yet, the path at which this user would make it.
std::string usual_database(std::string_view chosen, const Environment& environment,
                           const Files& files);

}  // namespace plimsoll::advisories
