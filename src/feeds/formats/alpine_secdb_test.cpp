#include <gtest/gtest.h>

#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string file(std::string_view packages,
                 std::string_view head = R"("distroversion":"v3.18","reponame":"main")") {
  return concat("{", head, R"(,"packages":[)", packages, "]}");
}
std::string package(std::string_view name, std::string_view secfixes) {
  return concat(R"({"pkg":{"name":")", name, R"(","secfixes":{)", secfixes, "}}}");
}

Lines records_of(const std::string& text) {
  const RecordingSink read = read_records(text);
  EXPECT_EQ(read.refused, Lines{}) << text;
  return read.records;
}

// What one entry names.
Lines named_by(std::string_view entry) {
  Lines names;
  for (const std::string& line :
       records_of(file(package("a", concat("\"1-r0\":[\"", entry, "\"]"))))) {
    if (!line.starts_with(' ')) names.push_back(line);
  }
  return names;
}

TEST(AlpineSecdb, GathersThePackagesOfAFlaw) {
  EXPECT_EQ(records_of(file(concat(package("b", R"("1.1-r0":["CVE-2023-1111","CVE-2023-2222"])"),
                                   ",", package("a", R"("2-r1":["CVE-2023-1111"])")))),
            (Lines{"CVE-2023-1111 key=Alpine:v3.18/main CVE-2023-1111",
                   "  Alpine:v3.18 source a [>=0 <2-r1]", "  Alpine:v3.18 source b [>=0 <1.1-r0]",
                   "CVE-2023-2222 key=Alpine:v3.18/main CVE-2023-2222",
                   "  Alpine:v3.18 source b [>=0 <1.1-r0]"}));
}

TEST(AlpineSecdb, HoldsVersionZeroToBeNotAffected) {
  EXPECT_EQ(records_of(file(package("a", R"("0":["CVE-2023-1111"])"))).at(1),
            "  Alpine:v3.18 source a not affected");
}

TEST(AlpineSecdb, TakesTheHighestOfSeveralRepairs) {
  for (const std::string_view fixes : {R"("1-r9":["CVE-2023-1111"],"1-r10":["CVE-2023-1111"])",
                                       R"("1-r10":["CVE-2023-1111"],"1-r9":["CVE-2023-1111"])",
                                       R"("0":["CVE-2023-1111"],"1-r10":["CVE-2023-1111"])",
                                       R"("1-r10":["CVE-2023-1111"],"0":["CVE-2023-1111"])"}) {
    EXPECT_EQ(records_of(file(package("a", fixes))).at(1), "  Alpine:v3.18 source a [>=0 <1-r10]")
        << fixes;
  }
}

TEST(AlpineSecdb, ReadsWhatPeopleWrite) {
  const std::string of = "CVE-2017-1111 key=Alpine:v3.18/main CVE-2017-1111";
  const std::string of_other = "CVE-2017-2222 key=Alpine:v3.18/main CVE-2017-2222";
  for (const std::string_view entry :
       {"CVE-2017-1111", "CVE-2017-1111  XSA-1", "CVE-2017-1111 (+ regression, CVE-2017-2222)",
        "CVE-2017-1111.patch", "CVE-2017-1111-2", "CVE_2017-1111", "CVE-2017-1111 TALOS-2017-1"}) {
    EXPECT_EQ(named_by(entry), Lines{of}) << entry;
  }
  EXPECT_EQ(named_by("CVE-2017-1111 CVE-2017-2222 XSA-254 XPTI"), (Lines{of, of_other}));
  EXPECT_EQ(named_by("CVE-2017-1111,CVE-2017-2222"), (Lines{of, of_other}));
  EXPECT_EQ(named_by("CVE-2017-1111 GHSA-h5c8-rqwp-cp95"),
            Lines{concat(of, " aliases=GHSA-h5c8-rqwp-cp95")});
  EXPECT_EQ(named_by("GHSA-h5c8-rqwp-cp95"),
            Lines{"GHSA-h5c8-rqwp-cp95 key=Alpine:v3.18/main GHSA-h5c8-rqwp-cp95"});
  EXPECT_EQ(named_by("CVE N/A ZBX-11023"), Lines{"ZBX-11023 key=Alpine:v3.18/main ZBX-11023"});
  EXPECT_EQ(named_by("CVE-? TS-2024-005"), Lines{"TS-2024-005 key=Alpine:v3.18/main TS-2024-005"});
}

TEST(AlpineSecdb, KnowsWhoseFileItIs) {
  const auto ecosystem = [](std::string_view head) {
    return records_of(file(package("a", R"("1-r0":["CVE-2023-1111"])"), head)).at(1);
  };
  EXPECT_EQ(ecosystem(R"("distroversion":"edge","reponame":"main")"),
            "  Alpine:edge source a [>=0 <1-r0]");
  EXPECT_EQ(ecosystem(R"("reponame":"os","urlprefix":"https://packages.wolfi.dev")"),
            "  Wolfi source a [>=0 <1-r0]");
  EXPECT_EQ(ecosystem(R"("reponame":"chainguard","urlprefix":"https://packages.cgr.dev")"),
            "  Chainguard source a [>=0 <1-r0]");
  EXPECT_EQ(read_records(file("", R"("reponame":"main")")).refused.size(), 1u);
}

TEST(AlpineSecdb, RefusesWhatNamesNothing) {
  const RecordingSink read = read_records(
      file(concat(package("a", R"("1-r0":["CVE","CVE-2023-1111"],"1 2":["CVE-2023-1111"])"), ",",
                  package("", R"("1-r0":["CVE-2023-1111"])"))));
  EXPECT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.refused,
            (Lines{"a x: \"CVE\" names no flaw", "a x: \"CVE-2023-1111\" has no version",
                   " x: a package has no name"}));
  EXPECT_EQ(read_records(file(R"({"pkg":{"name":"a","secfixes":[]}})")).refused,
            Lines{" x: \"secfixes\" is not an object"});
  EXPECT_EQ(read_records(file("", R"("reponame":"a","reponame":"b")")).refused,
            Lines{" x: \"reponame\" is there twice"});
}

}  // namespace
}  // namespace plimsoll::feeds
