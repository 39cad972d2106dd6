// Scores of vectors: those that the specifications work through themselves, and what is no vector.
// cvss/oracle_test.cpp compares many more.
#include "advisories/cvss.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::advisories {
namespace {

// "CVSS 3.1 9.8 critical", "none".
std::string told(std::string_view vector) {
  const std::optional<CvssScore> score = score_of(vector);
  if (!score) return "none";
  return concat(score->version, " ", std::to_string(score->tenths / 10), ".",
                std::to_string(score->tenths % 10), " ", name_of(score->rating));
}

// Without the rating.
void expect_scores(const std::vector<std::pair<std::string, std::string>>& cases,
                   std::string_view version) {
  for (const auto& [vector, score] : cases) {
    const std::string ours = told(vector);
    EXPECT_EQ(ours.substr(0, ours.rfind(' ')), concat(version, " ", score)) << vector;
  }
}

// The guide's sections 3.3.1 to 3.3.3: base, temporal, environmental.
TEST(Cvss, Version2OfTheGuide) {
  expect_scores({{"AV:N/AC:L/Au:N/C:N/I:N/A:C", "7.8"},
                 {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", "6.4"},
                 {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", "9.2"},
                 {"AV:N/AC:L/Au:N/C:C/I:C/A:C", "10.0"},
                 {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", "8.3"},
                 {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", "9.0"},
                 {"AV:L/AC:H/Au:N/C:C/I:C/A:C", "6.2"},
                 {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", "4.9"},
                 {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", "7.5"}},
                "CVSS 2.0");
}

// "Common Vulnerability Scoring System v3.0: Examples", and the one of v3.1.
TEST(Cvss, Version3OfTheExamples) {
  expect_scores({{"CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "8.8"},
                 {"CVSS:3.0/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", "7.8"},
                 {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "7.5"},
                 {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "9.8"}},
                "CVSS 3.0");
  expect_scores({{"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "6.1"},
                 {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", "6.4"},
                 {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", "3.1"},
                 {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", "9.9"},
                 {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", "4.2"},
                 {"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", "6.8"},
                 {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "6.8"},
                 {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", "9.3"},
                 {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", "9.6"}},
                "CVSS 3.1");
}

// "Common Vulnerability Scoring System version 4.0: Examples".
TEST(Cvss, Version4OfTheExamples) {
  expect_scores({{"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "7.3"},
                 {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "7.7"},
                 {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", "5.2"},
                 {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", "8.3"},
                 {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/"
                  "MAV:N/MAC:H/MVC:H/MVI:L/MVA:L",
                  "8.1"},
                 {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", "4.6"},
                 {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", "5.1"},
                 {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", "6.9"},
                 {"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", "5.9"},
                 {"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "9.3"},
                 {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A", "8.7"},
                 {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A", "10.0"},
                 {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", "0.0"}},
                "CVSS 4.0");
}

TEST(Cvss, RatesAsTheVersionDoes) {
  EXPECT_EQ(told("AV:L/AC:H/Au:M/C:N/I:N/A:N"), "CVSS 2.0 0.0 negligible");
  EXPECT_EQ(told("AV:N/AC:M/Au:S/C:N/I:P/A:N"), "CVSS 2.0 3.5 low");
  EXPECT_EQ(told("AV:N/AC:H/Au:N/C:P/I:P/A:N"), "CVSS 2.0 4.0 medium");
  EXPECT_EQ(told("AV:L/AC:M/Au:N/C:C/I:C/A:C"), "CVSS 2.0 6.9 medium");
  EXPECT_EQ(told("AV:A/AC:L/Au:N/C:C/I:C/A:N"), "CVSS 2.0 7.8 high");
  EXPECT_EQ(told("AV:N/AC:L/Au:N/C:C/I:C/A:C"), "CVSS 2.0 10.0 high");
  EXPECT_EQ(told("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), "CVSS 3.1 0.0 negligible");
  EXPECT_EQ(told("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"), "CVSS 3.1 1.6 low");
  EXPECT_EQ(told("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N"), "CVSS 3.1 5.5 medium");
  EXPECT_EQ(told("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"), "CVSS 3.1 8.8 high");
  EXPECT_EQ(told("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"), "CVSS 3.0 9.1 critical");
  EXPECT_EQ(told("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
            "CVSS 4.0 9.3 critical");
}

TEST(Cvss, Version2IsWrittenInSeveralWays) {
  for (const char* const vector :
       {"AV:N/AC:L/Au:N/C:P/I:P/A:P", "(AV:N/AC:L/Au:N/C:P/I:P/A:P)",
        "CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P", "A:P/I:P/C:P/Au:N/AC:L/AV:N",
        "AV:N/AC:L/Au:N/C:P/I:P/A:P/E:ND/RL:ND/RC:ND/CDP:ND/TD:ND/CR:ND/IR:ND/AR:ND"}) {
    EXPECT_EQ(told(vector), "CVSS 2.0 7.5 high") << vector;
  }
}

// What is needed little can bring version 2 below nothing.
TEST(Cvss, IsNeverBelowNothing) {
  EXPECT_EQ(told("AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L"), "CVSS 2.0 0.0 negligible");
}

// 3.1 has another exponent for the modified impact than 3.0, and only where a metric says
// something.
TEST(Cvss, TheScoreIsOfTheMetricsThatAreGiven) {
  EXPECT_EQ(told("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:L/E:P"), "CVSS 3.0 9.1 critical");
  EXPECT_EQ(told("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/CR:X/MAV:X"),
            "CVSS 3.1 9.8 critical");
  EXPECT_EQ(told("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:P"), "CVSS 3.1 6.8 medium");
  EXPECT_EQ(told("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/MS:C"), "CVSS 3.0 9.9 critical");
  EXPECT_EQ(told("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/MS:C"), "CVSS 3.1 10.0 critical");
  EXPECT_EQ(told("CVSS:4.0/AV:P/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:H/SA:N/MSI:S/S:P"),
            "CVSS 4.0 8.1 high");
}

TEST(Cvss, RefusesWhatIsNoVector) {
  for (const char* const vector : {
           "",
           "/",
           "(",
           ")",
           "CVSS:3.1/",
           "CVSS:3.1",
           "AV:N/AC:L/Au:N/C:P/I:P",                             // a metric is missing
           "AV:N/AC:L/Au:N/C:P/I:P/A:P/A:P",                     // twice
           "AV:N/AC:L/Au:N/C:P/I:P/A:X",                         // an unknown value
           "AV:N/AC:L/Au:N/C:P/I:P/A:P/X:P",                     // an unknown metric
           "AV:N/AC:L/Au:N/C:P/I:P/A:P/",                        // an empty one
           "(AV:N/AC:L/Au:N/C:P/I:P/A:P",                        // half a parenthesis
           "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",                // of version 3, not named
           "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",       // there is none
           "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:X/C:H/I:H/A:H",       // X is of modified metrics
           "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",           // a metric is missing
           "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",  // twice
           "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AT:N",  // of version 4
           "cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",       // casing counts
           "CVSS:3.1/av:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",       //
           "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H ",      // a blank
           "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N",
           "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N",
           "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MSC:S",
           "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/U:red",
       }) {
    EXPECT_EQ(told(vector), "none") << vector;
  }
  EXPECT_EQ(told(std::string(1u << 20, '/')), "none");
}

TEST(Cvss, ScoresAllThatFeedsHave) {
  const std::string feeds = test::source_path("../shared/data/feeds");
  if (!std::filesystem::exists(feeds) || test::run_shell("zstd --version").exit_code != 0) {
    GTEST_SKIP() << "there are no feeds in " << feeds << ", or no zstd to read them with";
  }
  const test::Ended ended =
      test::run_shell("zstd -dc *.jsonl.zst | grep -aoE '\"(CVSS:|\\(?AV:)[^\"]*\"' | sort -u",
                      {.directory = feeds, .seconds = 300});
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  std::size_t count = 0;
  for (std::string_view line : split(ended.output, '\n')) {
    if (line.size() < 2) continue;
    line = line.substr(1, line.size() - 2);
    EXPECT_NE(told(line), "none") << line;
    ++count;
  }
  EXPECT_GE(count, 1'800u);
}

}  // namespace
}  // namespace plimsoll::advisories
