#include "advisories/range_text.h"

#include <gtest/gtest.h>

namespace plimsoll::advisories {
namespace {

using enum EventKind;

std::string text_of(std::vector<std::vector<Event>> ranges,
                    std::vector<std::string_view> versions = {}) {
  StoredEntry entry;
  entry.ranges = std::move(ranges);
  entry.versions = std::move(versions);
  return range_text(entry);
}

TEST(RangeText, SaysWhichVersionsAreAffected) {
  EXPECT_EQ(text_of({{{introduced, "0"}}}), "every version");
  EXPECT_EQ(text_of({{{introduced, "0"}, {fixed, "1.2"}}}), "< 1.2");
  EXPECT_EQ(text_of({{{introduced, "0"}, {last_affected, "1.2"}}}), "<= 1.2");
  EXPECT_EQ(text_of({{{introduced, "1.0"}, {fixed, "1.2"}}}), ">= 1.0, < 1.2");
  EXPECT_EQ(text_of({{{introduced_after, "1.0"}, {fixed, "1.2"}}}), "> 1.0, < 1.2");
  EXPECT_EQ(text_of({{{introduced, "0"}, {fixed, "1.2"}, {introduced, "2.0"}, {fixed, "2.1"}}}),
            "< 1.2 or >= 2.0, < 2.1");
  EXPECT_EQ(text_of({{{introduced, "0"}, {fixed, "1.2"}}, {{introduced, "2.0"}}}),
            "< 1.2 or >= 2.0");
}

TEST(RangeText, ListsSomeVersions) {
  EXPECT_EQ(text_of({}, {"1.0", "1.1"}), "= 1.0 or = 1.1");
  EXPECT_EQ(text_of({}, {"1", "2", "3", "4", "5", "6", "7"}),
            "= 1 or = 2 or = 3 or = 4 or = 5 or 2 more versions");
}

}  // namespace
}  // namespace plimsoll::advisories
