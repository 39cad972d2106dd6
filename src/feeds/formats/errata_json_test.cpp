#include <gtest/gtest.h>

#include "feeds/formats/formats.h"
#include "feeds/formats/nevra.h"
#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string build(std::string_view name, std::string_view release, std::string_view architecture,
                  std::string_view rest = {}) {
  return concat(R"({"name":")", name, R"(","epoch":"1","version":"2","release":")", release,
                R"(","arch":")", architecture, "\"", rest, "}");
}

std::string alma(std::string_view packages, std::string_view rest = {}) {
  return concat(
      R"({"id":"ALSA-2024:1","type":"security","severity":"Important","title":"A repair",)",
      R"("issued_date":1704164645,"updated_date":1704164646,)",
      R"("references":[{"type":"cve","id":"CVE-2024-0001"},{"type":"self","id":"A-1"}],)", rest,
      R"("packages":[)", packages, "]}");
}

TEST(ErrataJson, ReadsAlma) {
  const RecordingSink sink = read_text(
      errata_json,
      concat(R"({"data":[)",
             alma(concat(build("lua", "1.el9", "x86_64"), ",", build("lua", "1.el9", "i686"), ",",
                         build("lua", "1.el9", "src"))),
             "]}"));
  EXPECT_EQ(sink.heads, Lines{"ALSA-2024:1  i686 x86_64|ALSA-2024:1||CVE-2024-0001|A repair|"
                              "2024-01-02T03:04:05Z|2024-01-02T03:04:06Z|high|"});
  EXPECT_EQ(sink.lines, Lines{"AlmaLinux:9 lua (i686 x86_64) [>=0 <1:2-1.el9]"});
  EXPECT_EQ(sink.refusals, Lines{});
}

TEST(ErrataJson, ReadsAlmasDatabase) {
  const RecordingSink sink = read_text(
      errata_json,
      concat(R"([{"updateinfo_id":"ALSA-2024:2","type":"security","severity":"Low",)",
             R"("issued_date":{"$date":1704164645000},"pkglist":{"shortname":"appstream",)",
             R"("module":{"name":"ruby","stream":"3.1"},"packages":[)",
             build("ruby", "1.module_el8.9+1", "x86_64"), R"(]}},)",
             R"({"updateinfo_id":"ALBA-2024:3","type":"bugfix"}])"));
  EXPECT_EQ(sink.heads, Lines{"ALSA-2024:2 appstream x86_64|ALSA-2024:2||||2024-01-02T03:04:05Z|"
                              "2024-01-02T03:04:05Z|low|"});
  EXPECT_EQ(sink.lines, Lines{"AlmaLinux:8 ruby {ruby:3.1} (x86_64) [>=0 <1:2-1.module_el8.9+1]"});
  EXPECT_EQ(sink.left_out, 1u);
}

TEST(ErrataJson, KnowsModules) {
  constexpr std::string_view modules =
      R"("modules":[{"name":"virt","stream":"rhel","arch":"x86_64"},)"
      R"({"name":"virt","stream":"rhel","arch":"aarch64"}],)";
  // Of each package, or of the notice; not of a package that was built in none.
  EXPECT_EQ(
      read_text(errata_json, alma(concat(build("a", "1.module_el8.9+1", "x86_64",
                                               R"(,"module":"virt-devel:rhel:8040:9f9e:x86_64")"),
                                         ",", build("b", "1.module_el8.9+1", "x86_64"), ",",
                                         build("c", "1.el8", "x86_64")),
                                  modules))
          .lines,
      (Lines{"AlmaLinux:8 a {virt-devel:rhel} (x86_64) [>=0 <1:2-1.module_el8.9+1]",
             "AlmaLinux:8 b {virt:rhel} (x86_64) [>=0 <1:2-1.module_el8.9+1]",
             "AlmaLinux:8 c (x86_64) [>=0 <1:2-1.el8]"}));
  EXPECT_EQ(read_text(errata_json, alma(build("b", "1.module_el8.9+1", "x86_64"))).refusals,
            Lines{"feed ALSA-2024:1: nothing tells which module b is of"});
}

