// Installs a database that comes from elsewhere. It is copied first, then the copy is verified as a
// whole, and that copy takes the place of the one in use: what is verified is what is used.
//
// Whoever brings a database decides what is not found. So it must be signed by a key that the user
// names, or the user says that it need not be; and it must not be older than the one in use: an old
// one, signed as it is, would hide what became known since.
#pragma once

#include <string>

#include "app/flags.h"
#include "base/result.h"

namespace plimsoll::db {

inline constexpr std::uint64_t max_database_bytes = 4ull << 30;

struct Installed {
  std::string place;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::string built;
  bool is_signed = false;  // by a key of --key
  bool was_there = false;  // the very same is in use already
};

// `source` is a file, or "-" for standard input; `name` is what people know it by.
Result<Installed> install_database(const std::string& source, const std::string& name,
                                   const app::Arguments& arguments);
// "…: installed: 5 records, built 2026-01-01T00:00:00Z".
std::string describe(const Installed& installed);

}  // namespace plimsoll::db
