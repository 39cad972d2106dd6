// From what the user names (files, directories, addresses) to compiled feeds: fetched where it must
// be, read where it has changed, taken from the cache where it has not. Several at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "advisories/compiled_feed.h"
#include "advisories/database_format.h"
#include "feeds/download.h"
#include "feeds/feed_cache.h"

namespace plimsoll::feeds {

enum class Obtained : std::uint8_t {
  read,
  unchanged,  // since it was read before
  kept,       // it cannot be read now, and this is what was read before
  missing,    // it cannot be read
};

struct CompiledInput {
  advisories::FeedSource source;
  advisories::CompiledFeed feed;
  Obtained obtained = Obtained::missing;
  // Why it cannot be read.
  std::optional<Error> trouble = {};
  // What was fetched is a database itself, and so no feed: here it is.
  std::optional<Downloaded> database = {};
};

struct CompileOptions {
  std::string now;             // RFC 3339
  FeedCache* cache = nullptr;  // nullptr for none
  DownloadOptions download;
  unsigned threads = 1;
  // Whether what was read of the input of this name before may stand for it when it cannot be read.
  std::function<bool(const std::string& name)> may_keep = {};
};

// One for each operand, in their order; of one that is named twice, once.
std::vector<CompiledInput> compile_feeds(std::span<const std::string> operands,
                                         const CompileOptions& options);

}  // namespace plimsoll::feeds
