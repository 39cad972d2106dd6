#include <gtest/gtest.h>

#include "feeds/formats/formats.h"
#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string test(std::string_view comment) {
  return concat("<criterion test_ref=\"t\" comment=\"", comment, "\"/>");
}
std::string all(std::string_view criteria) {
  return concat("<criteria operator=\"AND\">", criteria, "</criteria>");
}
std::string any(std::string_view criteria) {
  return concat("<criteria operator=\"OR\">", criteria, "</criteria>");
}

std::string definition(std::string_view criteria, std::string_view rest = {},
                       std::string_view id = "oval:com.oracle.elsa:def:20240001",
                       std::string_view source = "elsa") {
  return concat("<definition id=\"", id, "\" class=\"patch\"><metadata><title>A repair</title>",
                "<reference source=\"", source, "\" ref_id=\"NOTICE-1\"/>",
                "<reference source=\"CVE\" ref_id=\"CVE-2024-0001\"/>",
                "<advisory><severity>IMPORTANT</severity><issued date=\"2024-01-02\"/>", rest,
                "</advisory></metadata>", criteria, "</definition>");
}

RecordingSink read_definitions(std::string_view definitions) {
  return read_text(oval_xml,
                   concat("<oval_definitions xmlns:oval=\"x\"><definitions>", definitions,
                          "</definitions><tests><rpminfo_test/></tests>", "</oval_definitions>"));
}

// What a tree of criteria is read as, or why it is not.
std::string lines_of(std::string_view criteria) {
  const RecordingSink sink = read_definitions(definition(criteria));
  return sink.refusals.empty() ? join(sink.lines, "; ") : sink.refusals[0];
}

const std::string oracle9 = test("Oracle Linux 9 is installed");

TEST(OvalXml, ReadsRepairsOfOracle) {
  const RecordingSink sink = read_definitions(definition(
      all(oracle9 + all(test("Oracle Linux arch is x86_64") +
                        any(all(test("a is earlier than 30:9.3.3-8.el9") +
                                test("a is signed with the Oracle Linux 9 key")) +
                            all(test("a-libs is earlier than 0:9.3.3-8.el9") +
                                test("a-libs is signed with the Oracle Linux 9 key")))))));
  EXPECT_EQ(sink.heads, Lines{"oval oval:com.oracle.elsa:def:20240001|NOTICE-1||CVE-2024-0001|"
                              "A repair|2024-01-02T00:00:00Z|2024-01-02T00:00:00Z|high|"});
  EXPECT_EQ(sink.lines, (Lines{"Oracle Linux:9 a (x86_64) [>=0 <30:9.3.3-8.el9]",
                               "Oracle Linux:9 a-libs (x86_64) [>=0 <9.3.3-8.el9]"}));
  EXPECT_EQ(sink.refusals, Lines{});
}

TEST(OvalXml, ReadsTrees) {
  EXPECT_EQ(lines_of(all(oracle9 + test("Module ruby:3.1 is enabled") +
                         test("ruby is earlier than 0:3.1-1"))),
            "Oracle Linux:9 ruby {ruby:3.1} [>=0 <3.1-1]");
  // What narrows may stand behind, and holds for its own branch alone.
  EXPECT_EQ(lines_of(all(any(test("a is earlier than 0:1-1") + test("b is earlier than 0:2-1")) +
                         oracle9)),
            "Oracle Linux:9 a [>=0 <1-1]; Oracle Linux:9 b [>=0 <2-1]");
  EXPECT_EQ(
      lines_of(any(all(oracle9 + test("a is earlier than 0:1-1")) +
                   all(test("Oracle Linux 8 is installed") + test("a is earlier than 0:2-1")) +
                   test("Oracle Linux must be installed"))),
      "Oracle Linux:9 a [>=0 <1-1]; Oracle Linux:8 a [>=0 <2-1]");
  // Which kernel runs is nothing of an image's.
  EXPECT_EQ(lines_of(all(oracle9 + test("kernel is earlier than 0:5-1") +
                         any(test("kernel earlier than 0:5-1 is currently running") +
                             test("kernel earlier than 0:5-1 is set to boot up on next boot")))),
            "Oracle Linux:9 kernel [>=0 <5-1]");
}

TEST(OvalXml, RefusesOtherTrees) {
  const auto refused = [](std::string_view why) { return concat("feed NOTICE-1: ", why); };
  EXPECT_EQ(lines_of(test("a is earlier than 0:1-1")),
            refused("nothing says which platform a is of"));
  EXPECT_EQ(lines_of(all(oracle9 + test("the moon is full"))),
            refused("a criterion is none that is known: \"the moon is full\""));
  EXPECT_EQ(
      lines_of(all(oracle9 + test("a is earlier than 0:1-1") + test("b is earlier than 0:1-1"))),
      refused("two packages together are needed for it"));
  EXPECT_EQ(lines_of(all(oracle9 + test("a is earlier than 0:1-1") +
                         any(test("b is earlier than 0:1-1") + test("c is earlier than 0:1-1")))),
            refused("two packages together are needed for it"));
  EXPECT_EQ(lines_of(all(oracle9 + any(test("a is earlier than 0:1-1")) +
                         any(test("b is earlier than 0:1-1")))),
            refused("its criteria are bound in a way that is not known"));
  EXPECT_EQ(lines_of(all(oracle9 + test("Oracle Linux 8 is installed") +
                         test("a is earlier than 0:1-1"))),
            refused("it is about two platforms at once"));
  EXPECT_EQ(lines_of("<criteria operator=\"XOR\"/>"), refused("a criterion's operator is no word"));
  EXPECT_EQ(lines_of("<criteria negate=\"true\"/>"),
            refused("one of its criteria is that something is not so"));
  EXPECT_EQ(lines_of("<criterion negate=\"true\" comment=\"a is earlier than 0:1-1\"/>"),
            refused("one of its criteria is that something is not so"));
  EXPECT_EQ(lines_of("<criterion/>"), refused("one of its criteria has no comment"));
}

