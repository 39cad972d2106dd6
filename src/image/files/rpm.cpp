#include "image/files/rpm.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"
#include "image/files/rpm_header.h"
#include "image/files/rpm_records.h"

namespace plimsoll::image {
namespace {

// A package takes 30 to 130 KB of a database; desktops of 2,000 packages have 150 MB.
constexpr std::uint64_t max_database_bytes = 256u << 20;
// Paths of all packages of a database: a full system has 300,000 files.
constexpr std::size_t max_file_bytes = 64u << 20;

bool is_database(const TarEntry& entry, std::string_view name) {
  static constexpr std::array<std::string_view, 3> directories{
      "var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"};
  const std::string_view path = entry.path;
  return file_name(path) == name &&
         std::ranges::find(directories, parent_path(path)) != directories.end();
}

using ReadRecords = Result<void>(std::string_view database, const RpmRecordSink& sink);

template <ReadRecords* read_records>
void read_database(std::string_view path, std::string_view content, Layer& layer) {
  PackageFile into;
  into.path = path;
  std::size_t file_bytes_left = max_file_bytes;
  std::size_t broken = 0;
  std::string first_fault;
  const Result<void> read = read_records(content, [&](std::string_view header) {
    Result<Package> package = read_rpm_header(header, file_bytes_left);
    if (!package) {
      if (broken++ == 0) first_fault = package.error().message;
      return true;
    }
    if (package->name == "gpg-pubkey") return true;
    file_bytes_left -= package->files.size();
    package->path = path;
    into.packages.push_back(std::move(*package));
    return into.packages.size() < max_packages;
  });
  if (broken > 0) {
    layer.errors.push_back(file_error(
        path, concat(counted(broken, "record is", "records are"), " no package: ", first_fault)));
  }
  if (!read) layer.errors.push_back(file_error(path, read.error().message));
  layer.package_files.push_back(std::move(into));
}

}  // namespace

constinit const FileReader rpm_sqlite = {
    .wants = [](const TarEntry& entry) { return is_database(entry, "rpmdb.sqlite"); },
    .max_bytes = max_database_bytes,
    .read = read_database<read_sqlite_records>,
};

constinit const FileReader rpm_sqlite_journal = {
    // rpm leaves an empty one when it ends in peace.
    .wants =
        [](const TarEntry& entry) {
          return is_database(entry, "rpmdb.sqlite-wal") && entry.size > 0;
        },
    .max_bytes = max_database_bytes,
    .read =
        [](std::string_view path, std::string_view, Layer& layer) {
          layer.errors.push_back(file_error(
              path,
              "is a journal of the database beside it, in which packages may stand that the "
              "database does not list yet; it is not read"));
        },
};

constinit const FileReader rpm_berkeley = {
    .wants = [](const TarEntry& entry) { return is_database(entry, "Packages"); },
    .max_bytes = max_database_bytes,
    .read = read_database<read_berkeley_records>,
};

constinit const FileReader rpm_ndb = {
    .wants = [](const TarEntry& entry) { return is_database(entry, "Packages.db"); },
    .max_bytes = max_database_bytes,
    .read = read_database<read_ndb_records>,
};

}  // namespace plimsoll::image
