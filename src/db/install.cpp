#include "db/install.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "advisories/database.h"
#include "base/byte_count.h"
#include "base/descriptor.h"
#include "base/digest.h"
#include "base/file_digest.h"
#include "base/text.h"
#include "base/unnamed_file.h"
#include "base/utf8.h"
#include "base/write_file.h"
#include "db/database_file.h"

namespace plimsoll::db {
namespace {

std::unexpected<Error> system_failure(std::string_view what, const std::string& path, int error) {
  return failure(
      {.message = concat(what, lower(std::generic_category().message(error))), .file = path});
}

// Copies all of it; returns the digest of what was copied.
Result<std::string> copy(const std::string& source, const std::string& name, int to,
                         const std::string& place) {
  const bool is_input = source == "-";
  const Descriptor opened(is_input ? -1 : ::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  const int from = is_input ? STDIN_FILENO : opened.get();
  if (from < 0) return system_failure("", name, errno);
  std::string piece(std::size_t{1} << 20, '\0');
  std::uint64_t bytes = 0;
  Sha256 hash;
  for (;;) {
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("", name, errno);
    if (got == 0) return hash.finish();
    bytes += static_cast<std::uint64_t>(got);
    if (bytes > max_database_bytes) {
      return failure({.message = "is larger than any database", .file = name});
    }
    const std::string_view part = std::string_view(piece).substr(0, static_cast<std::size_t>(got));
    if (const int error = write_all(to, part)) {
      return system_failure("cannot be written: ", place, error);
    }
    hash.update(part);
  }
}

Result<void> is_trusted(const advisories::Database& database, const std::string& name,
                        const app::Arguments& arguments) {
  if (!arguments.value("key").empty() || arguments.has("allow-unverified")) return {};
  return failure(
      {.message = database.has_signature() ? "is signed, and no key is given to verify that by"
                                           : "is not signed: whoever made it decides what is found",
       .hint = database.has_signature()
                   ? "--key PUBLIC.pem names the key; --allow-unverified takes it as it is"
                   : "--allow-unverified takes it as it is; plimsoll db build --sign-key signs one",
       .file = name});
}

}  // namespace

Result<Installed> install_database(const std::string& source, const std::string& name,
                                   const app::Arguments& arguments) {
  Result<std::string> keys = trusted_keys(arguments);
  if (!keys) return std::unexpected(keys.error());
  Result<std::string> place = place_for_database(database_in_use(arguments));
  if (!place) return std::unexpected(place.error());
  UnnamedFile file(*place);
  if (file.descriptor() < 0) return system_failure("cannot be written: ", *place, errno);
  const Result<std::string> digest = copy(source, name, file.descriptor(), *place);
  if (!digest) return std::unexpected(digest.error());

  // What is wrong is wrong with what was brought, not with its copy.
  const auto of_source = [&](Error error) {
    error.file = error.file == file.path() ? name : error.file;
    return std::unexpected(std::move(error));
  };
  const Result<advisories::Database> database = advisories::Database::open(file.path(), *keys);
  if (!database) return of_source(database.error());
  if (Result<void> trusted = is_trusted(*database, name, arguments); !trusted) {
    return std::unexpected(trusted.error());
  }
  if (Result<void> verified = database->verify(); !verified) return of_source(verified.error());
  const advisories::Contents& contents = database->contents();
  Installed out{.place = *place,
                .bytes = database->bytes(),
                .records = contents.records,
                .built = contents.built,
                .is_signed = !keys->empty()};
  const Result<std::string> in_use = digest_of_file(*place);
  if (in_use && *in_use == *digest) {
    out.was_there = true;
    return out;
  }
  const Result<advisories::Database> old = advisories::Database::open(*place);
  if (old && old->contents().built > contents.built) {
    return failure(
        {.message = concat("was built ", printable(contents.built),
                           ", before the database in use (", printable(old->contents().built), ")"),
         .hint = concat("to go back to it, remove ", *place, " first"),
         .file = name});
  }
  if (::fchmod(file.descriptor(), 0644) != 0 || ::fsync(file.descriptor()) != 0 ||
      !file.rename_to(*place)) {
    return system_failure("cannot be written: ", *place, errno);
  }
  return out;
}

std::string describe(const Installed& installed) {
  return concat(printable(installed.place), ": ",
                installed.was_there ? "is this database already: " : "installed: ",
                byte_count(installed.bytes), ", ", counted(installed.records, "record", "records"),
                ", built ", printable(installed.built), ", ",
                installed.is_signed ? "signature verified" : "signature not verified", "\n");
}

}  // namespace plimsoll::db
