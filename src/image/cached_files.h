// Files that are only there to save work: a directory of them that stays within a bound.
//
// Files appear whole, by a rename, and are never changed: readers and writers need no locks. What
// is not used for longest goes first. Whoever keeps something here says in its name or its bytes
// what it is of, and takes what is torn, damaged or somebody's forgery for nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::image {

// May be used from several threads. Nothing here fails: a directory that cannot be read or written
// is an empty one.
class CachedFiles {
 public:
  // The directory is made if it is missing.
  CachedFiles(std::string directory, std::uint64_t max_bytes);
  // Removes what was not used for longest, if the files have grown past the bound.
  ~CachedFiles();
  CachedFiles(const CachedFiles&) = delete;
  CachedFiles& operator=(const CachedFiles&) = delete;

  // The bytes of the file; nothing where there is none, or a larger one.
  std::optional<std::string> find(std::string_view name, std::uint64_t max_bytes = ~0ull) const;
  void keep(std::string_view name, std::string_view bytes);

 private:
  std::string directory_;
  std::uint64_t max_bytes_;
  std::atomic<bool> has_grown_ = false;
};

// A frame of zstd with a checksum, which tells a torn or damaged file; "" when memory runs out.
std::string packed(std::string_view bytes);
// Nothing when the bytes are no such frame, or one of more.
std::optional<std::string> unpacked(std::string_view bytes, std::uint64_t max_bytes);

}  // namespace plimsoll::image
