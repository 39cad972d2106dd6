#include <gtest/gtest.h>

#include "feeds/formats/formats.h"
#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

std::string product(std::string_view id, std::string_view helper, std::string_view what) {
  return concat(R"({"category":"product_version","name":")", id, R"(","product":{"name":")", id,
                R"(","product_id":")", id, R"(","product_identification_helper":{")", helper,
                R"(":")", what, R"("}}})");
}

std::string relation(std::string_view platform, std::string_view component) {
  return concat(R"({"category":"default_component_of","full_product_name":{"name":"x",)",
                R"("product_id":")", platform, ":", component, R"("},"product_reference":")",
                component, R"(","relates_to_product_reference":")", platform, R"("})");
}

struct Parts {
  std::string id = "CVE-2024-0001";
  std::string products = {};
  std::string relations = {};
  std::string vulnerability = {};
};

RecordingSink read_parts(const Parts& parts) {
  return read_text(
      csaf,
      concat(R"({"document":{"category":"csaf_vex","csaf_version":"2.0","title":"A title",)",
             R"("aggregate_severity":{"text":"Important"},"publisher":{"name":"Maker"},)",
             R"("tracking":{"id":")", parts.id,
             R"(","initial_release_date":"2024-01-02T00:00:00+00:00",)",
             R"("current_release_date":"2024-02-03T00:00:00+00:00"}},)",
             R"("product_tree":{"branches":[{"category":"vendor","name":"Maker","branches":[)",
             parts.products, R"(]}],"relationships":[)", parts.relations,
             R"(]},"vulnerabilities":[{"cve":"CVE-2024-0001",)", parts.vulnerability, "}]}"));
}

// What one package on one platform is read as, or "".
std::string line_of(const std::string& platform, const std::string& component,
                    const std::string& status, std::string_view rest = {}) {
  const auto id_of = [](const std::string& made) {
    const std::size_t at = made.find(R"("product_id":")") + 14;
    return made.substr(at, made.find('"', at) - at);
  };
  const RecordingSink sink = read_parts({
      .products = concat(platform, ",", component),
      .relations = relation(id_of(platform), id_of(component)),
      .vulnerability = concat(R"("product_status":{")", status, R"(":[")", id_of(platform), ":",
                              id_of(component), R"("]})", rest),
  });
  EXPECT_EQ(sink.refusals, Lines{});
  std::string out;
  for (const std::string& line : sink.lines) out += concat(out.empty() ? "" : "; ", line);
  return out;
}

const std::string rhel9 =
    product("AppStream-9", "cpe", "cpe:/a:redhat:enterprise_linux:9::appstream");
const std::string openssl = product("openssl-1:3.0.7-2.el9.x86_64", "purl",
                                    "pkg:rpm/redhat/openssl@3.0.7-2.el9?arch=x86_64&epoch=1");

TEST(Csaf, ReadsRepairs) {
  const std::string second = product("openssl-1:3.0.7-2.el9.s390x", "purl",
                                     "pkg:rpm/redhat/openssl@3.0.7-2.el9?arch=s390x&epoch=1");
  const RecordingSink sink = read_parts({
      .id = "RHSA-2024:1",
      .products = concat(rhel9, ",", openssl, ",", second),
      .relations = concat(relation("AppStream-9", "openssl-1:3.0.7-2.el9.x86_64"), ",",
                          relation("AppStream-9", "openssl-1:3.0.7-2.el9.s390x")),
      .vulnerability =
          R"("title":"It falls over","scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/A"}}],)"
          R"("product_status":{"fixed":["AppStream-9:openssl-1:3.0.7-2.el9.x86_64",)"
          R"("AppStream-9:openssl-1:3.0.7-2.el9.s390x","AppStream-9:unknown"]},)"
          R"("threats":[{"category":"impact","details":"Moderate"}])",
  });
  EXPECT_EQ(sink.heads, Lines{"csaf Maker RHSA-2024:1 CVE-2024-0001|RHSA-2024:1||CVE-2024-0001|"
                              "It falls over|2024-01-02T00:00:00+00:00|2024-02-03T00:00:00+00:00|"
                              "medium|CVSS:3.1/A"});
  EXPECT_EQ(sink.lines, Lines{"Red Hat:9 openssl (s390x x86_64) [>=0 <1:3.0.7-2.el9] medium"});
  EXPECT_EQ(sink.refusals, Lines{});
}

