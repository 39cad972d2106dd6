#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <string>

#include "base/text.h"
#include "image/files/rpm_records.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view magic = std::string_view("SQLite format 3\0", 16);
// Which version of the format is needed to write and to read: 2 says that there may be a journal
// written ahead, which there cannot be of bytes in memory. rpm sets it on every database.
constexpr std::size_t write_version_at = 18;
constexpr std::size_t read_version_at = 19;
constexpr char without_journal = 1;

// The work that an honest database takes is in proportion to its size: a row is some dozen steps
// of SQLite's machine, and takes at least a page.
constexpr int steps_between_looks = 1000;
constexpr std::uint64_t bytes_per_look = 1024;
constexpr std::uint64_t looks_at_any_size = 1000;

struct Limit {
  int kind;
  int value;
};

using Database = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

int is_enough(void* looks_left) {
  std::uint64_t& left = *static_cast<std::uint64_t*>(looks_left);
  if (left == 0) return 1;
  --left;
  return 0;
}

std::unexpected<Error> sqlite_failure(sqlite3* database) {
  return failure({.message = concat("the database is damaged: ", lower(sqlite3_errmsg(database)))});
}

// Nothing that the schema says is run: no views, triggers, or functions with effects.
void distrust(sqlite3* database, std::size_t database_bytes) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  const int longest =
      static_cast<int>(std::min<std::size_t>(database_bytes, std::numeric_limits<int>::max() / 2));
  const std::array<Limit, 5> limits{{{SQLITE_LIMIT_LENGTH, longest},
                                     {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                     {SQLITE_LIMIT_COLUMN, 100},
                                     {SQLITE_LIMIT_EXPR_DEPTH, 20},
                                     {SQLITE_LIMIT_VDBE_OP, 25'000}}};
  for (const Limit& limit : limits) sqlite3_limit(database, limit.kind, limit.value);
}

Statement prepare(sqlite3* database, const char* text) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, text, -1, &statement, nullptr);
  return {statement, sqlite3_finalize};
}

}  // namespace

Result<void> read_sqlite_records(std::string_view database, const RpmRecordSink& sink) {
  if (!database.starts_with(magic)) return failure({.message = "is no SQLite database"});
  // Of a copy: SQLite wants bytes that it could write to, and two of them have to be others.
  std::string copy(database);
  if (copy.size() > read_version_at)
    copy[write_version_at] = copy[read_version_at] = without_journal;
  sqlite3* opened = nullptr;
  const int status =
      sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr);
  const Database owner(opened, sqlite3_close);
  if (status != SQLITE_OK) return failure({.message = "SQLite does not start"});
  distrust(opened, copy.size());
  const auto bytes = static_cast<sqlite3_int64>(copy.size());
  if (sqlite3_deserialize(opened, "main", reinterpret_cast<unsigned char*>(copy.data()), bytes,
                          bytes, SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
    return sqlite_failure(opened);
  }
  std::uint64_t looks_left = looks_at_any_size + copy.size() / bytes_per_look;
  sqlite3_progress_handler(opened, steps_between_looks, is_enough, &looks_left);
  // In the order of the table: a sorter would hold all rows of a schema that makes them large.
  const Statement statement = prepare(opened, "SELECT blob FROM Packages");
  if (statement == nullptr) return sqlite_failure(opened);
  std::uint64_t left = copy.size();
  for (;;) {
    const int step = sqlite3_step(statement.get());
    if (step == SQLITE_DONE) return {};
    if (step != SQLITE_ROW) return sqlite_failure(opened);
    const void* const blob = sqlite3_column_blob(statement.get(), 0);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), 0));
    if (size > left) return failure({.message = "records of the database overlap"});
    left -= size;
    if (!sink({static_cast<const char*>(blob), blob == nullptr ? 0 : size})) return {};
  }
}

}  // namespace plimsoll::image
