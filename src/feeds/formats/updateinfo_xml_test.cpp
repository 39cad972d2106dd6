#include <gtest/gtest.h>

#include "feeds/formats/formats.h"
#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string package(std::string_view name, std::string_view version, std::string_view release,
                    std::string_view architecture = "x86_64", std::string_view epoch = "0") {
  return concat("<package name=\"", name, "\" epoch=\"", epoch, "\" version=\"", version,
                "\" release=\"", release, "\" arch=\"", architecture,
                "\" src=\"x\"><filename>x</filename><sum type=\"sha256\">0</sum></package>");
}

std::string update(std::string_view id, std::string_view packages, std::string_view rest = {},
                   std::string_view attributes = "type=\"security\" status=\"final\"") {
  return concat("<update from=\"a@b.c\" ", attributes, " version=\"2\"><id>", id,
                "</id><title>A repair</title><issued date=\"2024-01-02 03:04:05\"/>",
                "<updated date=\"2024-01-03\"/><severity>Moderate</severity>", rest,
                "<references><reference type=\"cve\" id=\"CVE-2024-0001\" title=\"x\"/>",
                "<reference type=\"self\" id=\"R-1\" title=\"about\"/></references>",
                "<pkglist><collection short=\"repo\">", packages,
                "</collection></pkglist></update>");
}

RecordingSink read_updates(std::string_view updates) {
  return read_text(updateinfo_xml, concat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<updates>",
                                          updates, "</updates>"));
}

TEST(UpdateinfoXml, ReadsNotices) {
  const RecordingSink sink =
      read_updates(update("ALSA-2024:1", package("lz4", "1.8.3", "3.el9_1") +
                                             package("lz4", "1.8.3", "3.el9_1", "aarch64") +
                                             package("lz4", "1.8.3", "3.el9_1", "src") +
                                             package("bind", "9", "1.el9", "noarch", "32")) +
                   update("RLSA-2024:2", package("a", "1", "1.el8")));
  EXPECT_EQ(sink.heads,
            (Lines{"ALSA-2024:1 repo aarch64 noarch x86_64|ALSA-2024:1||CVE-2024-0001|A repair|"
                   "2024-01-02T03:04:05Z|2024-01-03T00:00:00Z|medium|",
                   "RLSA-2024:2 repo x86_64|RLSA-2024:2||CVE-2024-0001|A repair|"
                   "2024-01-02T03:04:05Z|2024-01-03T00:00:00Z|medium|"}));
  EXPECT_EQ(sink.lines, (Lines{"AlmaLinux:9 lz4 (aarch64 x86_64) [>=0 <1.8.3-3.el9_1]",
                               "AlmaLinux:9 bind (noarch) [>=0 <32:9-1.el9]",
                               "Rocky Linux:8 a (x86_64) [>=0 <1-1.el8]"}));
  EXPECT_EQ(sink.refusals, Lines{});
}

// What a notice with this id and release of its package is about.
std::string ecosystem_of(std::string_view id, std::string_view release,
                         std::string_view rest = {}) {
  const RecordingSink sink = read_updates(update(id, package("a", "1", release), rest));
  if (sink.left_out != 0) return "left out";
  if (!sink.refusals.empty()) return sink.refusals[0];
  return sink.lines.at(0).substr(0, sink.lines[0].find(" a ("));
}

TEST(UpdateinfoXml, TellsTheDistribution) {
  EXPECT_EQ(ecosystem_of("ALAS2023-2023-001", "1.amzn2023.0.1"), "Amazon Linux:2023");
  EXPECT_EQ(ecosystem_of("ALAS2-2023-001", "1.amzn2.0.1"), "Amazon Linux:2");
  EXPECT_EQ(ecosystem_of("ALSA-2024:1", "142_el8.9.0+3+a"), "AlmaLinux:8");
  EXPECT_EQ(ecosystem_of("RLSA-2024:1", "1.x+el10.0+3+a"), "Rocky Linux:10");
  EXPECT_EQ(ecosystem_of("ELSA-2024-1", "3.0.1.el7_9"), "Oracle Linux:7");
  EXPECT_EQ(ecosystem_of("RHSA-2024:1", "3.el9"), "Red Hat:9");
  EXPECT_EQ(ecosystem_of("FEDORA-2024-abc", "1.fc39"), "Fedora:39");
  EXPECT_EQ(ecosystem_of("FEDORA-EPEL-2024-abc", "1.el9"), "left out");
  EXPECT_EQ(ecosystem_of("RLSA-2024:1", "1", "<release>Rocky Linux 8</release>"), "Rocky Linux:8");
  EXPECT_EQ(ecosystem_of("SUSE-SLE-Module-Basesystem-15-SP5-2023-4052", "1"),
            "SUSE:Linux Enterprise Server 15 SP5");
  EXPECT_EQ(ecosystem_of("SUSE-SLE-Product-SLES-12-2019-1", "1"),
            "SUSE:Linux Enterprise Server 12");
  EXPECT_EQ(ecosystem_of("SUSE-SLE-Product-SLES-15-SP3-LTSS-2023-1", "1"), "left out");
  EXPECT_EQ(ecosystem_of("openSUSE-2023-1", "1", "<release>openSUSE Leap 15.5</release>"),
            "openSUSE:Leap 15.5");
  const auto unknown = [](std::string_view id) {
    return concat("feed ", id, ": nothing tells which distribution's release it is about");
  };
  EXPECT_EQ(ecosystem_of("openSUSE-2023-1", "1"), unknown("openSUSE-2023-1"));
  EXPECT_EQ(ecosystem_of("ALSA-2024:1", "1"), unknown("ALSA-2024:1"));
  EXPECT_EQ(ecosystem_of("ALSA-2024:1", "1.elf9"), unknown("ALSA-2024:1"));
  EXPECT_EQ(ecosystem_of("ALSA-2024:1", "1.fc39"), unknown("ALSA-2024:1"));
  EXPECT_EQ(ecosystem_of("XSA-2024:1", "1.el9"), unknown("XSA-2024:1"));
  // Two releases in one collection.
  EXPECT_EQ(read_updates(update("ALSA-1", package("a", "1", "1.el8") + package("b", "1", "1.el9")))
                .refusals,
            Lines{unknown("ALSA-1")});
}

