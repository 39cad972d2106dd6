// The seam to the file system: everything that reads files does it through a `Files`, so that tests
// use memory and injected faults. Paths are UTF-8 or arbitrary bytes, `/`-separated, relative to
// the current directory or absolute.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plimsoll {

// The largest text that a reader takes, in bytes. Nothing that people write by hand comes near it.
inline constexpr std::uint64_t max_source_bytes = 16u << 20;

enum class FileKind : std::uint8_t { missing, file, directory, symlink, other };

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::missing;  // symlinks are not followed here
};

// Owner and mode of a path, as chmod writes it: 0644, 04755.
struct FileStatus {
  FileKind kind = FileKind::missing;
  std::uint32_t mode = 0;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::uint64_t inode =
      0;  // what it is, whichever name led to it; of a socket, its number in /proc
};

class Files {
 public:
  virtual ~Files() = default;
  // The whole file, also of /proc, whose files do not know their size. Refuses a directory, a
  // device, a pipe, and anything larger than max_source_bytes.
  virtual Result<std::string> read(const std::string& path) const = 0;
  // At most the first `limit` bytes, for looking at what a file is.
  virtual Result<std::string> read_prefix(const std::string& path, std::size_t limit) const = 0;
  // What a path is; follows symlinks, and a dangling one is `missing`.
  virtual FileKind kind(const std::string& path) const = 0;
  // The entries of a directory, sorted by name, without `.` and `..`.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) const = 0;
  // The path with every symlink resolved, absolute; empty when it does not exist.
  virtual std::string real_path(const std::string& path) const = 0;
  // Follows symlinks. Of nothing the kind is `missing`; where it cannot be told whether there is
  // something, since a directory above may not be searched, it is an error.
  virtual Result<FileStatus> status(const std::string& path) const = 0;
};

class RealFiles final : public Files {
 public:
  Result<std::string> read(const std::string& path) const override;
  Result<std::string> read_prefix(const std::string& path, std::size_t limit) const override;
  FileKind kind(const std::string& path) const override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) const override;
  std::string real_path(const std::string& path) const override;
  Result<FileStatus> status(const std::string& path) const override;
};

// A tree in memory: directories exist because a file lies in them.
class MemoryFiles final : public Files {
 public:
  void add(std::string path, std::string text) { texts_[std::move(path)] = std::move(text); }
  // Files are root's, with mode 0644, and directories with 0755, until this says otherwise.
  void set_status(const std::string& path, FileStatus status) { statuses_[path] = status; }
  // This user may neither read what is there nor see what is below it.
  void refuse(const std::string& path) { refused_.insert(path); }

  Result<std::string> read(const std::string& path) const override;
  Result<std::string> read_prefix(const std::string& path, std::size_t limit) const override;
  FileKind kind(const std::string& path) const override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) const override;
  std::string real_path(const std::string& path) const override;
  Result<FileStatus> status(const std::string& path) const override;

 private:
  std::map<std::string, std::string, std::less<>> texts_;
  bool is_refused(std::string_view normal) const;

  std::map<std::string, FileStatus, std::less<>> statuses_;
  std::set<std::string, std::less<>> refused_;
};

// Path arithmetic without touching the file system.
std::string_view parent_path(std::string_view path);  // "a/b" -> "a", "a" -> "", "/a" -> "/"
std::string_view file_name(std::string_view path);    // "a/b" -> "b"
std::string join_path(std::string_view directory, std::string_view path);  // absolute `path` wins
std::string normal_path(std::string_view path);  // "a/./b//../c" -> "a/c"; "" -> "."

}  // namespace plimsoll