TEST(Csaf, ReadsWhatIsNotMended) {
  const std::string curl = product("curl", "purl", "pkg:rpm/redhat/curl");
  const std::string source = product("curl.src", "purl", "pkg:rpm/redhat/curl?arch=src");
  const auto remediation = [](std::string_view category, std::string_view details) {
    return concat(R"(,"remediations":[{"category":")", category, R"(","details":")", details,
                  R"(","product_ids":["AppStream-9:curl"]}])");
  };
  EXPECT_EQ(line_of(rhel9, curl, "known_affected"), "Red Hat:9 curl [>=0]");
  EXPECT_EQ(line_of(rhel9, source, "known_affected"), "Red Hat:9 source curl [>=0]");
  EXPECT_EQ(line_of(rhel9, curl, "known_affected", remediation("none_available", "Affected")),
            "Red Hat:9 curl [>=0]");
  EXPECT_EQ(line_of(rhel9, curl, "known_affected", remediation("no_fix_planned", "Will not fix")),
            "Red Hat:9 curl [>=0] will not fix");
  EXPECT_EQ(line_of(rhel9, curl, "known_affected", remediation("no_fix_planned", "")),
            "Red Hat:9 curl [>=0] will not fix");
  EXPECT_EQ(
      line_of(rhel9, curl, "known_affected", remediation("no_fix_planned", "Out of support scope")),
      "Red Hat:9 curl [>=0] end of life");
  EXPECT_EQ(line_of(rhel9, curl, "known_affected", remediation("none_available", "Fix deferred")),
            "Red Hat:9 curl [>=0] fix deferred");
  EXPECT_EQ(line_of(rhel9, curl, "under_investigation"),
            "Red Hat:9 curl [>=0] under investigation");
  EXPECT_EQ(line_of(rhel9, curl, "known_not_affected"), "Red Hat:9 curl not affected");
  // One build that has no flaw says nothing of others, and a repair without a version nothing.
  EXPECT_EQ(line_of(rhel9, openssl, "known_not_affected"), "");
  EXPECT_EQ(line_of(rhel9, curl, "fixed"), "");
}

TEST(Csaf, RatesPackages) {
  const std::string curl = product("curl", "purl", "pkg:rpm/redhat/curl");
  EXPECT_EQ(line_of(rhel9, curl, "known_affected",
                    R"(,"threats":[{"category":"impact","details":"Low","product_ids":[)"
                    R"("AppStream-9:curl"]},{"category":"impact","details":"Critical"},)"
                    R"({"category":"exploit_status","details":"Important"}])"),
            "Red Hat:9 curl [>=0] low");
}

TEST(Csaf, KnowsModules) {
  EXPECT_EQ(line_of(rhel9,
                    product("ruby-0:3.1.4-1.module+el9.x86_64::ruby:3.1", "purl",
                            "pkg:rpm/redhat/ruby@3.1.4-1.module%2Bel9?arch=x86_64&"
                            "rpmmod=ruby:3.1:8090020240311122605:a75119d5"),
                    "fixed"),
            "Red Hat:9 ruby {ruby:3.1} (x86_64) [>=0 <3.1.4-1.module+el9]");
  EXPECT_EQ(line_of(rhel9,
                    product("go-toolset:rhel8/go-toolset", "purl",
                            "pkg:rpm/redhat/go-toolset@rhel8?arch=src&rpmmod=go-toolset:rhel8"),
                    "known_affected"),
            "Red Hat:9 source go-toolset {go-toolset:rhel8} [>=0]");
  // A module as a product of its own, between the package and the platform.
  const RecordingSink sink = read_parts({
      .products =
          concat(rhel9, ",", product("ruby:3.1:1:a", "purl", "pkg:rpmmod/redhat/ruby@3.1:1:a"), ",",
                 product("ruby-1", "purl", "pkg:rpm/redhat/ruby@3.1.4-1?arch=noarch")),
      .relations = concat(relation("AppStream-9", "ruby:3.1:1:a"), ",",
                          relation("AppStream-9:ruby:3.1:1:a", "ruby-1")),
      .vulnerability = R"("product_status":{"fixed":["AppStream-9:ruby:3.1:1:a:ruby-1"]})",
  });
  EXPECT_EQ(sink.lines, Lines{"Red Hat:9 ruby {ruby:3.1} (noarch) [>=0 <3.1.4-1]"});
}

