// Feeds that were read before, in the form that the database is made of, so that one that has not
// changed is not read again.
//
// There is one file for each input, named by a hash of the input's name. It says of what it is: of
// which input, of what identity of that (a file's size, times and inode; a download's digest), read
// by which build of the readers. An entry of another build, and what is torn, damaged or somebody's
// forgery, is as none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "advisories/compiled_feed.h"
#include "feeds/reader_version.h"
#include "image/cached_files.h"

namespace plimsoll::feeds {

inline constexpr std::uint64_t usual_feed_cache_bytes = 1u << 30;
// Of one entry, unpacked; feeds that need more are read each time.
inline constexpr std::uint64_t max_cached_feed_bytes = 1u << 30;

// What is known of an input beside what it holds.
struct FeedOrigin {
  std::string identity;  // changes when the input does
  std::string digest;    // of its bytes: "sha256:…"; "" for a directory
  std::string read;      // RFC 3339: when it was last known to be current
  // Of a download, for asking whether it has changed: as the server wrote them.
  std::string etag = {};
  std::string last_modified = {};
};

struct KnownFeed {
  FeedOrigin origin;
  advisories::CompiledFeed feed;
};

// May be used from several threads. Nothing here fails: a cache that cannot be read or written is
// an empty one.
class FeedCache {
 public:
  explicit FeedCache(std::string directory, std::string_view readers = reader_version,
                     std::uint64_t max_bytes = usual_feed_cache_bytes)
      : files_(std::move(directory), max_bytes), readers_(readers) {}

  // What is known of the input of this name, whatever has become of it since; with an identity only
  // if it is still that one.
  std::optional<KnownFeed> find(std::string_view name,
                                std::optional<std::string_view> identity = {}) const;
  void keep(std::string_view name, const FeedOrigin& origin, const advisories::CompiledFeed& feed);

 private:
  image::CachedFiles files_;
  std::string readers_;
};

}  // namespace plimsoll::feeds
