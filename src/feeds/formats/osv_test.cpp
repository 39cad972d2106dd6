#include <gtest/gtest.h>

#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

// A record with what every one must have, and `rest`.
std::string record(std::string_view id, std::string_view rest) {
  return concat(R"({"id":")", id, R"(","modified":"2024-01-02T03:04:05Z")", rest.empty() ? "" : ",",
                rest, "}");
}

std::string affecting(std::string_view package, std::string_view rest) {
  return concat(R"("affected":[{"package":{)", package, "},", rest, "}]");
}

constexpr std::string_view lodash = R"("ecosystem":"npm","name":"lodash")";
constexpr std::string_view before_2 =
    R"("ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}])";

Lines records_of(const std::string& text) {
  const RecordingSink read = read_records(text);
  EXPECT_EQ(read.refused, Lines{}) << text;
  return read.records;
}

// Why the one record is refused.
std::string refusal_of(const std::string& text) {
  const RecordingSink read = read_records(text);
  EXPECT_EQ(read.records, Lines{}) << text;
  EXPECT_EQ(read.refused.size(), 1u) << text;
  return read.refused.empty() ? "" : read.refused.front();
}

TEST(Osv, ReadsRangesAndVersions) {
  EXPECT_EQ(records_of(record("GHSA-1", affecting(lodash,
                                                  R"("versions":["1.0","1.1"],"ranges":[
      {"type":"SEMVER","events":[{"fixed":"2.0.0"},{"introduced":"0"}]},
      {"type":"ECOSYSTEM","events":[{"introduced":"3"},{"last_affected":"3.1"},{"limit":"4"}]}])"))),
            (Lines{"GHSA-1", "  npm lodash [<2.0.0 >=0] [>=3 <=3.1 limit 4] versions=1.0,1.1"}));
}

// The order of keys says nothing: here the ranges are in front of the type and the package.
TEST(Osv, ReadsKeysInAnyOrder) {
  EXPECT_EQ(
      records_of(
          R"({"affected":[{"ranges":[{"events":[{"introduced":"0"}],"type":"SEMVER"}],"package":
          {"name":"lodash","ecosystem":"npm"}}],"modified":"2024-01-02T03:04:05Z","id":"GHSA-1"})"),
      (Lines{"GHSA-1", "  npm lodash [>=0]"}));
}

