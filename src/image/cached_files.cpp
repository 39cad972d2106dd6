#include "image/cached_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <tuple>
#include <vector>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/temporary_file.h"
#include "base/text.h"
#include "base/write_file.h"

namespace plimsoll::image {
namespace {

constexpr std::uint64_t block_bytes = 4096;  // that the smallest file takes

std::optional<std::string> content_of(const std::string& path, std::uint64_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status{};
  if (!file.valid() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  if (static_cast<std::uint64_t>(status.st_size) > max_bytes) return std::nullopt;
  std::string out(static_cast<std::size_t>(status.st_size), '\0');
  for (std::size_t at = 0; at < out.size();) {
    const ssize_t got = ::read(file.get(), out.data() + at, out.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  // When it was last of use decides what goes first.
  const timespec now[2] = {{.tv_sec = 0, .tv_nsec = UTIME_NOW},
                           {.tv_sec = 0, .tv_nsec = UTIME_NOW}};
  ::futimens(file.get(), now);
  return out;
}

struct Entry {
  timespec used{};
  std::uint64_t bytes = 0;
  std::string name;
};

std::vector<Entry> entries_of(const std::string& directory) {
  std::vector<Entry> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::opendir(directory.c_str()), ::closedir);
  if (opened == nullptr) return out;
  while (const dirent* entry = ::readdir(opened.get())) {
    struct stat status{};
    if (::fstatat(::dirfd(opened.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode)) {
      continue;
    }
    out.push_back({.used = status.st_mtim,
                   .bytes = std::max(block_bytes, static_cast<std::uint64_t>(status.st_size)),
                   .name = entry->d_name});
  }
  return out;
}

}  // namespace

CachedFiles::CachedFiles(std::string directory, std::uint64_t max_bytes)
    : directory_(std::move(directory)), max_bytes_(max_bytes) {
  std::ignore = make_directories(directory_);
}

CachedFiles::~CachedFiles() {
  if (!has_grown_) return;
  std::vector<Entry> entries = entries_of(directory_);
  std::uint64_t bytes = 0;
  for (const Entry& entry : entries) bytes += entry.bytes;
  if (bytes <= max_bytes_) return;
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::tie(a.used.tv_sec, a.used.tv_nsec) < std::tie(b.used.tv_sec, b.used.tv_nsec);
  });
  // Some room is made, so that not every run has to.
  const std::uint64_t wanted = max_bytes_ - max_bytes_ / 10;
  for (const Entry& entry : entries) {
    if (bytes <= wanted) return;
    if (::unlink(join_path(directory_, entry.name).c_str()) == 0) bytes -= entry.bytes;
  }
}

std::optional<std::string> CachedFiles::find(std::string_view name, std::uint64_t max_bytes) const {
  return content_of(join_path(directory_, name), std::min(max_bytes, max_bytes_));
}

void CachedFiles::keep(std::string_view name, std::string_view bytes) {
  if (bytes.empty()) return;
  const std::string path = join_path(directory_, name);
  TemporaryFile file(path);
  if (file.descriptor() < 0) return;
  if (write_all(file.descriptor(), bytes) != 0) return;
  // Not synced: what a power cut tears is told by its checksum.
  if (file.rename_to(path)) has_grown_ = true;
}

std::string packed(std::string_view bytes) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     ZSTD_freeCCtx);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  if (context == nullptr) return {};
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  const std::size_t size =
      ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0) return {};
  out.resize(size);
  return out;
}

std::optional<std::string> unpacked(std::string_view bytes, std::uint64_t max_bytes) {
  // Errors of the size are the largest numbers there are.
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size > max_bytes) return std::nullopt;
  std::string out(size, '\0');
  if (ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size()) != size) {
    return std::nullopt;
  }
  return out;
}

}  // namespace plimsoll::image
