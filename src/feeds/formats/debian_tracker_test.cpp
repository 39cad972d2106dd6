#include <gtest/gtest.h>

#include "feeds/formats/formats.h"
#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string flaw(std::string_view releases) {
  return concat(R"({"scope":"remote","debianbug":1,"description":"It falls over.\nAnd more.",)",
                R"("releases":{)", releases, "}}");
}

// What is made of one release's statement, or why nothing is.
std::string line_of(std::string_view statement) {
  const RecordingSink sink =
      read_text(debian_tracker, concat(R"({"openssl":{"CVE-2024-0001":)",
                                       flaw(concat(R"("bookworm":{)", statement, "}")), "}}"));
  if (!sink.refusals.empty()) return sink.refusals[0];
  constexpr std::string_view start = "Debian:12 source openssl";
  EXPECT_TRUE(sink.lines.at(0).starts_with(start));
  return sink.lines[0].substr(start.size());
}

TEST(DebianTracker, ReadsFlawsOfPackages) {
  const RecordingSink sink = read_text(
      debian_tracker,
      concat(R"({"openssl":{"CVE-2024-0001":)",
             flaw(R"("buster":{"status":"resolved","repositories":{"buster":"1"},)"
                  R"("fixed_version":"1.1.1-1","urgency":"low**"},"trixie":{"status":"open",)"
                  R"("urgency":"not yet assigned"},"sid":{"status":"open","urgency":"low"})"),
             R"(,"TEMP-0000000-ABCDEF":)",
             flaw(R"("forky":{"status":"open","urgency":"unimportant"})"), R"(},"curl":{)",
             R"("CVE-2024-0001":)", flaw(R"("duke":{"status":"open","urgency":"high"})"), "}}"));
  EXPECT_EQ(sink.heads, (Lines{"debian-tracker CVE-2024-0001 openssl|CVE-2024-0001|||It falls "
                               "over. And more.|||unknown|",
                               "debian-tracker TEMP-0000000-ABCDEF openssl|TEMP-0000000-ABCDEF|||"
                               "It falls over. And more.|||unknown|",
                               "debian-tracker CVE-2024-0001 curl|CVE-2024-0001|||It falls over. "
                               "And more.|||unknown|"}));
  EXPECT_EQ(
      sink.lines,
      (Lines{"Debian:10 source openssl [>=0 <1.1.1-1] low", "Debian:13 source openssl [>=0]",
             "Debian:14 source openssl [>=0] negligible", "Debian:15 source curl [>=0] high"}));
  EXPECT_EQ(sink.refusals, Lines{});
}

TEST(DebianTracker, ReadsWhatIsDecided) {
  EXPECT_EQ(line_of(R"("status":"resolved","fixed_version":"3.0.9-1")"), " [>=0 <3.0.9-1]");
  EXPECT_EQ(line_of(R"("status":"resolved","fixed_version":"0")"), " not affected");
  EXPECT_EQ(line_of(R"("status":"open","nodsa":"Minor issue","nodsa_reason":"")"),
            " [>=0] fix deferred");
  EXPECT_EQ(line_of(R"("status":"open","nodsa":"Minor issue","nodsa_reason":"postponed")"),
            " [>=0] fix deferred");
  EXPECT_EQ(line_of(R"("status":"open","nodsa":"Minor issue","nodsa_reason":"ignored")"),
            " [>=0] will not fix");
  EXPECT_EQ(line_of(R"("status":"open","urgency":"end-of-life","nodsa":"x")"),
            " [>=0] end of life");
  EXPECT_EQ(line_of(R"("status":"open","nodsa":null)"), " [>=0]");
  EXPECT_EQ(line_of(R"("status":"undetermined")"), " [>=0] under investigation");
}

TEST(DebianTracker, RefusesWhatIsNotKnown) {
  EXPECT_EQ(line_of(R"("status":"resolved")"),
            "feed CVE-2024-0001: it is resolved in no version (openssl)");
  EXPECT_EQ(line_of(R"("status":"perhaps")"),
            "feed CVE-2024-0001: its status is none that is known (openssl)");
  EXPECT_EQ(line_of(R"("status":7)"),
            "feed CVE-2024-0001: its status is none that is known (openssl)");
  EXPECT_EQ(line_of(R"("status":"resolved","fixed_version":"1 2")"),
            "feed CVE-2024-0001: a version of openssl cannot be one");
}

TEST(DebianTracker, ReadsOnBehindWhatIsWrong) {
  const RecordingSink sink = read_text(
      debian_tracker,
      R"({"a1":7,"b1":{"CVE-1":[],"CVE-2024-0002":{"releases":{"bookworm":{"status":"open"}}}},)"
      R"("c1":{"CVE-2024-0003":{"releases":{"sid":{"status":"open"}}}}})");
  EXPECT_EQ(sink.lines, Lines{"Debian:12 source b1 [>=0]"});
  EXPECT_EQ(sink.left_out, 2u);
  const RecordingSink cut = read_text(
      debian_tracker,
      R"({"a1":{"CVE-2024-0002":{"releases":{"bookworm":{"status":"open"}}},"CVE-2024-0003":{"rel)");
  EXPECT_EQ(cut.advisories, 0u);
  EXPECT_EQ(cut.refusals.size(), 1u);
}

TEST(DebianTracker, IsRecognised) {
  EXPECT_TRUE(debian_tracker.recognises({{{"389-ds-base", '{'}, {"3proxy", '{'}}, {}, {}}));
  EXPECT_FALSE(debian_tracker.recognises({{{"389-ds-base", '{'}, {"count", '1'}}, {}, {}}));
  EXPECT_FALSE(debian_tracker.recognises({{{"document", '{'}, {"product_tree", '{'}}, {}, {}}));
  EXPECT_FALSE(debian_tracker.recognises({{{"data", '{'}}, {}, {}}));
  EXPECT_FALSE(debian_tracker.recognises({}));
}

}  // namespace
}  // namespace plimsoll::feeds
