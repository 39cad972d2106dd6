#include <gtest/gtest.h>

#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

RecordingSink read_entries(std::string_view entries) {
  return read_records(concat(R"({"catalogVersion":"1","vulnerabilities":[)", entries, "]}"));
}

TEST(Kev, ReadsEntries) {
  const RecordingSink read = read_entries(
      R"({"cveID":"CVE-2024-1111","dateAdded":"2024-01-02","dueDate":"2024-02-03",
          "knownRansomwareCampaignUse":"Known"},
         {"cveID":"CVE-2024-2222","dateAdded":"2024-01-02","knownRansomwareCampaignUse":"Unknown"})");
  EXPECT_EQ(read.refused, Lines{});
  EXPECT_EQ(read.records,
            (Lines{"CVE-2024-1111 2024-01-02 2024-02-03 ransomware", "CVE-2024-2222 2024-01-02 "}));
}

TEST(Kev, RefusesWhatNamesNoCveOrDay) {
  const RecordingSink read = read_entries(
      R"({"cveID":"CVE-2024","dateAdded":"2024-01-02"},{"dateAdded":"2024-01-02"},
         {"cveID":"CVE-2024-1111","dateAdded":"soon"},
         {"cveID":"CVE-2024-2222","dateAdded":"2024-01-02","dueDate":"never"},
         {"cveID":"CVE-2024-3333","dateAdded":"2024-01-02"})");
  EXPECT_EQ(read.records, Lines{"CVE-2024-3333 2024-01-02 "});
  EXPECT_EQ(read.refused,
            (Lines{" x: an entry names no CVE", " x: an entry names no CVE",
                   "CVE-2024-1111 x: a date is none", "CVE-2024-2222 x: a date is none"}));
}

}  // namespace
}  // namespace plimsoll::feeds
