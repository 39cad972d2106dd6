#include "feeds/summary.h"

#include <gtest/gtest.h>

#include "advisories/advisory.h"

namespace plimsoll::feeds {
namespace {

constexpr std::size_t most = advisories::max_summary_bytes;

TEST(Summary, IsTheFirstParagraphInOneLine) {
  EXPECT_EQ(summary_of("\n  Keys that are\r\n too long\ttake time. \n \nImpact: much."),
            "Keys that are too long take time.");
  EXPECT_EQ(summary_of(" \n "), "");
}

TEST(Summary, EndsWithASentenceOrAWord) {
  const std::string sentence = std::string(most - 50, 'a') + ".";
  EXPECT_EQ(summary_of(sentence + " " + std::string(100, 'b')), sentence);
  EXPECT_EQ(summary_of("A. " + std::string(most - 60, 'b') + " " + std::string(100, 'c')),
            "A. " + std::string(most - 60, 'b') + "…");
  EXPECT_EQ(summary_of(std::string(most, 'a')), std::string(most, 'a'));
  EXPECT_EQ(summary_of(std::string(most + 1, 'a')), std::string(most - 3, 'a') + "…");
}

TEST(Summary, IsNotCutInACharacter) {
  for (std::size_t size = most - 6; size < most - 4; ++size) {
    const std::string out = summary_of(std::string(size, 'a') + "\u00e9\u00e9\u00e9\u00e9\u00e9");
    EXPECT_LE(out.size(), most);
    EXPECT_TRUE(out.ends_with("…")) << out;
    // What is left of the last ones are whole.
    const std::string_view last = std::string_view(out).substr(size < out.size() ? size : 0);
    EXPECT_EQ((last.size() - 3) % 2, 0u) << out;
  }
}

}  // namespace
}  // namespace plimsoll::feeds
