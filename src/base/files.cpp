#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/descriptor.h"
#include "base/text.h"

namespace plimsoll {
namespace {

std::unexpected<Error> cannot_read(const std::string& path, int error) {
  Error failed{.message = concat("cannot be read: ", lower(std::strerror(error))), .file = path};
  if (error == EACCES) failed.hint = "give this user the right to read it, or leave it out";
  return failure(std::move(failed));
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

Result<std::string> read_up_to(const std::string& path, std::size_t limit, bool refuse_larger) {
  // O_NONBLOCK: opening a pipe that nobody writes to must not hang.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return cannot_read(path, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return cannot_read(path, errno);
  if (S_ISDIR(status.st_mode)) {
    return failure({.message = "is a directory, expected a file", .file = path});
  }
  if (!S_ISREG(status.st_mode)) {
    return failure({.message = "is not a regular file", .file = path});
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  const auto too_large = [&] {
    return failure({.message = concat("is larger than ", std::to_string(max_source_bytes >> 20),
                                      " MiB, the most that is read as one text"),
                    .file = path});
  };
  if (refuse_larger && size > limit) return too_large();
  // The kernel makes the files of /proc and /sys while they are read, and gives their size as 0 or
  // as a page.
  constexpr std::size_t step = 4096;
  const bool knows_size = size != 0;
  std::string text;
  text.resize(std::min(size, limit));
  std::size_t filled = 0;
  while (true) {
    if (filled == text.size()) {
      if (knows_size || filled > limit) break;
      text.resize(filled + step);
    }
    const ssize_t count = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(path, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  if (refuse_larger && filled > limit) return too_large();
  text.resize(std::min(filled, limit));
  return text;
}

}  // namespace

Result<std::string> RealFiles::read(const std::string& path) const {
  return read_up_to(path, max_source_bytes, true);
}

Result<std::string> RealFiles::read_prefix(const std::string& path, std::size_t limit) const {
  return read_up_to(path, limit, false);
}

FileKind RealFiles::kind(const std::string& path) const {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return FileKind::missing;
  return kind_of(status.st_mode);
}

Result<std::vector<DirectoryEntry>> RealFiles::list(const std::string& directory) const {
  DIR* const handle = ::opendir(directory.empty() ? "." : directory.c_str());
  if (handle == nullptr) return cannot_read(directory, errno);
  std::vector<DirectoryEntry> entries;
  while (const dirent* entry = ::readdir(handle)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    FileKind kind = FileKind::other;
    if (entry->d_type == DT_REG) kind = FileKind::file;
    if (entry->d_type == DT_DIR) kind = FileKind::directory;
    if (entry->d_type == DT_LNK) kind = FileKind::symlink;
    if (entry->d_type == DT_UNKNOWN) {
      struct stat status{};
      if (::lstat(join_path(directory, name).c_str(), &status) == 0) kind = kind_of(status.st_mode);
    }
    entries.push_back({std::string(name), kind});
  }
  ::closedir(handle);
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

std::string RealFiles::real_path(const std::string& path) const {
  char* const resolved = ::realpath(path.empty() ? "." : path.c_str(), nullptr);
  if (resolved == nullptr) return {};
  std::string out = resolved;
  std::free(resolved);
  return out;
}

Result<FileStatus> RealFiles::status(const std::string& path) const {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return FileStatus{};
    return cannot_read(path, errno);
  }
  return FileStatus{kind_of(status.st_mode), status.st_mode & 07777u, status.st_uid, status.st_gid,
                    status.st_ino};
}

bool MemoryFiles::is_refused(std::string_view normal) const {
  for (std::string_view path = normal; !path.empty(); path = parent_path(path)) {
    if (refused_.contains(path)) return true;
    if (path == "/") break;
  }
  return false;
}

Result<std::string> MemoryFiles::read(const std::string& path) const {
  if (is_refused(normal_path(path))) return cannot_read(path, EACCES);
  const auto found = texts_.find(normal_path(path));
  if (found != texts_.end()) return found->second;
  if (kind(path) == FileKind::directory) {
    return failure({.message = "is a directory, expected a file", .file = path});
  }
  return cannot_read(path, ENOENT);
}

Result<std::string> MemoryFiles::read_prefix(const std::string& path, std::size_t limit) const {
  Result<std::string> text = read(path);
  if (text) text->resize(std::min(text->size(), limit));
  return text;
}

FileKind MemoryFiles::kind(const std::string& path) const {
  const std::string normal = normal_path(path);
  if (texts_.contains(normal)) return FileKind::file;
  if (normal == ".") return FileKind::directory;
  const auto next = texts_.lower_bound(normal + "/");
  const bool holds_files = next != texts_.end() && next->first.starts_with(normal + "/");
  return holds_files ? FileKind::directory : FileKind::missing;
}

Result<std::vector<DirectoryEntry>> MemoryFiles::list(const std::string& directory) const {
  if (is_refused(normal_path(directory))) return cannot_read(directory, EACCES);
  if (kind(directory) != FileKind::directory) return cannot_read(directory, ENOENT);
  const std::string normal = normal_path(directory);
  const std::string prefix = normal == "." ? "" : normal + "/";
  std::vector<DirectoryEntry> entries;
  std::set<std::string_view> seen;
  for (const auto& [path, text] : texts_) {
    if (!path.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(path).substr(prefix.size());
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (!seen.insert(name).second) continue;
    entries.push_back(
        {std::string(name), name.size() == rest.size() ? FileKind::file : FileKind::directory});
  }
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

std::string MemoryFiles::real_path(const std::string& path) const {
  return kind(path) == FileKind::missing ? std::string() : normal_path(path);
}

Result<FileStatus> MemoryFiles::status(const std::string& path) const {
  if (is_refused(parent_path(normal_path(path)))) return cannot_read(path, EACCES);
  if (const auto said = statuses_.find(path); said != statuses_.end()) return said->second;
  const FileKind found = kind(path);
  if (found == FileKind::missing) return FileStatus{};
  return FileStatus{.kind = found, .mode = found == FileKind::directory ? 0755u : 0644u};
}

std::string_view parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string join_path(std::string_view directory, std::string_view path) {
  if (directory.empty() || path.starts_with('/')) return std::string(path);
  if (path.empty()) return std::string(directory);
  return concat(directory, directory.ends_with('/') ? "" : "/", path);
}

namespace {

// Whether a path has no part that normal_path would change: none is empty, "." or "..".
bool is_normal(std::string_view path) {
  if (path.empty() || path.ends_with('/')) return false;
  bool at_start = !path.starts_with('/');
  for (std::size_t i = 0; i < path.size(); ++i) {
    // A part that starts with a dot may still be a name; the long way tells.
    if (at_start && (path[i] == '.' || path[i] == '/')) return false;
    at_start = path[i] == '/';
  }
  return true;
}

}  // namespace

std::string normal_path(std::string_view path) {
  if (is_normal(path)) return std::string(path);
  const bool absolute = path.starts_with('/');
  std::string out = absolute ? "/" : "";
  out.reserve(path.size() + 1);
  std::size_t names = 0;  // how many parts at the end of `out` a ".." can take back
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && names > 0) {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos ? 0 : std::max<std::size_t>(slash, absolute ? 1 : 0));
      --names;
      continue;
    }
    if (part == ".." && absolute) continue;
    if (!out.empty() && out.back() != '/') out += '/';
    out += part;
    if (part != "..") ++names;
  }
  return out.empty() ? "." : out;
}

}  // namespace plimsoll
