#include "fix/combine.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::fix {
namespace {

WantedFix one(std::string order, Span span, std::string text, std::string slot = {}) {
  return {{{span, std::move(text), std::move(slot)}}, std::move(order)};
}

std::string result(std::string_view text, const std::vector<WantedFix>& wanted) {
  return spliced(text, combine(text, wanted).splices);
}

TEST(Combine, MakesWhatIsApartTogether) {
  EXPECT_EQ(result("abcdef", {one("1", {4, 5}, "E"), one("2", {0, 1}, "A")}), "AbcdEf");
}

TEST(Combine, MakesTheSameEditOnce) {
  EXPECT_EQ(result("abc", {one("1", {1, 2}, "B"), one("2", {1, 2}, "B")}), "aBc");
}

TEST(Combine, LetsTheFirstByOrderWinWhateverComesFirst) {
  const WantedFix a = one("1", {0, 2}, "X");
  const WantedFix b = one("2", {1, 3}, "Y");
  EXPECT_EQ(result("abc", {a, b}), "Xc");
  EXPECT_EQ(result("abc", {b, a}), "Xc");
  EXPECT_EQ(combine("abc", std::vector{b, a}).deferred, std::vector<std::size_t>{0});
}

TEST(Combine, MakesAFixWholeOrNotAtAll) {
  WantedFix two = one("2", {0, 1}, "A");
  two.splices.push_back({{2, 3}, "C", {}});
  EXPECT_EQ(result("abc", {one("1", {2, 3}, "Z"), two}), "abZ");
}

TEST(Combine, LeavesAFixThatWouldCutIntoItself) {
  WantedFix two = one("1", {0, 2}, "A");
  two.splices.push_back({{1, 3}, "", {}});
  EXPECT_EQ(result("abc", {two}), "abc");
}

TEST(Combine, InsertsSeveralAtOnePlaceUnlessTheyFillTheSameSlot) {
  EXPECT_EQ(result("ac", {one("1", {1, 1}, "x", "s"), one("2", {1, 1}, "y", "t")}), "axyc");
  EXPECT_EQ(result("ac", {one("1", {1, 1}, "x", "s"), one("2", {1, 1}, "y", "s")}), "axc");
}

TEST(Combine, TakesAwayOneOfThoseThatShareASlot) {
  const std::vector<WantedFix> both{one("1", {0, 2}, "", "s"), one("2", {2, 4}, "", "s")};
  EXPECT_EQ(result("a\nb\n", both), "b\n");
  EXPECT_EQ(combine("a\nb\n", both).deferred, std::vector<std::size_t>{1});
}

TEST(Combine, PutsDeeperLinesFirst) {
  EXPECT_EQ(result("", {one("1", {0, 0}, "a:\n", "a"), one("2", {0, 0}, "  b:\n", "b"),
                        one("3", {0, 0}, "  - c\n", "z")}),
            "  - c\n  b:\na:\n");
}

TEST(Combine, PutsWhatEndsALineBehindWhatIsPartOfIt) {
  EXPECT_EQ(result("a", {one("1", {1, 1}, "\nb"), one("2", {1, 1}, "\"")}), "a\"\nb");
  EXPECT_EQ(result("a", {one("1", {1, 1}, "\r\n  b"), one("2", {1, 1}, " && c")}), "a && c\r\n  b");
}

TEST(Combine, InsertsBeforeAReplacementAndNeverInsideOrBehindWhatGoes) {
  EXPECT_EQ(result("abc", {one("1", {1, 2}, "B"), one("2", {1, 1}, "x")}), "axBc");
  EXPECT_EQ(result("abcd", {one("1", {1, 3}, "B"), one("2", {2, 2}, "x")}), "aBd");
  EXPECT_EQ(result("abc", {one("1", {1, 2}, ""), one("2", {2, 2}, "x")}), "ac");
  EXPECT_EQ(result("abc", {one("1", {1, 2}, "B"), one("2", {2, 2}, "x")}), "aBxc");
  EXPECT_EQ(result("abc", {one("1", {2, 3}, ""), one("2", {3, 3}, "\nx")}), "ab\nx");
  EXPECT_EQ(result("a\nb", {one("1", {1, 3}, ""), one("2", {3, 3}, "\nx")}), "a");
}

// A fix that wants `text` in one of two places, or at the end of the text for both.
WantedFix sharing(std::string order, Span span, std::string text) {
  WantedFix fix = one(std::move(order), span, text, "own");
  const std::string what = concat("end ", text);
  fix.shared.push_back({0, {{6, 6}, std::move(text), "end", what, span.begin, 2}});
  return fix;
}

TEST(Combine, MakesOnceWhatAllPlacesShare) {
  const WantedFix a = sharing("1", {1, 1}, "X");
  const WantedFix b = sharing("2", {3, 3}, "X");
  EXPECT_EQ(result("abcdef", {a, b}), "abcdefX");
  EXPECT_EQ(result("abcdef", {a}), "aXbcdef");
  EXPECT_EQ(result("abcdef", {a, sharing("2", {3, 3}, "Y")}), "aXbcYdef");
  EXPECT_EQ(combine("abcdef", std::vector{b, a}).applied, (std::vector<std::size_t>{0, 1}));
}

TEST(Combine, SharesNothingOfAFixThatHasToWait) {
  WantedFix b = sharing("2", {3, 3}, "X");
  b.splices.push_back({{4, 5}, "B", {}});
  const std::vector<WantedFix> wanted{sharing("3", {1, 1}, "X"), b, one("1", {4, 5}, "Z")};
  EXPECT_EQ(result("abcdef", wanted), "aXbcdZf");
  EXPECT_EQ(combine("abcdef", wanted).deferred, std::vector<std::size_t>{1});
}

TEST(Combine, LetsNothingOverruleWhatIsShared) {
  const std::vector<WantedFix> wanted{sharing("1", {1, 1}, "X"), sharing("2", {3, 3}, "X"),
                                      one("3", {3, 3}, "Y", "own")};
  EXPECT_EQ(result("abcdef", wanted), "abcdefX");
}

// A fix that takes away a line; when all three lines of "key" go, the key goes with them.
WantedFix emptying(std::string order, const std::vector<std::uint32_t>& lines) {
  WantedFix fix{{}, std::move(order)};
  for (const std::uint32_t line : lines) {
    const std::uint32_t begin = 4 + 2 * line;
    fix.shared.push_back({fix.splices.size(), {{0, 10}, "", "", "key", line, 3}});
    fix.splices.push_back({{begin, begin + 2}, "", std::to_string(line / 2)});
  }
  return fix;
}

TEST(Combine, TakesAKeyAwayWithAllOfItsEntries) {
  constexpr std::string_view text = "key\na\nb\nc\nend";
  EXPECT_EQ(result(text, {emptying("1", {0, 1}), emptying("2", {2})}), "end");
  EXPECT_EQ(result(text, {emptying("1", {0}), emptying("2", {1}), emptying("3", {2})}), "end");
  EXPECT_EQ(result(text, {emptying("1", {0, 1})}), "key\nc\nend");
  EXPECT_EQ(result(text, {emptying("1", {0}), emptying("2", {1})}), "key\nb\nc\nend");
}

TEST(Combine, KeepsAnEntryOfAKeyThatIsWrittenAnew) {
  constexpr std::string_view text = "key\na\nb\nc\nend";
  const std::vector<WantedFix> wanted{one("0", {0, 3}, "KEY"), emptying("1", {0}),
                                      emptying("2", {1}), emptying("3", {2})};
  EXPECT_EQ(result(text, wanted), "KEY\nb\nend");
}

}  // namespace
}  // namespace plimsoll::fix
