#include "feeds/feed_cache.h"

#include "advisories/stored_codec.h"
#include "base/digest.h"
#include "base/text.h"

namespace plimsoll::feeds {
namespace {

std::string file_of(std::string_view name) {
  return concat(sha256_hex(name), ".feed");
}

// What stands in front of the feed.
struct Front {
  std::string_view readers;
  std::string_view name;
  FeedOrigin origin;
  std::string_view feed;
};

template <class Archive>
void members(Archive& archive, Is<Front> auto& front) {
  archive(front.readers, front.name, front.origin, front.feed);
}

}  // namespace

template <class Archive>
void members(Archive& archive, Is<FeedOrigin> auto& origin) {
  archive(origin.identity, origin.digest, origin.read, origin.etag, origin.last_modified);
}

std::optional<KnownFeed> FeedCache::find(std::string_view name,
                                         std::optional<std::string_view> identity) const {
  const std::optional<std::string> bytes = files_.find(file_of(name));
  if (!bytes) return std::nullopt;
  const std::optional<std::string> plain = image::unpacked(*bytes, max_cached_feed_bytes);
  if (!plain) return std::nullopt;
  advisories::Reader reader(*plain, 0);
  Front front;
  reader(front);
  if (!reader.is_whole() || front.readers != readers_ || front.name != name ||
      (identity && front.origin.identity != *identity)) {
    return std::nullopt;
  }
  std::optional<advisories::CompiledFeed> feed = advisories::CompiledFeed::decode(front.feed);
  if (!feed) return std::nullopt;
  return KnownFeed{std::move(front.origin), std::move(*feed)};
}

void FeedCache::keep(std::string_view name, const FeedOrigin& origin,
                     const advisories::CompiledFeed& feed) {
  std::string plain;
  {
    const std::string bytes = feed.encode();
    advisories::Writer writer;
    writer(Front{readers_, name, origin, bytes});
    plain = writer.take();
  }
  if (plain.size() > max_cached_feed_bytes) return;
  files_.keep(file_of(name), image::packed(plain));
}

}  // namespace plimsoll::feeds
