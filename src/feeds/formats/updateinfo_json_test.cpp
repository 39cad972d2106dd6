#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "feeds/formats/formats.h"
#include "feeds/recording_sink.h"
#include "image/decompress.h"
#include "support/repository.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string notice(std::string_view id, std::string_view collection, std::string_view packages,
                   std::string_view rest = {}) {
  return concat(
      R"({"ID":")", id, R"(","Type":"security","Title":"a repair","Severity":"important",)",
      R"("Issued":{"Date":"2024-03-01 10:20:30"},"Updated":{"Date":"2024-03-02 10:20"},)",
      R"("References":{"Reference":[{"ID":"CVE-2024-0001","Type":"cve"},)",
      R"({"ID":"CVE-2024-0002","Type":"cve"}]},)", rest, R"("Pkglist":{"Collection":{"Short":")",
      collection, R"(","Package":[)", packages, "]}}}");
}

std::string package(std::string_view name, std::string_view version,
                    std::string_view architecture = "x86_64", std::string_view epoch = "0") {
  return concat(R"({"Name":")", name, R"(","Epoch":")", epoch, R"(","Version":")", version,
                R"(","Release":"1.amzn2","Arch":")", architecture, R"("})");
}

TEST(UpdateinfoJson, ReadsANotice) {
  const RecordingSink sink =
      read_text(updateinfo_json, notice("ALAS2-2024-1", "amazon-linux-2",
                                        package("openssl", "1.0.2k") + "," +
                                            package("openssl", "1.0.2k", "aarch64") + "," +
                                            package("openssl", "1.0.2k", "src") + "," +
                                            package("bind", "9.11", "noarch", "32")));
  EXPECT_EQ(sink.heads, Lines{"ALAS2-2024-1 amazon-linux-2 aarch64 noarch x86_64|ALAS2-2024-1||"
                              "CVE-2024-0001 CVE-2024-0002|a repair|2024-03-01T10:20:30Z|"
                              "2024-03-02T10:20:00Z|high|"});
  EXPECT_EQ(sink.lines, (Lines{"Amazon Linux:2 openssl (aarch64 x86_64) [>=0 <1.0.2k-1.amzn2]",
                               "Amazon Linux:2 bind (noarch) [>=0 <32:9.11-1.amzn2]"}));
  EXPECT_EQ(sink.refusals, Lines{});
}

TEST(UpdateinfoJson, KeepsTopicsFromTheCore) {
  const auto range_of = [](std::string_view topic, const std::string& build) {
    const RecordingSink sink = read_text(
        updateinfo_json, notice("ALAS2X-2024-1", concat("amazon-linux-2---", topic), build));
    return sink.lines.empty() ? "" : sink.lines[0].substr(sink.lines[0].find('['));
  };
  EXPECT_EQ(range_of("postgresql14", package("postgresql", "14.10")), "[>=14 <14.10-1.amzn2]");
  EXPECT_EQ(range_of("kernel-5.10", package("kernel", "5.10.2")), "[>=5.10 <5.10.2-1.amzn2]");
  // What a topic brings along has its own numbers; 3.0 is not the beginning of 3.01.
  EXPECT_EQ(range_of("ruby3.0", package("rubygem-json", "2.5.1")), "[>=2 <2.5.1-1.amzn2]");
  EXPECT_EQ(range_of("ruby3.0", package("x", "3.01")), "[>=3 <3.01-1.amzn2]");
  EXPECT_EQ(range_of("mate-desktop1.x", package("caja", "1.19")), "[>=1 <1.19-1.amzn2]");
  EXPECT_EQ(range_of("squid4", package("squid", "4.10", "x86_64", "7")), "[>=7:4 <7:4.10-1.amzn2]");
  EXPECT_EQ(range_of("docker", package("docker", "20.10.2")), "[>=0 <20.10.2-1.amzn2]");
  EXPECT_EQ(range_of("unbound", package("unbound", "1.13.1")), "[>=1.13 <1.13.1-1.amzn2]");
}