TEST(OvalXml, ReadsRedHat) {
  const std::string tree = all(test("Red Hat Enterprise Linux 8 is installed") +
                               any(all(test("a is earlier than 1:1-1.el8") +
                                       test("a is signed with Red Hat redhatrelease2 key"))));
  const auto read_repair = [&](std::string_view cpe) {
    return read_definitions(
        definition(tree,
                   concat("<cve cvss3=\"7.5/CVSS:3.1/AV:N\" href=\"x\">CVE-2024-0001</cve>",
                          "<affected_cpe_list><cpe>", cpe, "</cpe></affected_cpe_list>"),
                   "oval:com.redhat.rhsa:def:20240001", "RHSA"));
  };
  const RecordingSink sink = read_repair("cpe:/a:redhat:enterprise_linux:8::appstream");
  EXPECT_EQ(sink.lines, Lines{"Red Hat:8 a [>=0 <1:1-1.el8]"});
  EXPECT_TRUE(sink.heads.at(0).ends_with("|high|CVSS:3.1/AV:N"));
  EXPECT_EQ(read_repair("cpe:/a:redhat:rhel_dotnet:3.1::el7").left_out, 1u);

  const auto read_open = [](std::string_view state) {
    return read_definitions(
        definition(all(test("Red Hat Enterprise Linux 8 is installed") +
                       any(all(test("a is installed") + test("a is signed with Red Hat key")))),
                   concat("<affected><resolution state=\"", state,
                          "\"><component>m:1/a</component></resolution></affected>"),
                   "oval:com.redhat.cve:def:20240001", "x"));
  };
  EXPECT_EQ(read_open("Affected").lines, Lines{"Red Hat:8 a [>=0]"});
  EXPECT_EQ(read_open("Will not fix").lines, Lines{"Red Hat:8 a [>=0] will not fix"});
  EXPECT_EQ(read_open("Out of support scope").lines, Lines{"Red Hat:8 a [>=0] end of life"});
  EXPECT_EQ(read_open("Fix deferred").lines, Lines{"Red Hat:8 a [>=0] fix deferred"});
  EXPECT_EQ(read_open("Under investigation").lines, Lines{"Red Hat:8 a [>=0] under investigation"});
  EXPECT_TRUE(read_open("Affected")
                  .heads.at(0)
                  .starts_with("oval oval:com.redhat.cve:def:20240001|CVE-2024-0001|||"));
  EXPECT_EQ(read_definitions(definition(tree, {}, "oval:com.redhat.unaffected:def:1")).left_out,
            1u);
}

TEST(OvalXml, ReadsDebian) {
  const auto read_debian = [](std::string_view version) {
    return read_definitions(
        definition(all(test("Debian 12 is installed") +
                       any(all(test("all architecture") +
                               test(concat("openssl DPKG is earlier than ", version))))),
                   {}, "oval:org.debian:def:1", "x"));
  };
  EXPECT_EQ(read_debian("3.0.9-1").lines, Lines{"Debian:12 source openssl [>=0 <3.0.9-1]"});
  EXPECT_EQ(read_debian("0").lines, Lines{"Debian:12 source openssl not affected"});
}

TEST(OvalXml, RefusesOtherMakers) {
  for (const std::string_view id : {"oval:org.opensuse.security:def:1",
                                    "oval:com.ubuntu.jammy:def:1", "oval:com.oracle:def:1", ""}) {
    EXPECT_EQ(read_definitions(definition(oracle9, {}, id)).refusals,
              Lines{concat("feed ", id, ": definitions of this maker are not read")});
  }
}

TEST(OvalXml, RefusesWhatIsHostile) {
  std::string many;
  for (int i = 0; i < 80'001; ++i) many += test("a is earlier than 0:1-1");
  EXPECT_EQ(lines_of(all(many)), "feed NOTICE-1: it has too many criteria");
  const RecordingSink sink = read_definitions(
      definition(test("x")) + definition(all(oracle9 + test("a is earlier than 0:1-1"))) + "<a>");
  EXPECT_EQ(sink.advisories, 1u);
  EXPECT_EQ(sink.refusals.size(), 2u);
  std::string deep = test("x");
  for (int i = 0; i < 80; ++i) deep = all(deep);
  EXPECT_EQ(lines_of(deep), "feed : its elements are nested too deeply (line 1)");
}

TEST(OvalXml, IsRecognised) {
  EXPECT_TRUE(oval_xml.recognises({{}, "oval_definitions", {}}));
  EXPECT_FALSE(oval_xml.recognises({{}, "updates", {}}));
}

}  // namespace
}  // namespace plimsoll::feeds
