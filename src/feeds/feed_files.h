// Gets the documents out of what a user names: a file, or a directory with files in it. How they
// are packed is told by first bytes, not by names: as they are, gzip, zstd (with windows to 128
// MiB), bzip2, zip, and tar in any of the compressions; an archive may hold packed files in turn.
//
// Directories are walked in the order of names. Symlinks in them are not followed, and .git is left
// out. Of an archive that is cut short what came before is kept, and the sink is told.
//
// One call reads one input and keeps nothing of it, so that a caller who knows that an input has
// not changed need not call.
#pragma once

#include <string>

#include "base/result.h"
#include "feeds/document_splitter.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

// Archives in archives, and directories in directories.
inline constexpr int max_packings = 4;
inline constexpr int max_directories = 32;
// Of all documents of one input. Members of a zip can share their bytes, so that no ratio says how
// much there is.
inline constexpr std::uint64_t max_feed_bytes = 64ull << 30;

// An error only where nothing can be read of it.
Result<FeedStatistics> read_feed(const std::string& path, FeedSink& sink);

// The same of bytes that are at hand; `place` is what they are called.
FeedStatistics read_feed_bytes(std::string_view bytes, const std::string& place, FeedSink& sink);

}  // namespace plimsoll::feeds
