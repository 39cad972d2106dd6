#include "base/unnamed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/files.h"

namespace plimsoll {
namespace {

int open_unnamed(const std::string& target) {
  const std::string_view parent = parent_path(target);
  const std::string directory(parent.empty() ? "." : parent);
  return ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

}  // namespace

UnnamedFile::UnnamedFile(const std::string& target) : unnamed_(open_unnamed(target)) {
  if (!unnamed_.valid() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    named_ = std::make_unique<TemporaryFile>(target);
  }
}

std::string UnnamedFile::path() const {
  return concat("/proc/self/fd/", std::to_string(descriptor()));
}

bool UnnamedFile::rename_to(const std::string& target) {
  if (named_) return named_->rename_to(target);
  // A link never takes the place of a file, so it gets a name of its own first.
  const std::string id = std::to_string(::getpid());
  for (int i = 0;; ++i) {
    const std::string name = concat(target, ".plimsoll-", id, "-", std::to_string(i));
    if (::linkat(AT_FDCWD, path().c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      constexpr int max_names = 1000;
      if (errno == EEXIST && i < max_names) continue;
      return false;
    }
    if (::rename(name.c_str(), target.c_str()) == 0) return true;
    const int error = errno;
    ::unlink(name.c_str());
    errno = error;
    return false;
  }
}

}  // namespace plimsoll
