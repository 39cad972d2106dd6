#include "db/database_file.h"

#include "advisories/database_path.h"
#include "base/files.h"
#include "base/text.h"
#include "base/write_file.h"

namespace plimsoll::db {

std::string database_in_use(const app::Arguments& arguments) {
  return advisories::usual_database(arguments.value("db"), cache_environment(), RealFiles());
}

Result<advisories::Database> open_database_in_use(const app::Arguments& arguments) {
  const std::string path = database_in_use(arguments);
  if (RealFiles().kind(path) == FileKind::missing) {
    return failure({.message = "there is no database of advisories yet",
                    .hint = "plimsoll db build FEED... makes one, plimsoll db import FILE installs "
                            "one; plimsoll db --help shows where feeds are published",
                    .file = path});
  }
  return advisories::Database::open(path);
}

Result<std::string> place_for_database(const std::string& path) {
  const RealFiles files;
  const std::string real = files.real_path(path);
  const std::string place = real.empty() ? path : real;
  const FileKind kind = files.kind(place);
  if (kind != FileKind::missing && kind != FileKind::file) {
    return failure({.message = "is no file, so no database is written there", .file = path});
  }
  if (std::optional<Error> error = make_directories(std::string(parent_path(place)))) {
    return failure(std::move(*error));
  }
  return place;
}

Result<std::string> trusted_keys(const app::Arguments& arguments) {
  const std::string path(arguments.value("key"));
  if (path.empty()) return std::string();
  Result<std::string> keys = RealFiles().read(path);
  if (keys && trim(*keys).empty()) return failure({.message = "holds no key", .file = path});
  return keys;
}

}  // namespace plimsoll::db