TEST(Osv, LeavesOutCommitsAndWhatIsInNoImage) {
  const RecordingSink read = read_records(record("CVE-2024-1111", R"("affected":[
      {"ranges":[{"type":"GIT","repo":"https://x","events":[{"introduced":"0"}]}]},
      {"package":null,"versions":["v1"]},
      {"package":{"ecosystem":"Android","name":"x"},"versions":["1"]},
      {"package":{"ecosystem":"npm","name":"x"},
       "ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]},
      {"package":{"ecosystem":"npm","name":"y"},"versions":["1"],
       "ranges":[{"type":"GIT","events":[{"introduced":"0"},{"fixed":"abc"}]}]}])"));
  EXPECT_EQ(read.refused, Lines{});
  EXPECT_EQ(read.records, (Lines{"CVE-2024-1111", "  npm y versions=1"}));
  EXPECT_EQ(read.left_out, 4u);
}

TEST(Osv, WritesNamesAsTheDatabaseHasThem) {
  EXPECT_EQ(records_of(record("PYSEC-1", affecting(R"("ecosystem":"PyPI","name":"Ruamel_Yaml")",
                                                   R"("versions":["1"])"))),
            (Lines{"PYSEC-1", "  PyPI ruamel-yaml versions=1"}));
}

TEST(Osv, TellsSourcesByEcosystemOrPackageUrl) {
  const auto line = [](std::string_view package) {
    return records_of(record("X-1", affecting(package, R"("versions":["1"])"))).at(1);
  };
  EXPECT_EQ(line(R"("ecosystem":"Debian:12","name":"a")"), "  Debian:12 source a versions=1");
  EXPECT_EQ(line(R"("ecosystem":"AlmaLinux:9","name":"a")"), "  AlmaLinux:9 a versions=1");
  EXPECT_EQ(line(R"("ecosystem":"AlmaLinux:9","name":"a","purl":"pkg:rpm/a?arch=src")"),
            "  AlmaLinux:9 source a versions=1");
}

TEST(Osv, TakesTheFlawsThatARepairNames) {
  EXPECT_EQ(records_of(record("DSA-5514-1", R"("aliases":["CVE-2023-1111"],
      "related":["CVE-2023-2222","DSA-1-1","CVE-2023-1111"],"upstream":["DEBIAN-CVE-2023-3333"])")),
            (Lines{"DSA-5514-1 flaws=CVE-2023-1111,CVE-2023-2222,CVE-2023-3333"}));
}

TEST(Osv, TakesTheNamesOfAFlawAndNotWhatIsRelatedToIt) {
  EXPECT_EQ(records_of(record("GHSA-1", R"("aliases":["CVE-2023-1111","DSA-1-1","GHSA-1"],
      "related":["CVE-2023-2222"])")),
            (Lines{"GHSA-1 aliases=CVE-2023-1111"}));
  EXPECT_EQ(records_of(record("UBUNTU-CVE-2023-1111", R"("upstream":["CVE-2023-1111"],
      "related":["USN-1-1"])")),
            (Lines{"UBUNTU-CVE-2023-1111 aliases=CVE-2023-1111"}));
  EXPECT_EQ(records_of(record("DEBIAN-CVE-2023-1111", "")),
            (Lines{"DEBIAN-CVE-2023-1111 aliases=CVE-2023-1111"}));
}

TEST(Osv, LeavesOutRepairsOfBugs) {
  const RecordingSink read = read_records(record("ALBA-2024:1", R"("summary":"x bug fix update")"));
  EXPECT_EQ(read.records, Lines{});
  EXPECT_EQ(read.left_out, 1u);
  EXPECT_EQ(records_of(record("ALBA-2024:1", R"("related":["CVE-2024-1111"])")),
            (Lines{"ALBA-2024:1 flaws=CVE-2024-1111"}));
  EXPECT_EQ(records_of(record("DSA-1-1", "")), (Lines{"DSA-1-1"}));
}

TEST(Osv, ReadsRatings) {
  EXPECT_EQ(records_of(record("GHSA-1", R"("database_specific":{"severity":"MODERATE"},
      "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"},{"type":"CVSS_V4","score":"CVSS:4.0/A"},
                  {"type":"Other","score":"9"}])")),
            (Lines{"GHSA-1 cvss=CVSS:3.1/AV:N,CVSS:4.0/A medium"}));
  EXPECT_EQ(records_of(
                record("UBUNTU-CVE-2023-1111", R"("severity":[{"type":"Ubuntu","score":"high"}])")),
            (Lines{"UBUNTU-CVE-2023-1111 aliases=CVE-2023-1111 high"}));
  EXPECT_EQ(records_of(record("ALSA-1", R"("summary":"Important: firefox security update")")),
            (Lines{"ALSA-1 high 'Important: firefox security update'"}));
  EXPECT_EQ(records_of(record("GHSA-1", R"("summary":"Important: read this")")),
            (Lines{"GHSA-1 'Important: read this'"}));
}

TEST(Osv, ReadsDebiansUrgencies) {
  const auto line = [](std::string_view urgency) {
    return records_of(
               record("CVE-2024-1111",
                      affecting(R"("ecosystem":"Debian:12","name":"a")",
                                concat(R"("versions":["1"],"ecosystem_specific":{"urgency":")",
                                       urgency, R"("})"))))
        .at(1);
  };
  EXPECT_EQ(line("unimportant"), "  Debian:12 source a versions=1 negligible");
  EXPECT_EQ(line("end-of-life"), "  Debian:12 source a versions=1 end of life");
  EXPECT_EQ(line("not yet assigned"), "  Debian:12 source a versions=1");
}

TEST(Osv, ReadsWithdrawals) {
  EXPECT_EQ(records_of(record("GHSA-1", R"("withdrawn":"2024-01-01T00:00:00Z")")),
            (Lines{"GHSA-1 withdrawn"}));
  EXPECT_EQ(records_of(record("GHSA-1", R"("withdrawn":null)")), (Lines{"GHSA-1"}));
}

TEST(Osv, TakesASummaryOrTheBeginningOfTheDetails) {
  EXPECT_EQ(records_of(record("GHSA-1", R"("summary":" One\nTwo","details":"Three")")),
            (Lines{"GHSA-1 'One Two'"}));
  EXPECT_EQ(records_of(record("GHSA-1", R"("details":"\n\nThree.\n\nFour")")),
            (Lines{"GHSA-1 'Three.'"}));
}

TEST(Osv, ReadsModulesFromTheSummary) {
  const auto lines = [](std::string_view summary, std::string_view version) {
    return records_of(
        record("ALSA-1",
               concat(R"("summary":")", summary, "\",",
                      affecting(R"("ecosystem":"AlmaLinux:8","name":"a")",
                                concat(R"("ranges":[{"type":"ECOSYSTEM","events":[)",
                                       R"({"introduced":"0"},{"fixed":")", version, "\"}]}]")))));
  };
  constexpr std::string_view modular = "1-1.module_el8.5.0+1";
  const auto package = [](std::string_view module, std::string_view version) {
    return concat("  AlmaLinux:8 a", module, " [>=0 <", version, "]");
  };
  EXPECT_EQ(lines("Important: 389-ds:1.4 security, bug fix update", modular).at(1),
            package(" {389-ds:1.4}", modular));
  EXPECT_EQ(lines("Important: httpd:2.4/mod_http2 security update", modular).at(1),
            package(" {httpd:2.4}", modular));
  EXPECT_EQ(lines("Important: a:1 security update", "1-1.el8").at(1), package("", "1-1.el8"));
  EXPECT_EQ(lines("Important: varnish security update", modular).at(1), package(" {?}", modular));
  EXPECT_EQ(lines("Moderate: go-toolset:Rocky Linux8 security update", modular).at(1),
            package(" {?}", modular));
  const Lines both = lines("Low: virt:rhel and virt-devel:rhel security update", modular);
  EXPECT_EQ(both.at(1), package(" {virt:rhel}", modular));
  EXPECT_EQ(both.at(2), package(" {virt-devel:rhel}", modular));
}

TEST(Osv, RefusesWhatIsNotAsItMustBe) {
  EXPECT_EQ(refusal_of(R"({"modified":"2024-01-02T03:04:05Z","affected":[]})"),
            " x: it has no \"id\"");
  EXPECT_EQ(refusal_of(R"({"id":"A-1","affected":[]})"), "A-1 x: it has no \"modified\"");
  EXPECT_EQ(refusal_of(R"({"id":"A-1","modified":"yesterday"})"), "A-1 x: \"modified\" is no time");
  EXPECT_EQ(refusal_of(record("A 1", "")), " x: its \"id\" can be none");
  EXPECT_EQ(refusal_of(R"({"id":1,"modified":"2024-01-02T03:04:05Z"})"),
            " x: \"id\" is not a string");
  EXPECT_EQ(refusal_of(record("A-1", R"("affected":{})")), "A-1 x: \"affected\" is not a list");
  EXPECT_EQ(refusal_of(record("A-1", R"("aliases":["a b"])")),
            "A-1 x: \"aliases\" has what can be no id");
  EXPECT_EQ(
      refusal_of(record("A-1", R"("affected":[{"package":{"ecosystem":"npm"},"versions":["1"]}])")),
      "A-1 x: a package has no name");
  // The id stands behind the fault.
  EXPECT_EQ(refusal_of(R"({"modified":7,"id":"A-1"})"), "A-1 x: \"modified\" is not a string");
}

TEST(Osv, RefusesEventsThatSayTwoThings) {
  const auto why = [](std::string_view events) {
    return refusal_of(record(
        "A-1",
        affecting(lodash, concat(R"("ranges":[{"type":"SEMVER","events":[)", events, "]}]"))));
  };
  EXPECT_EQ(why(R"({"introduced":"0","fixed":"1"})"), "A-1 x: an event is not of one kind");
  EXPECT_EQ(why(R"({"introduced":"0"},{})"), "A-1 x: an event is not of one kind");
  EXPECT_EQ(why(R"({"introduced":"0"},{"mended":"1"})"), "A-1 x: an event is of no known kind");
  EXPECT_EQ(why(R"({"introduced":""})"), "A-1 x: an event has an empty version");
  EXPECT_EQ(why(R"({"fixed":"1"})"), "A-1 x: a range has no \"introduced\"");
  EXPECT_EQ(refusal_of(record("A-1", affecting(lodash, R"("ranges":[{"type":"X","events":[]}])"))),
            "A-1 x: a range is of no known type");
}

TEST(Osv, RefusesKeysThatAreThereTwice) {
  EXPECT_EQ(refusal_of(record("A-1", R"("id":"A-2")")), "A-1 x: \"id\" is there twice");
  EXPECT_EQ(refusal_of(record("A-1", concat(R"("affected":[{"package":{)", lodash, "},", before_2,
                                            ",", before_2, "}]"))),
            "A-1 x: \"ranges\" is there twice");
}

TEST(Osv, HoldsItsBounds) {
  std::string versions = "\"1\"";
  for (std::size_t i = 1; i < advisories::max_versions; ++i) versions += ",\"1\"";
  EXPECT_EQ(read_records(record("A-1", affecting(lodash, concat("\"versions\":[", versions, "]"))))
                .refused.size(),
            0u);
  EXPECT_EQ(
      refusal_of(record("A-1", affecting(lodash, concat("\"versions\":[", versions, ",\"1\"]")))),
      "A-1 x: a package has more than 100000 versions");
  const std::string longest(advisories::max_version_bytes, '1');
  EXPECT_EQ(records_of(record("A-1", affecting(lodash, concat("\"versions\":[\"", longest, "\"]"))))
                .size(),
            2u);
  EXPECT_EQ(
      refusal_of(record("A-1", affecting(lodash, concat("\"versions\":[\"", longest, "1\"]")))),
      "A-1 x: \"versions\" is longer than 512 bytes");
  std::string events = R"({"introduced":"0"})";
  for (std::size_t i = 0; i < advisories::max_events; ++i) events += R"(,{"fixed":"1"})";
  EXPECT_EQ(
      refusal_of(record("A-1", affecting(lodash, concat(R"("ranges":[{"type":"SEMVER","events":[)",
                                                        events, "]}]")))),
      "A-1 x: a package has more than 10000 events");
  std::string aliases = "\"A-2\"";
  for (std::size_t i = 0; i < advisories::max_names; ++i) aliases += ",\"A-2\"";
  EXPECT_EQ(refusal_of(record("A-1", concat("\"aliases\":[", aliases, "]"))),
            "A-1 x: \"aliases\" has more than 1000 names");
  std::string affected = "{}";
  for (std::size_t i = 0; i < advisories::max_affected; ++i) affected += ",{}";
  EXPECT_EQ(refusal_of(record("A-1", concat("\"affected\":[", affected, "]"))),
            "A-1 x: it affects more than 20000 packages");
}

TEST(Osv, RefusesWhatIsNoJson) {
  EXPECT_EQ(refusal_of(R"({"id":"A-1","modified":)"), " x: it is not valid JSON");
  EXPECT_EQ(refusal_of(record("A-1", "\"summary\":\"\xff\"")), " x: it is not UTF-8");
  EXPECT_EQ(refusal_of(record("A-1", "") + "{}"), "A-1 x: something stands behind it");
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(records_of(record("A-1", concat("\"credits\":", deep))), Lines{"A-1"});
  EXPECT_EQ(refusal_of(record("A-1", concat("\"aliases\":", deep))),
            "A-1 x: \"aliases\" is not a string");
}

}  // namespace
}  // namespace plimsoll::feeds
