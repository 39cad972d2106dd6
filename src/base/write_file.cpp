#include "base/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/temporary_file.h"
#include "base/text.h"

namespace plimsoll {
namespace {

Error cannot(std::string_view what, const std::string& path, int error, std::string hint = {}) {
  return {.message = concat("cannot ", what, ": ", lower(std::strerror(error))),
          .hint = std::move(hint),
          .file = path};
}

// 0, or what went wrong.
int write_and_sync(int descriptor, std::string_view text) {
  if (const int error = write_all(descriptor, text)) return error;
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

// So that the new name outlives a power cut; a file system that cannot do it loses nothing else.
void sync_directory(const std::string& path) {
  const std::string_view parent = parent_path(path);
  const std::string directory(parent.empty() ? "." : parent);
  const Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.valid()) ::fsync(descriptor.get());
}

constexpr const char* access_list = "system.posix_acl_access";

// 0, or what went wrong. Labels and capabilities that only the kernel or root may set are kept as
// far as they let us; the sums over the old text (ima, evm) belong to that.
int copy_attribute(const std::string& from, const char* name, int to) {
  const std::string_view view = name;
  if (view == "security.ima" || view == "security.evm") return 0;
  const ssize_t size = ::getxattr(from.c_str(), name, nullptr, 0);
  if (size < 0) return errno == ENODATA ? 0 : errno;
  std::string value(static_cast<std::size_t>(size), '\0');
  const ssize_t read = ::getxattr(from.c_str(), name, value.data(), value.size());
  const bool copied =
      read >= 0 && ::fsetxattr(to, name, value.data(), static_cast<std::size_t>(read), 0) == 0;
  return copied || view.starts_with("security.") || view.starts_with("trusted.") ? 0 : errno;
}

// Extended attributes, and the access control list that is one of them. 0, or what went wrong.
int copy_attributes(const std::string& from, int to) {
  // What the directory gives new files is not what this one had.
  if (::fremovexattr(to, access_list) != 0 && errno != ENODATA && errno != ENOTSUP) return errno;
  const ssize_t size = ::listxattr(from.c_str(), nullptr, 0);
  if (size < 0) return errno == ENOTSUP ? 0 : errno;
  std::string names(static_cast<std::size_t>(size), '\0');
  const ssize_t read = ::listxattr(from.c_str(), names.data(), names.size());
  if (read < 0) return errno;
  names.resize(static_cast<std::size_t>(read));  // each ends in a zero byte
  for (const std::string_view name : split(names, '\0')) {
    if (name.empty()) continue;
    if (const int error = copy_attribute(from, name.data(), to)) return error;
  }
  return 0;
}

}  // namespace

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::optional<Error> make_directories(const std::string& path) {
  struct stat status{};
  if (path.empty() || ::stat(path.c_str(), &status) == 0) return std::nullopt;
  if (std::optional<Error> error = make_directories(std::string(parent_path(path)))) return error;
  // Another process may have made it in between.
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot("be made", path, errno);
  return std::nullopt;
}

std::optional<Error> replace_file(const std::string& path, std::string_view expected,
                                  std::string_view text) {
  const RealFiles files;
  const std::string target = files.real_path(path);
  if (target.empty()) {
    return Error{.message = "the file is gone, so it is not written", .file = path};
  }
  struct stat status{};
  if (::stat(target.c_str(), &status) != 0) return cannot("be written", path, errno);
  // Root may write anything: what the owner has made read-only is meant to stay.
  if ((status.st_mode & 0222) == 0 || ::access(target.c_str(), W_OK) != 0) {
    return Error{.message = "cannot be written: the file is read-only",
                 .hint = "make it writable, or leave it out",
                 .file = path};
  }
  TemporaryFile temporary(target);
  if (temporary.descriptor() < 0) {
    return cannot("be written", path, errno, "a temporary file is made in its directory");
  }
  if (const int error = write_and_sync(temporary.descriptor(), text)) {
    return cannot("be written", path, error, "the file is as it was");
  }
  struct stat made{};
  const bool same_owner = ::fstat(temporary.descriptor(), &made) == 0 &&
                          made.st_uid == status.st_uid && made.st_gid == status.st_gid;
  if (!same_owner && ::fchown(temporary.descriptor(), status.st_uid, status.st_gid) != 0) {
    return cannot("be written with its owner", path, errno, "the file is as it was");
  }
  if (const int error = copy_attributes(target, temporary.descriptor())) {
    return cannot("be written with its attributes", path, error, "the file is as it was");
  }
  if (::fchmod(temporary.descriptor(), status.st_mode & 07777) != 0) {
    return cannot("be written with its mode", path, errno, "the file is as it was");
  }
  // As late as can be: somebody may have an editor open.
  const Result<std::string> now = files.read(target);
  if (!now || *now != expected) {
    return Error{.message = "has changed since it was read, so it is not written",
                 .hint = "run plimsoll fix again",
                 .file = path};
  }
  if (!temporary.rename_to(target)) return cannot("be replaced", path, errno);
  sync_directory(target);
  return std::nullopt;
}

std::optional<Error> create_file(const std::string& path, std::string_view text, Readers readers) {
  if (std::optional<Error> error = make_directories(std::string(parent_path(path)))) return error;
  const Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!descriptor.valid()) return cannot("be made", path, errno);
  int error = write_and_sync(descriptor.get(), text);
  if (error == 0 && readers == Readers::everybody && ::fchmod(descriptor.get(), 0644) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(path.c_str());
    return cannot("be written", path, error);
  }
  sync_directory(path);
  return std::nullopt;
}

void remove_made_file(const std::string& path) {
  ::unlink(path.c_str());
}

}  // namespace plimsoll
