// The database of advisories that a command uses: which one, whether there is one at all, and
// whether it is as fresh as the user demands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/database.h"
#include "base/files.h"
#include "base/result.h"

namespace plimsoll::advisories {

struct DatabaseWish {
  std::string_view path = {};          // of --db; "" for the usual one
  std::string_view required_age = {};  // of --require-fresh-db: "7d"; "" for any
};

struct ChosenDatabase {
  std::optional<Database> database;
  std::string missing_because;              // where there is none
  std::vector<std::string> open = {};       // "it was made 40 days ago, and must not be older"
  std::optional<std::int64_t> age_seconds;  // nothing where no time is known
};

// `now` as RFC 3339 has it. An error when what the user names cannot be used: a path, a number of
// days.
Result<ChosenDatabase> choose_database(const DatabaseWish& wish, const Files& files,
                                       std::string_view now);

}  // namespace plimsoll::advisories
