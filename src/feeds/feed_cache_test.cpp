#include "feeds/feed_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "support/made_database.h"
#include "support/program.h"

namespace plimsoll::feeds {
namespace {

class FeedCacheTest : public testing::Test {
 protected:
  FeedCacheTest() {
    test::MadeRecord record{.id = "CVE-2026-1"};
    record.package("Debian:12", "openssl", "+0 -3.0.1");
    test::add(feed_, record);
    FeedCache(directory()).keep("a.json", origin_, feed_);
  }
  const std::string& directory() const { return temporary_.path(); }
  std::string entry() const {
    return std::filesystem::directory_iterator(directory())->path().string();
  }
  bool is_known() const { return FeedCache(directory()).find("a.json").has_value(); }

  test::TemporaryDirectory temporary_;
  advisories::CompiledFeed feed_;
  FeedOrigin origin_{.identity = "1:2:3",
                     .digest = "sha256:ab",
                     .read = "2026-01-01T00:00:00Z",
                     .etag = "\"1\"",
                     .last_modified = "yesterday"};
};

TEST_F(FeedCacheTest, HasWhatWasKept) {
  const std::optional<KnownFeed> known = FeedCache(directory()).find("a.json", "1:2:3");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->feed.encode(), feed_.encode());
  EXPECT_EQ(known->origin.digest, "sha256:ab");
  EXPECT_EQ(known->origin.read, "2026-01-01T00:00:00Z");
  EXPECT_EQ(known->origin.etag, "\"1\"");
  EXPECT_EQ(known->origin.last_modified, "yesterday");
}

TEST_F(FeedCacheTest, HasNothingOfWhatHasChanged) {
  const FeedCache cache(directory());
  EXPECT_FALSE(cache.find("a.json", "1:2:4"));
  EXPECT_TRUE(cache.find("a.json"));
  EXPECT_FALSE(cache.find("b.json"));
}

TEST_F(FeedCacheTest, HasNothingOfOtherReaders) {
  EXPECT_FALSE(FeedCache(directory(), "others").find("a.json"));
}

TEST_F(FeedCacheTest, HasNothingOfAnEntryOfAnotherName) {
  FeedCache(directory()).keep("b.json", origin_, {});
  // Whoever can write there may call an entry what he likes.
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(directory())) {
    names.push_back(file.path().string());
  }
  ASSERT_EQ(names.size(), 2u);
  std::filesystem::rename(names[0], directory() + "/x");
  std::filesystem::rename(names[1], names[0]);
  std::filesystem::rename(directory() + "/x", names[1]);
  EXPECT_FALSE(is_known());
}

TEST_F(FeedCacheTest, HasNothingOfWhatIsTornOrDamaged) {
  ASSERT_TRUE(is_known());
  const std::string path = entry();
  std::ifstream file(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  const auto write = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(whole.substr(0, size));
    EXPECT_FALSE(is_known()) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write(damaged);
    const std::optional<KnownFeed> known = FeedCache(directory()).find("a.json");
    // Some bits of a frame's head mean nothing.
    EXPECT_TRUE(!known || known->feed.encode() == feed_.encode()) << at;
  }
  write(whole);
  EXPECT_TRUE(is_known());
}

TEST(FeedCacheDirectory, MayBeMissing) {
  FeedCache cache("/proc/nowhere");
  cache.keep("a", {}, {});
  EXPECT_FALSE(cache.find("a"));
}

}  // namespace
}  // namespace plimsoll::feeds
