// Makes the database of advisories from feeds; database_format.h explains the file.
//
// What is done once here, so that no look-up has to: of several copies of a record the newest is
// taken; names of one flaw are joined, so that every record knows the flaws that it stands for by
// their first name (the CVE where there is one); and what two catalogues say of a CVE is put to
// it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "advisories/compiled_feed.h"
#include "advisories/database_format.h"
#include "base/result.h"

namespace plimsoll::advisories {

struct FeedToWrite {
  FeedSource source;  // its counts and dates are filled in here
  const CompiledFeed* feed = nullptr;
};

struct WrittenDatabase {
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::uint64_t flaws = 0;
  std::uint64_t packages = 0;    // names of packages in ecosystems
  std::uint64_t superseded = 0;  // copies of a record that another one took the place of
  std::uint64_t withdrawn = 0;
};

struct WriteOptions {
  std::string built;               // RFC 3339
  std::string_view sign_key = {};  // PEM, a secret; "" to sign nothing
};

// Writes it beside `path` and then over it, whole or not at all. The order of the feeds decides
// nothing but which of two equal copies of a record is taken.
Result<WrittenDatabase> write_database(const std::string& path, std::span<const FeedToWrite> feeds,
                                       const WriteOptions& options);

}  // namespace plimsoll::advisories
