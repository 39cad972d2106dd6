// Where a user's programs keep what can be made again.
#pragma once

#include <string>

#include "base/environment.h"
#include "base/files.h"

namespace plimsoll {

// The variables that user_cache() looks at.
Environment cache_environment();

// `$XDG_CACHE_HOME/plimsoll`, or `~/.cache/plimsoll`; "" where there is no home to keep it in: many
// a service has one that does not exist. Source: the XDG Base Directory Specification.
std::string user_cache(const Environment& environment, const Files& files);

}  // namespace plimsoll