TEST(UpdateinfoJson, KnowsTheReleases) {
  const auto ecosystem_of = [](std::string_view id) {
    const RecordingSink sink = read_text(updateinfo_json, notice(id, "x", package("a", "1")));
    if (sink.left_out != 0) return std::string("left out");
    return sink.refusals.empty() ? sink.lines.at(0).substr(0, sink.lines[0].find(" a "))
                                 : sink.refusals[0];
  };
  EXPECT_EQ(ecosystem_of("ALAS2023-2024-1"), "Amazon Linux:2023");
  EXPECT_EQ(ecosystem_of("ALAS2LIVEPATCH-2024-1"), "Amazon Linux:2");
  EXPECT_EQ(ecosystem_of("ALAS-2016-1"), "left out");
  EXPECT_EQ(ecosystem_of("ALAS2022-2022-1"), "left out");
  EXPECT_EQ(ecosystem_of("XLAS-1"),
            "feed XLAS-1: nothing tells which distribution's release it is about");
}

TEST(UpdateinfoJson, RefusesWhatItCannotUse) {
  const auto refusal_of = [](std::string_view text) {
    const RecordingSink sink = read_text(updateinfo_json, text);
    EXPECT_EQ(sink.advisories, 0u);
    return sink.refusals.empty() ? "" : sink.refusals[0];
  };
  EXPECT_EQ(refusal_of(notice("", "amazon-linux-2", package("a", "1"))),
            "feed : nothing tells which distribution's release it is about");
  EXPECT_EQ(refusal_of(notice("ALAS2-1", "x", package("a", ""))),
            "feed ALAS2-1: a build of a has no whole version");
  EXPECT_EQ(refusal_of(notice("ALAS2-1", "x", package("a b", "1"))),
            "feed ALAS2-1: a package has no name, or none that can be one");
  EXPECT_EQ(refusal_of(notice("ALAS2-1", "x", package(std::string(600, 'a'), "1"))),
            "feed ALAS2-1: a package has no name, or none that can be one");
  EXPECT_TRUE(
      refusal_of(R"({"ID":"ALAS2-1","Pkglist":{"Coll)").starts_with("feed : this is no JSON"));
  EXPECT_TRUE(refusal_of("{\"ID\":\"ALAS2-\xff\"}").starts_with("feed : this is no JSON"));
  std::string many = package("a", "1");
  for (int i = 0; i < 20'000; ++i) many += "," + package("a" + std::to_string(i), "1");
  EXPECT_EQ(refusal_of(notice("ALAS2-1", "x", many)),
            "feed ALAS2-1: it is about too many packages");
  EXPECT_EQ(refusal_of(std::string(advisories::max_record_bytes + 1, ' ')),
            "feed : the record is too long");
}

TEST(UpdateinfoJson, LeavesOutWhatIsNoFlaw) {
  std::string text = notice("ALAS2-1", "amazon-linux-2", package("a", "1"));
  text.replace(text.find("security"), 8, "bugfix");
  EXPECT_EQ(read_text(updateinfo_json, text).left_out, 1u);
  EXPECT_EQ(read_text(updateinfo_json, notice("ALAS2-1", "x", "")).left_out, 1u);
}

TEST(UpdateinfoJson, IsRecognised) {
  EXPECT_TRUE(updateinfo_json.recognises({{{"ID", '"'}, {"Pkglist", '{'}}, {}, {}}));
  EXPECT_FALSE(updateinfo_json.recognises({{{"ID", '"'}, {"id", '"'}}, {}, {}}));
}

// All that Amazon had published in February 2025.
TEST(UpdateinfoJson, ReadsAllOfAmazon) {
  const std::filesystem::path path = test::source_path("../shared/data/feeds/amazon.jsonl.zst");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  std::string text;
  const auto decompressor = image::Decompressor::make(image::Compression::zstd,
                                                      [&](std::string_view plain) -> Result<void> {
                                                        text += plain;
                                                        return {};
                                                      });
  std::ifstream file(path, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(file), {}};
  ASSERT_TRUE(decompressor->push(packed));
  ASSERT_TRUE(decompressor->finish());
  RecordingSink sink;
  simdjson::ondemand::parser parser;
  std::size_t records = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    ++records;
    const simdjson::padded_string padded(line);
    updateinfo_json.read({padded, "amazon"}, parser, sink);
  }
  EXPECT_EQ(records, 3305u);
  EXPECT_EQ(sink.advisories, records);
  EXPECT_EQ(sink.refusals, Lines{});
  EXPECT_EQ(sink.left_out, 0u);
  // 73,267 builds, those of one version for several architectures put together.
  EXPECT_EQ(sink.packages, 33060u);
  EXPECT_EQ(std::set<std::string>(sink.heads.begin(), sink.heads.end()).size(), records);
}

}  // namespace
}  // namespace plimsoll::feeds
