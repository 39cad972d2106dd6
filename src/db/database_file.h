// The file that the commands work on.
#pragma once

#include <string>
#include <string_view>

#include "advisories/database.h"
#include "app/flags.h"
#include "base/result.h"

namespace plimsoll::db {

// The database in use (advisories/database_path.h), or where this user's would be made.
std::string database_in_use(const app::Arguments& arguments);

// That one, opened. Where there is none, the error says how to get one.
Result<advisories::Database> open_database_in_use(const app::Arguments& arguments);

// Where a new one is written so that it takes the place of `path`: of a symlink that is its target.
// Directories that are missing are made. An error when what is there is no file.
Result<std::string> place_for_database(const std::string& path);

// The public keys of --key; "" without.
Result<std::string> trusted_keys(const app::Arguments& arguments);

}  // namespace plimsoll::db
