#include <gtest/gtest.h>

#include "feeds/formats/formats.h"
#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string advisory(std::string_view vulnerabilities, std::string_view rest = {}) {
  return concat(
      R"({"ghsa_id":"GHSA-aaaa-bbbb-cccc","cve_id":"CVE-2024-0001",)",
      R"("summary":"It falls over","severity":"high","published_at":"2024-01-02T03:04:05Z",)",
      R"("updated_at":"2024-02-03T04:05:06Z",)", rest, R"("vulnerabilities":[)", vulnerabilities,
      "]}");
}

std::string vulnerability(std::string_view ecosystem, std::string_view range,
                          std::string_view patched = "null") {
  return concat(R"({"package":{"ecosystem":")", ecosystem,
                R"(","name":"a"},"vulnerable_version_range":")", range,
                R"(","first_patched_version":)", patched, "}");
}

// The one package of an advisory with this range, or why there is none.
std::string range_of(std::string_view range, std::string_view patched = "null") {
  const RecordingSink sink = read_text(ghsa, advisory(vulnerability("npm", range, patched)));
  if (!sink.refusals.empty()) return sink.refusals[0];
  return sink.lines.at(0).substr(6);
}

TEST(Ghsa, ReadsARecordOfRest) {
  const RecordingSink sink =
      read_text(ghsa, advisory(vulnerability("pip", ">= 1.2.0, < 1.4.2", R"("1.4.2")"),
                               R"("identifiers":[{"type":"GHSA","value":"GHSA-aaaa-bbbb-cccc"},)"
                               R"({"type":"CVE","value":"CVE-2024-0001"}],"withdrawn_at":null,)"
                               R"("cvss":{"vector_string":"CVSS:3.1/A","score":7.5},)"
                               R"("cvss_severities":{"cvss_v3":{"vector_string":"CVSS:3.1/A"},)"
                               R"("cvss_v4":{"vector_string":"CVSS:4.0/B"}},)"));
  EXPECT_EQ(sink.heads, Lines{"GHSA-aaaa-bbbb-cccc|GHSA-aaaa-bbbb-cccc|CVE-2024-0001||"
                              "It falls over|2024-01-02T03:04:05Z|2024-02-03T04:05:06Z|high|"
                              "CVSS:3.1/A CVSS:4.0/B"});
  EXPECT_EQ(sink.lines, Lines{"PyPI a [>=1.2.0 <1.4.2]"});
  EXPECT_EQ(sink.refusals, Lines{});
}

TEST(Ghsa, ReadsRanges) {
  EXPECT_EQ(range_of("< 1.0.0"), "[>=0 <1.0.0]");
  EXPECT_EQ(range_of("<1.0.0"), "[>=0 <1.0.0]");
  EXPECT_EQ(range_of("<= 1.0.0"), "[>=0 <=1.0.0]");
  EXPECT_EQ(range_of("<= 1.0.0", R"("1.2.0")"), "[>=0 <=1.0.0 <1.2.0]");
  EXPECT_EQ(range_of("= 1.0.0"), "[>=1.0.0 <=1.0.0]");
  EXPECT_EQ(range_of("= 1.0.0", R"({"identifier":"1.0.1"})"), "[>=1.0.0 <=1.0.0 <1.0.1]");
  EXPECT_EQ(range_of(">= 1.0.0"), "[>=1.0.0]");
  EXPECT_EQ(range_of(">= 1.0.0", R"("2.0.0")"), "[>=1.0.0 <2.0.0]");
  EXPECT_EQ(range_of("< 1.0.0", R"("2.0.0")"), "[>=0 <1.0.0]");
  EXPECT_EQ(range_of("> 1.0.0"), "[>1.0.0]");
  EXPECT_EQ(range_of("> 1.0.0, <= 1.5.0"), "[>1.0.0 <=1.5.0]");
}

TEST(Ghsa, RefusesOtherRanges) {
  for (const std::string_view range :
       {"", "1.0.0", "^1.0.0", "~> 2", "< 1.0.0, >= 0.5.0", ">= 1, >= 2", "< 1, < 2", "= 1, = 2",
        ">= 1, = 2", ">= 1, < 2, < 3", ">=", "< 1.0.0 || = 2.0.0", ">= 1,"}) {
    EXPECT_EQ(range_of(range), concat("feed GHSA-aaaa-bbbb-cccc: the range of a is none that is ",
                                      "known: \"", range, "\""));
  }
  // The other packages of the advisory stay.
  const RecordingSink sink = read_text(
      ghsa, advisory(concat(vulnerability("npm", "^1"), ",", vulnerability("rust", "< 2"))));
  EXPECT_EQ(sink.lines, Lines{"crates.io a [>=0 <2]"});
  EXPECT_EQ(sink.refusals.size(), 1u);
}

