#include "base/source.h"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(Source, PositionsCountLinesAndCodePoints) {
  const Source source("f", "é=1\r\nx\n");
  EXPECT_EQ(source.position(0).line, 1u);
  EXPECT_EQ(source.position(2).column, 2u);  // after the two bytes of é
  EXPECT_EQ(source.position(6).line, 2u);
  EXPECT_EQ(source.position(99).line, 3u);
  EXPECT_EQ(source.line(1), "é=1");
  EXPECT_EQ(source.line(2), "x");
  EXPECT_EQ(source.line(4), "");
  EXPECT_EQ(source.line_count(), 2u);
  EXPECT_EQ(Source("f", "").line_count(), 0u);
  EXPECT_EQ(Source("f", "a").line_count(), 1u);
}

TEST(Source, PositionsLeaveTheByteOrderMarkOut) {
  const Source source("f",
                      "\xEF\xBB\xBF"
                      "ab\nc");
  EXPECT_EQ(source.position(0).column, 1u);
  EXPECT_EQ(source.position(4).column, 2u);
  EXPECT_EQ(source.position(6).line, 2u);
  EXPECT_EQ(source.line(1), "ab");
}

}  // namespace
}  // namespace plimsoll
