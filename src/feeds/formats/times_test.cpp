#include "feeds/formats/times.h"

#include <gtest/gtest.h>

namespace plimsoll::feeds {
namespace {

TEST(Times, WritesMomentsInOneForm) {
  EXPECT_EQ(moment_of("2018-04-26 17:17:00"), "2018-04-26T17:17:00Z");
  EXPECT_EQ(moment_of("2018-04-26 17:17"), "2018-04-26T17:17:00Z");
  EXPECT_EQ(moment_of(" 2018-04-26 "), "2018-04-26T00:00:00Z");
  EXPECT_EQ(moment_of("2018-04-26T17:17:00.123+02:00"), "2018-04-26T17:17:00.123+02:00");
  EXPECT_EQ(moment_of("1704164645"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(moment_of("1704164645999"), "2024-01-02T03:04:05Z");
  EXPECT_EQ(moment_of("0"), "1970-01-01T00:00:00Z");
  for (const std::string_view text :
       {"", "yesterday", "2018-4-26", "2018-04-26T17:17:00", "2018-04-26T17:17:00 Z",
        "999999999999999999", "99999999999999999999", "-1"}) {
    EXPECT_EQ(moment_of(text), "") << text;
  }
}

TEST(Times, KnowsMoments) {
  EXPECT_TRUE(is_moment("2018-04-26T17:17:00Z"));
  EXPECT_TRUE(is_moment("2018-04-26T17:17:00.123+02:00"));
  for (const std::string_view text :
       {"", "2018-04-26", "2018-04-26T17:17:00", "2018-04-26 17:17:00Z", "2018-04-26T17:17:00<",
        "2018-4-026T17:17:00Z"}) {
    EXPECT_FALSE(is_moment(text)) << text;
  }
  EXPECT_TRUE(is_moment(std::string("2018-04-26T17:17:00.") + std::string(20, '1')));
  EXPECT_FALSE(is_moment(std::string("2018-04-26T17:17:00.") + std::string(21, '1')));
}

}  // namespace
}  // namespace plimsoll::feeds