std::string rocky(std::string_view rpms) {
  return concat(R"({"type":"TYPE_SECURITY","shortCode":"RL","name":"RLSA-2024:1",)",
                R"("synopsis":"Low: a update","severity":"SEVERITY_LOW",)",
                R"("affectedProducts":["Rocky Linux 8","Rocky Linux 9"],)",
                R"("cves":[{"name":"CVE-2024-0001","cvss3BaseScore":"5.3"}],)",
                R"("publishedAt":"2024-01-02T03:04:05.123Z","rpms":{)", rpms, "}}");
}

TEST(ErrataJson, ReadsRocky) {
  const std::string record =
      rocky(R"("Rocky Linux 8":{"nvras":["a-b-0:1.2-3.el8.x86_64.rpm","a-b-0:1.2-3.el8.src.rpm"]},)"
            R"("Rocky Linux 9":{"nvras":["a-b-2:1.2-3.el9.noarch.rpm"]})");
  const RecordingSink sink =
      read_text(errata_json, concat(R"({"advisories":[)", record, R"(],"total":"1"})"));
  EXPECT_EQ(sink.heads, Lines{"RLSA-2024:1 Rocky Linux 8 Rocky Linux 9 noarch x86_64|RLSA-2024:1||"
                              "CVE-2024-0001|Low: a update|2024-01-02T03:04:05.123Z|"
                              "2024-01-02T03:04:05.123Z|low|"});
  EXPECT_EQ(sink.lines, (Lines{"Rocky Linux:8 a-b (x86_64) [>=0 <1.2-3.el8]",
                               "Rocky Linux:9 a-b (noarch) [>=0 <2:1.2-3.el9]"}));
  EXPECT_EQ(read_text(errata_json, record).lines, sink.lines);
}

TEST(ErrataJson, RefusesAndReadsOn) {
  const RecordingSink sink = read_text(
      errata_json, concat(R"({"advisories":[)", rocky(R"("Rocky Linux 8":{"nvras":["a"]})"), ",7,",
                          rocky(R"("Rocky Linux 8":{"nvras":["a-1-1.el8.x86_64"]})"), "]}"));
  EXPECT_EQ(sink.refusals, (Lines{"feed RLSA-2024:1: a build of a has no whole version",
                                  "feed : it has no id, or none that can be one"}));
  EXPECT_EQ(sink.lines, Lines{"Rocky Linux:8 a (x86_64) [>=0 <1-1.el8]"});
  EXPECT_EQ(read_text(errata_json, R"({"advisories":[{"name":)").refusals.size(), 1u);
}

TEST(ErrataJson, IsRecognised) {
  EXPECT_TRUE(errata_json.recognises({{{"data", '['}}, {}, {}}));
  EXPECT_TRUE(errata_json.recognises({{{"advisories", '['}}, {}, {}}));
  EXPECT_TRUE(errata_json.recognises({{{"name", '"'}, {"rpms", '{'}}, {}, {}}));
  EXPECT_TRUE(errata_json.recognises({{{"issued_date", '1'}, {"packages", '['}}, {}, {}}));
  EXPECT_FALSE(errata_json.recognises({{{"data", '{'}}, {}, {}}));
  EXPECT_FALSE(errata_json.recognises({{{"score_date", '"'}, {"data", '['}}, {}, {}}));
  EXPECT_FALSE(errata_json.recognises({{{"packages", '['}}, {}, {}}));
}

TEST(Nevra, IsReadFromItsEnd) {
  const auto parts = [](std::string_view text) {
    const auto nevra = nevra_of(text);
    if (!nevra) return std::string("none");
    return concat(nevra->name, "|", nevra->epoch, "|", nevra->version, "|", nevra->release, "|",
                  nevra->architecture);
  };
  EXPECT_EQ(parts("bind-libs-32:9.16.23-11.el9.x86_64"), "bind-libs|32|9.16.23|11.el9|x86_64");
  EXPECT_EQ(parts("java-1.8.0-openjdk-1.8-2.el8.noarch.rpm"),
            "java-1.8.0-openjdk||1.8|2.el8|noarch");
  for (const std::string_view text : {"", "a", "a-1.x86_64", "a-1-2", "-1-2.x86_64", "a-x:1-2.y",
                                      "a--2.x86_64", "a-1-.x86_64", "a-1-2."}) {
    EXPECT_EQ(parts(text), "none") << text;
  }
}

}  // namespace
}  // namespace plimsoll::feeds
