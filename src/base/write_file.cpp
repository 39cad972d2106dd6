#include "base/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/text.h"

namespace plimsoll {
namespace {

Error cannot(std::string_view what, const std::string& path, int error, std::string hint = {}) {
  return {.message = concat("cannot ", what, ": ", lower(std::strerror(error))),
          .hint = std::move(hint),
          .file = path};
}

// 0, or what went wrong.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

// So that the new name outlives a power cut; a file system that cannot do it loses nothing else.
void sync_directory(const std::string& path) {
  const std::string_view parent = parent_path(path);
  const std::string directory(parent.empty() ? "." : parent);
  const Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.valid()) ::fsync(descriptor.get());
}

// A file that goes unless it was renamed to where it belongs.
class Temporary {
 public:
  explicit Temporary(const std::string& target) : path_(concat(target, ".plimsoll-XXXXXX")) {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
  }
  ~Temporary() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }
  bool rename_to(const std::string& target) {
    renamed_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

std::optional<Error> make_directories(const std::string& path) {
  struct stat status{};
  if (path.empty() || ::stat(path.c_str(), &status) == 0) return std::nullopt;
  if (std::optional<Error> error = make_directories(std::string(parent_path(path)))) return error;
  if (::mkdir(path.c_str(), 0700) != 0) return cannot("be made", path, errno);
  return std::nullopt;
}

}  // namespace

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
  Temporary temporary(target);
  if (temporary.descriptor() < 0) {
    return cannot("be written", path, errno, "a temporary file is made in its directory");
  }
  if (const int error = write_all(temporary.descriptor(), text)) {
    return cannot("be written", path, error, "the file is as it was");
  }
  struct stat made{};
  const bool same_owner = ::fstat(temporary.descriptor(), &made) == 0 &&
                          made.st_uid == status.st_uid && made.st_gid == status.st_gid;
  if ((!same_owner && ::fchown(temporary.descriptor(), status.st_uid, status.st_gid) != 0) ||
      ::fchmod(temporary.descriptor(), status.st_mode & 07777) != 0) {
    return cannot("be written with its owner and mode", path, errno, "the file is as it was");
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
  int error = write_all(descriptor.get(), text);
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
