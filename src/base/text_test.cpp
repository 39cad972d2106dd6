#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

#include "base/files.h"
#include "base/utf8.h"

namespace plimsoll {
namespace {

TEST(Text, OffersTheNearestWord) {
  constexpr std::array<std::string_view, 3> words{"check", "explain", "rules"};
  EXPECT_EQ(nearest("chek", words), "check");
  EXPECT_EQ(nearest("hceck", words), "check");
  EXPECT_EQ(nearest("Rules", words), "rules");
  EXPECT_EQ(nearest("something-else", words), std::nullopt);
}

TEST(Text, SplitsAndTrims) {
  EXPECT_EQ(split("a,,b", ',').size(), 3u);
  EXPECT_EQ(split("", ',').size(), 1u);
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(parse_number("12"), 12);
  EXPECT_EQ(parse_number("-1"), std::nullopt);
  EXPECT_EQ(parse_number("99999999999999999999"), std::nullopt);
}

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_EQ(first_invalid_utf8("plain ascii, longer than a word"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("é € 𝄞"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("abc\xff"), 3u);
  EXPECT_EQ(first_invalid_utf8("\xc0\xaf"), 0u);          // overlong
  EXPECT_EQ(first_invalid_utf8("\xed\xa0\x80"), 0u);      // surrogate
  EXPECT_EQ(first_invalid_utf8("\xf4\x90\x80\x80"), 0u);  // above U+10FFFF
  EXPECT_EQ(first_invalid_utf8("12345678\xe2\x82"), 8u);  // cut off
}

TEST(Utf8, ShowsWhatSteersATerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\tc"), "a\\x1b[31mb\tc");
  EXPECT_EQ(printable("\u202e"), "\\u202e");
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("é"), "é");
}

TEST(Paths, AreTakenApartAndPutTogether) {
  EXPECT_EQ(parent_path("a/b"), "a");
  EXPECT_EQ(parent_path("a"), "");
  EXPECT_EQ(parent_path("/a"), "/");
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a", "/b"), "/b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(normal_path("a/./b//../c"), "a/c");
  EXPECT_EQ(normal_path("../a/../.."), "../..");
  EXPECT_EQ(normal_path("/.."), "/");
  EXPECT_EQ(normal_path(""), ".");
}

}  // namespace
}  // namespace plimsoll