TEST(UpdateinfoXml, KnowsModules) {
  const RecordingSink sink =
      read_updates(update("ALSA-2024:1",
                          "<name>x</name><module name=\"nodejs\" stream=\"18\" version=\"1\" "
                          "context=\"a\" arch=\"x86_64\"/>" +
                              package("nodejs", "18.1", "1.module_el9.1+1+a")));
  EXPECT_EQ(sink.lines, Lines{"AlmaLinux:9 nodejs {nodejs:18} (x86_64) "
                              "[>=0 <18.1-1.module_el9.1+1+a]"});
  // Where the collection does not say it, the title does.
  const auto of_title = [](std::string_view title) {
    std::string text = update("RLSA-2024:1", package("libvirt", "1", "1.module+el8.9+1+a"));
    text.replace(text.find("A repair"), 8, title);
    const RecordingSink found = read_updates(text);
    return found.refusals.empty() ? join(found.lines, "; ") : found.refusals[0];
  };
  EXPECT_EQ(of_title("Important: virt:rhel and virt-devel:rhel, security update"),
            "Rocky Linux:8 libvirt {virt:rhel} (x86_64) [>=0 <1-1.module+el8.9+1+a]; "
            "Rocky Linux:8 libvirt {virt-devel:rhel} (x86_64) [>=0 <1-1.module+el8.9+1+a]");
  EXPECT_EQ(of_title("Important: RLSA-2024:1 x: y:/z update"),
            "feed RLSA-2024:1: nothing tells which module libvirt is of");
}

TEST(UpdateinfoXml, FindsFlawsInTitles) {
  std::string text = update("FEDORA-2024-a", package("a", "1", "1.fc39"));
  text.replace(text.find("title=\"about\""), 13,
               "title=\"Bug 1 - CVE-2024-0002 CVE-2024-123 a: it falls, CVE-2024-0001\"");
  const RecordingSink sink = read_updates(text);
  EXPECT_TRUE(sink.heads.at(0).contains("||CVE-2024-0001 CVE-2024-0002|")) << sink.heads[0];
}

TEST(UpdateinfoXml, LeavesOutAndWithdraws) {
  const std::string build = package("a", "1", "1.el9");
  EXPECT_EQ(read_updates(update("ALBA-2024:1", build, {}, "type=\"bugfix\"")).left_out, 1u);
  const RecordingSink sink =
      read_updates(update("ALSA-2024:1", build, {}, "type=\"security\" status=\"retracted\""));
  EXPECT_TRUE(sink.heads.at(0).ends_with("|withdrawn"));
}

TEST(UpdateinfoXml, RefusesWhatIsHostile) {
  const std::string good = update("ALSA-2024:1", package("a", "1", "1.el9"));
  EXPECT_EQ(read_text(updateinfo_xml,
                      concat("<!DOCTYPE u [<!ENTITY a \"b\">]><updates>", good, "</updates>"))
                .refusals,
            Lines{"feed : it has a document type, and so perhaps entities (line 1)"});
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(read_updates(good + deep).refusals,
            Lines{"feed : its elements are nested too deeply (line 2)"});
  std::string attributes;
  for (int i = 0; i < 100; ++i) attributes += concat(" a", std::to_string(i), "=\"\"");
  EXPECT_EQ(read_updates(concat("<a", attributes, "/>")).refusals,
            Lines{"feed : an element has too many attributes (line 2)"});
  // What stands before the fault is read; the one after a refused one, too.
  const RecordingSink cut = read_text(updateinfo_xml, concat("<updates>", good, "<update><id>"));
  EXPECT_EQ(cut.advisories, 1u);
  EXPECT_EQ(cut.refusals, Lines{"feed : this is no XML in line 1: no element found"});
  const RecordingSink on = read_updates(update("ALSA-1", package("a b", "1", "1.el9")) + good);
  EXPECT_EQ(on.advisories, 1u);
  EXPECT_EQ(on.refusals, Lines{"feed ALSA-1: a package has no name, or none that can be one"});
  std::string many;
  for (int i = 0; i < 20'002; ++i) many += package(concat("a", std::to_string(i)), "1", "1.el9");
  EXPECT_EQ(read_updates(update("ALSA-1", many)).refusals,
            Lines{"feed ALSA-1: it is about too many packages"});
}

TEST(UpdateinfoXml, IsRecognised) {
  EXPECT_TRUE(updateinfo_xml.recognises({{}, "updates", {}}));
  EXPECT_FALSE(updateinfo_xml.recognises({{}, "oval_definitions", {}}));
}

}  // namespace
}  // namespace plimsoll::feeds
