// What one layer holds, by itself: it is read once, and what is known of it is put together with
// the layers above and below it by merge.h. Nothing in here depends on another layer, so that it
// can be kept for the next image that shares the layer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/tar_reader.h"
#include "subjects/image.h"

namespace plimsoll::image {

// Every path of a layer, in the order of the archive. A million of them takes about 60 MB, so there
// is one string of all names.
class FileTable {
 public:
  struct File {
    std::uint32_t path_at = 0;
    std::uint16_t path_size = 0;
    EntryKind kind = EntryKind::file;
    std::uint64_t size = 0;
  };

  // False when a bound is reached; the entry is not added then. `size` counts for files alone, and
  // a path is no longer than max_tar_path_bytes.
  bool add(std::string_view path, EntryKind kind, std::uint64_t size);
  const std::vector<File>& files() const { return files_; }
  std::string_view path(const File& file) const {
    return std::string_view(paths_).substr(file.path_at, file.path_size);
  }

 private:
  std::vector<File> files_;
  std::string paths_;
};

// Bounds on one layer. What passes them is an error, and the rest is still reported.
inline constexpr std::size_t max_files = 2'000'000;
inline constexpr std::size_t max_path_bytes = 96u << 20;   // of all paths together
inline constexpr std::size_t max_notable_files = 100'000;  // privileged, writable, leaving links
inline constexpr std::size_t max_packages = 200'000;
inline constexpr std::size_t max_secrets = 10'000;

// A package database, a list of owned files, a program: a file that was understood.
struct PackageFile {
  std::string path;
  std::vector<Package> packages;
};

// dpkg's list of the files of one package: var/lib/dpkg/info/NAME.list.
struct OwnedFiles {
  std::string path;
  std::string package;
  std::string files;  // one a line, without a slash in front
};

// What a copyright file of dpkg's says, as an SPDX expression.
struct LicenceFile {
  std::string path;
  std::string package;
  std::string licence;
};

struct OsReleaseFile {
  std::string path;
  OsRelease os;
};

struct AccountsFile {
  std::string path;
  std::vector<ImageAccount> accounts;
  std::vector<ImageGroup> groups;
  std::vector<std::string> without_password;  // names, of etc/shadow
};

// A secret in a file, without its value; as ImageSecret.
struct LayerSecret {
  std::string kind;
  std::string path;
  std::string name;
  std::string fingerprint;
  std::uint32_t line = 0;
  SecretCertainty certainty = SecretCertainty::certain;
};

enum class SearchSecrets : bool { no, yes };

struct Layer {
  std::string computed_digest;  // "" of one that lies unpacked in a directory
  std::string computed_diff_id;
  std::uint64_t stored_bytes = 0;
  std::uint64_t plain_bytes = 0;
  FileTable files;
  std::vector<std::string> whiteouts;           // paths that it deletes from the layers below
  std::vector<std::string> opaque_directories;  // directories whose content below it hides
  std::vector<ImageFile> privileged_files;
  std::vector<ImageFile> world_writable_files;
  std::vector<ImageFile> leaving_links;
  std::vector<PackageFile> package_files;
  std::vector<PackageFile> inventories;  // that lie in the image; files/sbom.h
  std::vector<OwnedFiles> owned_files;
  std::vector<LicenceFile> licence_files;
  std::vector<OsReleaseFile> os_releases;
  std::vector<AccountsFile> account_files;
  std::vector<LayerSecret> secrets;  // in the order of the archive; none where none were searched
  std::vector<Error> errors;  // what could not be understood; `file` is the path in the layer
};

}  // namespace plimsoll::image
