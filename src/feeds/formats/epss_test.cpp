#include <gtest/gtest.h>

#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

TEST(Epss, ReadsTheFileOfADay) {
  const RecordingSink read = read_records(
      "#model_version:v2025.03.14,score_date:2025-08-25T12:55:00Z\ncve,epss,percentile\n"
      "CVE-2024-1111,0.25,0.5\r\n\nCVE-2024-2222,1.5e-1,1\n");
  EXPECT_EQ(read.refused, Lines{});
  EXPECT_EQ(read.records, (Lines{"day 2025-08-25", "CVE-2024-1111 0.250000 0.500000",
                                 "CVE-2024-2222 0.150000 1.000000"}));
}

TEST(Epss, ReadsColumnsInAnyOrder) {
  EXPECT_EQ(read_records("#model_version:1\npercentile,cve,epss\n0.5,CVE-2024-1111,0.25\n").records,
            Lines{"CVE-2024-1111 0.250000 0.500000"});
}

TEST(Epss, RefusesWhatIsNoShare) {
  const RecordingSink read = read_records(
      "cve,epss,percentile\nCVE-2024-1111,1.01,0\nCVE-2024-2222,-0.1,0\nCVE-2024-3333,nan,0\n"
      "CVE-2024-4444,0.1,2\nCVE-2024-5555\nx,0.1,0.1\nCVE-2024-6666,0,0\n");
  EXPECT_EQ(read.records, Lines{"CVE-2024-6666 0.000000 0.000000"});
  const std::string why = ": its probability or percentile is no number from 0 to 1";
  EXPECT_EQ(read.refused,
            (Lines{concat("CVE-2024-1111 x:2", why), concat("CVE-2024-2222 x:3", why),
                   concat("CVE-2024-3333 x:4", why), concat("CVE-2024-4444 x:5", why),
                   concat("CVE-2024-5555 x:6", why), " x:7: an estimate names no CVE"}));
}

TEST(Epss, RefusesAFileWithoutColumns) {
  EXPECT_EQ(read_records("#model_version:1\nCVE-2024-1111,0.1,0.1\n").refused,
            Lines{" x:2: this line names no columns \"cve\" and \"epss\""});
}

TEST(Epss, ReadsJson) {
  EXPECT_EQ(read_records(R"({"score_date":"2021-08-31T00:00:00+0000",
                       "data":[{"id":"CVE-2024-1111","epss":0.25}]})")
                .records,
            (Lines{"day 2021-08-31", "CVE-2024-1111 0.250000 0.000000"}));
  EXPECT_EQ(read_records(R"({"status":"OK","status-code":200,"data":[{"cve":"CVE-2024-1111",
                       "epss":"0.25","percentile":"0.5","date":"2025-08-25"}]})")
                .records,
            (Lines{"day 2025-08-25", "CVE-2024-1111 0.250000 0.500000"}));
}

TEST(Epss, RefusesWhatIsNoShareInJson) {
  const RecordingSink read = read_records(R"({"score_date":"2021-08-31","data":[
      {"id":"CVE-2024-1111","epss":7},{"id":"CVE-2024-2222","epss":true},{"epss":0.1},
      {"id":"CVE-2024-3333","epss":1}]})");
  EXPECT_EQ(read.records, (Lines{"day 2021-08-31", "CVE-2024-3333 1.000000 0.000000"}));
  EXPECT_EQ(read.refused.size(), 3u);
}

}  // namespace
}  // namespace plimsoll::feeds
