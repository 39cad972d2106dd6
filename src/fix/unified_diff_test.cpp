#include "fix/unified_diff.h"

#include <gtest/gtest.h>

#include <string>

namespace plimsoll::fix {
namespace {

std::string lines(int from, int to) {
  std::string out;
  for (int i = from; i <= to; ++i) out += std::to_string(i) + "\n";
  return out;
}

TEST(UnifiedDiff, OfTheSameTextIsEmpty) {
  EXPECT_EQ(unified_diff("a", "x\n", "x\n").text, "");
}

TEST(UnifiedDiff, ShowsThreeLinesAround) {
  EXPECT_EQ(unified_diff("dir/a", lines(1, 20), lines(1, 9) + "new\n" + lines(11, 20)).text,
            "--- a/dir/a\n+++ b/dir/a\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+new\n 11\n 12\n 13\n");
}

TEST(UnifiedDiff, JoinsWhatIsNearAndPartsWhatIsFar) {
  const std::string near = unified_diff("a", lines(1, 20), lines(2, 7) + lines(9, 20)).text;
  EXPECT_EQ(near,
            "--- a/a\n+++ b/a\n@@ -1,11 +1,9 @@\n-1\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n 9\n 10\n 11\n");
  const std::string far = unified_diff("a", lines(1, 20), lines(2, 19)).text;
  EXPECT_EQ(
      far,
      "--- a/a\n+++ b/a\n@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -17,4 +16,3 @@\n 17\n 18\n 19\n-20\n");
}

TEST(UnifiedDiff, SaysWhereALineEndingIsMissing) {
  EXPECT_EQ(unified_diff("a", "x", "y").text,
            "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+y\n"
            "\\ No newline at end of file\n");
}

TEST(UnifiedDiff, OfANewFile) {
  EXPECT_EQ(unified_diff("a", "", "x\n", true).text,
            "--- /dev/null\n+++ b/a\n@@ -0,0 +1,1 @@\n+x\n");
}

TEST(UnifiedDiff, HasLessContextWhereASecretStands) {
  const UnifiedDiff diff =
      unified_diff("a", "DB_PASSWORD=hunter22\nb\nc\nd\n", "DB_PASSWORD=hunter22\nb\nx\nd\n");
  EXPECT_EQ(diff.text, "--- a/a\n+++ b/a\n@@ -2,3 +2,3 @@\n b\n-c\n+x\n d\n");
  EXPECT_EQ(diff.hidden_hunks, 0u);
}

TEST(UnifiedDiff, HidesAChangeThatCannotBeShownWithoutASecret) {
  const UnifiedDiff removed = unified_diff("a", "DB_PASSWORD=hunter22\nb\n", "b\n");
  EXPECT_EQ(removed.text, "");
  EXPECT_EQ(removed.hidden_hunks, 1u);
  const UnifiedDiff above =
      unified_diff("a", "b\nDB_PASSWORD=hunter22\nc\n", "x\nDB_PASSWORD=hunter22\nc\n");
  EXPECT_EQ(above.text, "");
  EXPECT_EQ(above.hidden_hunks, 1u);
}

TEST(UnifiedDiff, CountsLinesAsIfHiddenChangesWereNotMade) {
  const std::string before = "DB_PASSWORD=hunter22\n" + lines(1, 20);
  const std::string after = lines(1, 14) + "new\n" + lines(16, 20);
  const UnifiedDiff diff = unified_diff("a", before, after);
  EXPECT_EQ(diff.hidden_hunks, 1u);
  EXPECT_EQ(diff.text,
            "--- a/a\n+++ b/a\n@@ -13,7 +13,7 @@\n 12\n 13\n 14\n-15\n+new\n 16\n 17\n 18\n");
}

TEST(UnifiedDiff, OfTextsThatDifferThroughout) {
  std::string before;
  std::string after;
  for (int i = 0; i < 5000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const std::string diff = unified_diff("a", before, after).text;
  EXPECT_TRUE(diff.starts_with("--- a/a\n+++ b/a\n@@ -1,5000 +1,5000 @@\n-a0\n"));
  EXPECT_TRUE(diff.ends_with("+b4999\n"));
}

}  // namespace
}  // namespace plimsoll::fix