TEST(Ghsa, KnowsTheEcosystems) {
  std::string all;
  for (const std::string_view name :
       {"composer", "go", "maven", "NPM", "nuget", "pip", "rubygems", "rust"}) {
    all += concat(all.empty() ? "" : ",", vulnerability(name, "< 2"));
  }
  EXPECT_EQ(read_text(ghsa, advisory(all)).lines,
            (Lines{"Packagist a [>=0 <2]", "Go a [>=0 <2]", "Maven a [>=0 <2]", "npm a [>=0 <2]",
                   "NuGet a [>=0 <2]", "PyPI a [>=0 <2]", "RubyGems a [>=0 <2]",
                   "crates.io a [>=0 <2]"}));
  for (const std::string_view name : {"actions", "erlang", "pub", "swift", "other", ""}) {
    const RecordingSink sink = read_text(ghsa, advisory(vulnerability(name, "< 2")));
    EXPECT_EQ(sink.advisories, 0u) << name;
    EXPECT_EQ(sink.left_out, 2u) << name;
    EXPECT_EQ(sink.refusals, Lines{}) << name;
  }
}

TEST(Ghsa, ReadsWithdrawnOnes) {
  const RecordingSink sink =
      read_text(ghsa, advisory("", R"("withdrawn_at":"2024-05-05T00:00:00Z",)"));
  ASSERT_EQ(sink.heads.size(), 1u);
  EXPECT_TRUE(sink.heads[0].ends_with("|withdrawn"));
  EXPECT_EQ(read_text(ghsa, advisory("")).left_out, 1u);
}

TEST(Ghsa, ReadsAnswersOfGraphql) {
  constexpr std::string_view node =
      R"({"ghsaId":"GHSA-1","severity":"MODERATE","publishedAt":"2020-02-04T03:07:31Z",)"
      R"("updatedAt":"2020-02-05T03:07:31Z","withdrawnAt":null,)"
      R"("identifiers":[{"type":"CVE","value":"CVE-2020-5236"}],)"
      R"("cvssSeverities":{"cvssV3":{"vectorString":"CVSS:3.0/X"}},"vulnerabilities":{)"
      R"("edges":[{"node":{"package":{"ecosystem":"PIP","name":"b"},)"
      R"("firstPatchedVersion":{"identifier":"1.4.3"},"vulnerableVersionRange":"<= 1.4.2"}}]}})";
  const RecordingSink sink = read_text(
      ghsa, concat(R"({"data":{"securityAdvisories":{"pageInfo":{},"nodes":[)", node, "]}}}"));
  EXPECT_EQ(sink.heads, Lines{"GHSA-1|GHSA-1|CVE-2020-5236|||2020-02-04T03:07:31Z|"
                              "2020-02-05T03:07:31Z|medium|CVSS:3.0/X"});
  EXPECT_EQ(sink.lines, Lines{"PyPI b [>=0 <=1.4.2 <1.4.3]"});
  EXPECT_EQ(read_text(ghsa, node).lines, sink.lines);
  EXPECT_EQ(read_text(ghsa, concat("[", node, ",", node, "]")).advisories, 2u);

  const RecordingSink vulnerabilities = read_text(
      ghsa, R"({"data":{"securityVulnerabilities":{"nodes":[{"package":{"ecosystem":"GO",)"
            R"("name":"c"},"vulnerableVersionRange":"< 2","advisory":{"ghsaId":"GHSA-2"}},)"
            R"({"package":{"ecosystem":"SWIFT","name":"c"},"vulnerableVersionRange":"< 2",)"
            R"("advisory":{"ghsaId":"GHSA-2"}}]}}})");
  EXPECT_EQ(vulnerabilities.heads, Lines{"GHSA-2 GO c < 2|GHSA-2||||||unknown|"});
  EXPECT_EQ(vulnerabilities.lines, Lines{"Go c [>=0 <2]"});
  EXPECT_EQ(vulnerabilities.left_out, 1u);
}

TEST(Ghsa, RefusesWhatIsBroken) {
  EXPECT_EQ(read_text(ghsa, R"({"ghsa_id":5,"vulnerabilities":[]})").refusals,
            Lines{"feed : it has no id, or none that can be one"});
  const RecordingSink sink = read_text(ghsa, R"([{"ghsa_id":"GHSA-1"},{"ghsa_id":])");
  EXPECT_EQ(sink.refusals.size(), 1u);
  EXPECT_EQ(sink.left_out, 1u);
  EXPECT_EQ(read_text(ghsa, R"({"ghsa_id":"GHSA-1"} {})").refusals,
            Lines{"feed : something follows the document"});
}

TEST(Ghsa, IsRecognised) {
  EXPECT_TRUE(ghsa.recognises({{{"ghsa_id", '"'}}, {}, {}}));
  EXPECT_TRUE(ghsa.recognises({{{"data", '{'}}, {}, {}}));
  EXPECT_FALSE(ghsa.recognises({{{"data", '['}}, {}, {}}));
  EXPECT_FALSE(ghsa.recognises({{{"id", '"'}}, {}, {}}));
}

}  // namespace
}  // namespace plimsoll::feeds
