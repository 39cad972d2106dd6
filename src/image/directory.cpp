#include "image/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "base/descriptor.h"
#include "base/text.h"
#include "image/layer_reader.h"

namespace plimsoll::image {
namespace {

constexpr std::size_t piece_bytes = 256u << 10;
constexpr std::size_t max_depth = 256;
constexpr std::size_t max_errors = 1000;
constexpr const char* opaque_attribute = "trusted.overlay.opaque";
constexpr const char* user_opaque_attribute = "user.overlay.opaque";  // of rootless engines

class Walker {
 public:
  Walker(const OpenedDirectory& root, SearchSecrets secrets)
      : root_(root.path),
        scanner_(secrets == SearchSecrets::yes ? std::optional<SecretScanner>(std::in_place)
                                               : std::nullopt),
        contents_(layer_, scanner_ ? &*scanner_ : nullptr) {}

  Layer walk(const OpenedDirectory& root) {
    const int descriptor = ::fcntl(root.file.get(), F_DUPFD_CLOEXEC, 0);
    struct stat status{};
    if (root.error != 0) {
      errno = root.error;
      fail("", "cannot be read");
    } else if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
      fail("", "cannot be read");
      if (descriptor >= 0) ::close(descriptor);
    } else {
      device_ = status.st_dev;
      take_directory(descriptor, "", 0);
    }
    return std::move(layer_);
  }

 private:
  void fail(const std::string& path, std::string_view what) {
    if (layer_.errors.size() >= max_errors) return;
    layer_.errors.push_back(
        file_error(path.empty() ? root_ : path, concat(what, ": ", lower(std::strerror(errno)))));
  }

  // Takes over the descriptor.
  void take_directory(int descriptor, const std::string& path, std::size_t depth) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(descriptor), ::closedir);
    if (directory == nullptr) {
      fail(path, "cannot be read");
      ::close(descriptor);
      return;
    }
    if (depth > max_depth) {
      layer_.errors.push_back(file_error(path, "lies deeper than is read (256 directories)"));
      return;
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    // The order of a directory is its file system's: reports are to be the same.
    std::ranges::sort(names);
    for (const std::string& name : names) {
      take(::dirfd(directory.get()), name, path.empty() ? name : concat(path, "/", name), depth);
    }
  }

  void take(int directory, const std::string& name, const std::string& path, std::size_t depth) {
    struct stat status{};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(path, "cannot be looked at");
    }
    TarEntry entry;
    entry.path = path;
    entry.mode = status.st_mode & 07777;
    entry.user = status.st_uid;
    entry.group = status.st_gid;
    if (S_ISDIR(status.st_mode)) {
      if (status.st_dev != device_) {
        layer_.errors.push_back(
            file_error(path, "is another file system that is mounted here: not read"));
        return;
      }
      entry.kind = EntryKind::directory;
      give(entry);
      const int opened =
          ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (opened < 0) return fail(path, "cannot be read");
      if (is_opaque(opened)) layer_.opaque_directories.push_back(path);
      take_directory(opened, path, depth + 1);
    } else if (S_ISREG(status.st_mode)) {
      // Of a file with several names the bytes are there once.
      const bool is_known = status.st_nlink > 1 && !linked_.insert(status.st_ino).second;
      entry.size = is_known ? 0 : static_cast<std::uint64_t>(status.st_size);
      take_file(directory, name, std::move(entry));
    } else if (S_ISLNK(status.st_mode)) {
      entry.kind = EntryKind::symlink;
      entry.link.resize(max_tar_path_bytes);
      const ssize_t size =
          ::readlinkat(directory, name.c_str(), entry.link.data(), entry.link.size());
      if (size < 0) return fail(path, "cannot be read");
      entry.link.resize(static_cast<std::size_t>(size));
      give(entry);
    } else if (S_ISCHR(status.st_mode) && status.st_rdev == 0) {
      layer_.whiteouts.push_back(path);
    } else {
      entry.kind = S_ISFIFO(status.st_mode) ? EntryKind::fifo : EntryKind::device;
      give(entry);
    }
  }

  static bool is_opaque(int directory) {
    char value = 0;
    return (::fgetxattr(directory, opaque_attribute, &value, 1) == 1 && value == 'y') ||
           (::fgetxattr(directory, user_opaque_attribute, &value, 1) == 1 && value == 'y');
  }

  void take_file(int directory, const std::string& name, TarEntry entry) {
    // Opened only where somebody wants to know more: of most files there is nothing to read.
    const bool may_have_capabilities = (entry.mode & 0111) != 0;
    int opened = -1;
    if (may_have_capabilities) {
      opened = ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
      if (opened >= 0) entry.capabilities = capabilities_of(opened);
    }
    if (!contents_.begin(entry)) return;
    if (contents_.wants_content()) {
      if (opened < 0) {
        opened = ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
      }
      if (opened < 0) return fail(entry.path, "cannot be read");
      read_content(opened, entry.path);
    }
    if (opened >= 0) ::close(opened);
    std::ignore = contents_.end();
  }

  void read_content(int file, const std::string& path) {
    // Of most files the first bytes say that nobody wants the rest.
    std::size_t wanted = first_bytes_to_look_at;
    while (contents_.wants_content()) {
      const ssize_t got = ::read(file, piece_.data(), wanted);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(path, "cannot be read");
      if (got == 0) return;
      std::ignore = contents_.content({piece_.data(), static_cast<std::size_t>(got)});
      wanted = piece_.size();
    }
  }

  static std::string capabilities_of(int file) {
    std::array<char, 64> value{};
    const ssize_t size = ::fgetxattr(file, "security.capability", value.data(), value.size());
    return size > 0 ? std::string(value.data(), static_cast<std::size_t>(size)) : std::string();
  }

  void give(const TarEntry& entry) {
    if (contents_.begin(entry)) std::ignore = contents_.end();
  }

  const std::string& root_;
  dev_t device_ = 0;
  std::set<ino_t> linked_;  // files with several names that were met
  Layer layer_;
  std::optional<SecretScanner> scanner_;
  LayerContents contents_;
  std::vector<char> piece_ = std::vector<char>(piece_bytes);
};

}  // namespace

OpenedDirectory open_directory(const std::string& path) {
  OpenedDirectory out{.path = path,
                      .file = Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
  if (!out.file.valid()) out.error = errno;
  return out;
}

Layer read_directory(const OpenedDirectory& directory, SearchSecrets secrets) {
  return Walker(directory, secrets).walk(directory);
}

}  // namespace plimsoll::image
