#include "feeds/input_identity.h"

#include <fts.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>
#include <system_error>
#include <vector>

#include "base/digest.h"
#include "base/text.h"

namespace plimsoll::feeds {
namespace {

using Nanoseconds = std::int64_t;

Nanoseconds nanoseconds_of(const timespec& time) {
  return time.tv_sec * Nanoseconds{1'000'000'000} + time.tv_nsec;
}

std::unexpected<Error> unreadable(const std::string& path, int error) {
  return failure({.message = lower(std::generic_category().message(error)), .file = path});
}

// The inode's own time changes with every write, whatever somebody sets the other one to.
std::string text_of(const struct stat& status) {
  return concat(std::to_string(status.st_dev), ":", std::to_string(status.st_ino), ":",
                std::to_string(status.st_size), ":", std::to_string(nanoseconds_of(status.st_mtim)),
                ":", std::to_string(nanoseconds_of(status.st_ctim)));
}

bool is_settled(Nanoseconds changed) {
  constexpr Nanoseconds tick = 20'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds_of(now) - changed > tick;
}

// Symlinks below are not followed.
Result<InputIdentity> identity_of_directory(const std::string& path) {
  std::string root = path;
  char* const roots[]{root.data(), nullptr};
  const std::unique_ptr<FTS, int (*)(FTS*)> walk(
      ::fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, nullptr), ::fts_close);
  if (walk == nullptr) return unreadable(path, errno);
  std::vector<std::string> lines;
  Nanoseconds changed = 0;
  while (const FTSENT* const entry = ::fts_read(walk.get())) {
    if (entry->fts_info == FTS_DP) continue;
    if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS) {
      return unreadable(entry->fts_path, entry->fts_errno);
    }
    if (lines.size() == max_input_files) {
      return failure({.message = concat("has more than ", std::to_string(max_input_files),
                                        " files: it is no directory of feeds"),
                      .file = path});
    }
    changed = std::max(changed, nanoseconds_of(entry->fts_statp->st_ctim));
    lines.push_back(concat(entry->fts_path, std::string_view("\0", 1), text_of(*entry->fts_statp)));
  }
  std::ranges::sort(lines);
  Sha256 hash;
  for (const std::string& line : lines) {
    hash.update(line);
    hash.update("\n");
  }
  return InputIdentity{hash.finish(), true, is_settled(changed)};
}

}  // namespace

Result<InputIdentity> identity_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return unreadable(path, errno);
  if (S_ISDIR(status.st_mode)) return identity_of_directory(path);
  if (!S_ISREG(status.st_mode)) {
    return failure({.message = "is neither a file nor a directory", .file = path});
  }
  return InputIdentity{text_of(status), false, is_settled(nanoseconds_of(status.st_ctim))};
}

}  // namespace plimsoll::feeds