TEST(Csaf, KnowsPlatforms) {
  const auto ecosystem_of = [](std::string_view cpe) {
    const std::string line = line_of(product("p", "cpe", cpe), openssl, "fixed");
    return line.substr(0, line.find(" openssl"));
  };
  EXPECT_EQ(ecosystem_of("cpe:/o:redhat:enterprise_linux:8::baseos"), "Red Hat:8");
  EXPECT_EQ(ecosystem_of("cpe:/o:redhat:enterprise_linux:10.0"), "Red Hat:10");
  EXPECT_EQ(ecosystem_of("cpe:2.3:o:redhat:enterprise_linux:9:*:*:*:*:*:*:*"), "Red Hat:9");
  EXPECT_EQ(ecosystem_of("cpe:/o:suse:sles:15:sp5"), "SUSE:Linux Enterprise Server 15 SP5");
  EXPECT_EQ(ecosystem_of("cpe:/o:suse:sle-module-basesystem:15:sp5"),
            "SUSE:Linux Enterprise Server 15 SP5");
  EXPECT_EQ(ecosystem_of("cpe:/o:suse:sles:12"), "SUSE:Linux Enterprise Server 12");
  EXPECT_EQ(ecosystem_of("cpe:/o:opensuse:leap:15.5"), "openSUSE:Leap 15.5");
  EXPECT_EQ(ecosystem_of("cpe:/o:opensuse:tumbleweed"), "openSUSE:Tumbleweed");
  for (const std::string_view cpe :
       {"cpe:/o:redhat:rhel_eus:9.0::baseos", "cpe:/a:redhat:openshift:4.16::el9",
        "cpe:/o:redhat:enterprise_linux", "cpe:/o:suse:sles-ltss:15:sp3", "cpe:/o:suse:sles:15:x",
        "cpe:/o:suse:sle_sap:15:sp5", "enterprise_linux:9", "cpe:/", "x"}) {
    EXPECT_EQ(ecosystem_of(cpe), "") << cpe;
  }
}

TEST(Csaf, ReadsWhatHasNamesAlone) {
  const auto of = [](std::string_view platform, std::string_view component,
                     const std::string& status) {
    return line_of(product(platform, "x", ""), product(component, "x", ""), status);
  };
  EXPECT_EQ(of("openSUSE Leap 15.5", "glibc-devel-2.31-1.2.x86_64", "recommended"),
            "openSUSE:Leap 15.5 glibc-devel (x86_64) [>=0 <2.31-1.2]");
  EXPECT_EQ(of("SUSE Linux Enterprise Server 15 SP5", "glibc-2.31-1.2.x86_64", "recommended"),
            "SUSE:Linux Enterprise Server 15 SP5 glibc (x86_64) [>=0 <2.31-1.2]");
  EXPECT_EQ(of("SUSE Linux Enterprise Module for Basesystem 15 SP5", "glibc", "known_affected"),
            "SUSE:Linux Enterprise Server 15 SP5 source glibc [>=0]; "
            "SUSE:Linux Enterprise Server 15 SP5 glibc [>=0]");
  for (const std::string_view platform :
       {"SUSE Linux Enterprise Server 15 SP3-LTSS", "SUSE Linux Enterprise Desktop 15 SP5",
        "SUSE Linux Enterprise Server for SAP Applications 15 SP5", "openSUSE Leap x", "Other"}) {
    EXPECT_EQ(of(platform, "glibc", "known_affected"), "") << platform;
  }
}

TEST(Csaf, RefusesWhatIsHostile) {
  std::string deep = rhel9;
  for (int i = 0; i < 40; ++i) deep = concat(R"({"branches":[)", deep, "]}");
  EXPECT_EQ(read_parts({.products = deep, .vulnerability = R"("x":0)"}).refusals,
            Lines{"feed CVE-2024-0001: its products are nested too deeply"});
  // A circle of platforms.
  EXPECT_EQ(read_parts({
                           .products = rhel9 + "," + openssl,
                           .relations = R"({"full_product_name":{"product_id":"a"},)"
                                        R"("product_reference":"openssl-1:3.0.7-2.el9.x86_64",)"
                                        R"("relates_to_product_reference":"a"})",
                           .vulnerability = R"("product_status":{"fixed":["a"]})",
                       })
                .left_out,
            1u);
  EXPECT_EQ(read_parts({.id = "", .vulnerability = R"("x":0)"}).refusals,
            Lines{"feed : it has no id, or none that can be one"});
  EXPECT_EQ(read_text(csaf, R"({"document":{"title":)").refusals.size(), 1u);
  EXPECT_EQ(read_text(csaf, R"({"document":7,"vulnerabilities":{}})").left_out, 1u);
}

TEST(Csaf, IsRecognised) {
  EXPECT_TRUE(csaf.recognises({{{"document", '{'}, {"product_tree", '{'}}, {}, {}}));
  EXPECT_FALSE(csaf.recognises({{{"document", '{'}}, {}, {}}));
}

}  // namespace
}  // namespace plimsoll::feeds
