// Ten findings and ten non-findings, worked out by hand from the records that their distributions
// and databases have published. A record here has of the published one what the case hangs on: its
// id, the ranges of the package, the names of the flaw.
#include <gtest/gtest.h>

#include "advisories/matching.h"
#include "support/made_database.h"

namespace plimsoll::advisories {
namespace {

using test::MadeDatabase;
using test::MadeRecord;

// What the records say, as they stood in early 2025.
void add_records(MadeDatabase& made) {
  const auto add = [&](MadeRecord record, std::string_view ecosystem, std::string_view name,
                       std::string_view versions, std::string_view module = {}) {
    record.package(ecosystem, name, versions).module = module;
    made.add(record);
  };
  add({.id = "CVE-2023-4911"}, "Debian:12", "glibc", "+0 -2.36-9+deb12u3");
  add({.id = "CVE-2023-42366"}, "Alpine:v3.18", "busybox", "+0 -1.36.1-r6");
  MadeRecord never{.id = "CVE-2023-4807"};
  never.package("Alpine:v3.18", "openssl", "").state = FixState::not_affected;
  made.add(never);
  add({.id = "ALSA-2023:4035", .flaws = {"CVE-2023-32067"}}, "AlmaLinux:8", "nodejs",
      "+0 -1:18.14.2-3.module_el8.8.0+3587+ee652244", "nodejs:18");
  add({.id = "RLSA-2022:1065", .flaws = {"CVE-2022-0778"}}, "Rocky Linux:8", "openssl",
      "+0 -1:1.1.1k-6.el8_5");
  add({.id = "ALAS2023-2023-095", .flaws = {"CVE-2022-3996"}}, "Amazon Linux:2023", "openssl",
      "+0 -1:3.0.5-1.amzn2023.0.7");
  // Of the topic postgresql14: its versions begin at 14.
  add({.id = "ALAS2POSTGRESQL14-2023-001", .flaws = {"CVE-2022-41862"}}, "Amazon Linux:2",
      "postgresql", "+14 -14.8-1.amzn2.0.1");
  add({.id = "GHSA-c2qf-rxjj-qqgw", .aliases = {"CVE-2022-25883"}}, "npm", "semver",
      "+7.0.0 -7.5.2 | +6.0.0 -6.3.1 | +0 -5.7.2");
  add({.id = "GHSA-6wcr-wcqm-3mfh", .aliases = {"CVE-2015-8213", "PYSEC-2015-11"}}, "PyPI",
      "django", "+1.7 -1.7.11 | +1.8a1 -1.8.7 | +1.9a1 -1.9rc2");
  add({.id = "GO-2020-0008", .aliases = {"CVE-2019-19794", "GHSA-44r7-7p62-q3fr"}}, "Go",
      "github.com/miekg/dns", "+0 -1.1.25-0.20191211073109-8ebf2e419df7");
  add({.id = "GO-2021-0069", .aliases = {"CVE-2020-28362"}}, "Go", "stdlib",
      "+1.14.0-0 -1.14.12 +1.15.0-0 -1.15.5");
  add({.id = "GHSA-jfh8-c2jp-5v3q", .aliases = {"CVE-2021-44228"}}, "Maven",
      "org.apache.logging.log4j:log4j-core", "+2.13.0 -2.15.0 | +2.0-beta9 -2.3.1 | +2.4 -2.12.2");
  add({.id = "GHSA-36p3-wjmg-h94x", .aliases = {"CVE-2022-22965"}}, "Maven",
      "org.springframework:spring-beans", "+0 -5.2.20.RELEASE | +5.3.0 -5.3.18");
  add({.id = "GHSA-4p24-vmcr-4gqj", .aliases = {"CVE-2016-10735"}}, "Packagist", "twbs/bootstrap",
      "+2.0.4 -3.4.0 | +4.0.0-beta -4.0.0-beta.2");
  add({.id = "RUSTSEC-2018-0003", .aliases = {"CVE-2018-20991"}}, "crates.io", "smallvec",
      "+0.3.2 -0.3.4 +0.4.0-0 -0.4.5 +0.5.0-0 -0.5.1 +0.6.0-0 -0.6.3");
  add({.id = "GHSA-8c56-cpmw-89x7", .aliases = {"CVE-2017-9050"}}, "RubyGems", "nokogiri",
      "+0 -1.8.1");
  add({.id = "GHSA-782p-53wq-cxmj", .aliases = {"CVE-2018-12086"}}, "NuGet",
      "OPCFoundation.NetStandard.Opc.Ua", "+0 -1.4.353.15");
}

struct Case {
  std::string_view os;  // "debian 12"; "" for packages of languages
  PackageKind kind;
  std::string_view name;
  std::string_view version;
  std::string_view source = {};  // where it has another name
  std::string_view module = {};
  std::string_view flaw = {};  // the one that it has; "" for none
};

const Case findings[] = {
    // deb12u1 is before deb12u3; libc6 is built from glibc, which the record names.
    {"debian 12", PackageKind::deb, "libc6", "2.36-9+deb12u1", "glibc", "", "CVE-2023-4911"},
    // ssl_client is built from busybox, which 1.36.1-r6 mends.
    {"alpine 3.18.4", PackageKind::apk, "ssl_client", "1.36.1-r5", "busybox", "", "CVE-2023-42366"},
    // The build before the repair, of the stream that the notice is about.
    {"almalinux 8.8", PackageKind::rpm, "nodejs", "1:18.14.2-2.module_el8.7.0+3497+c65299e7", "",
     "nodejs:18", "CVE-2023-32067"},
    // 5.el8_5 is before 6.el8_5; Rocky's records name sources.
    {"rocky 8.5", PackageKind::rpm, "openssl-libs", "1:1.1.1k-5.el8_5", "openssl", "",
     "CVE-2022-0778"},
    // The same version and release, and the build of it that came three before.
    {"amzn 2023", PackageKind::rpm, "openssl", "1:3.0.5-1.amzn2023.0.4", "", "", "CVE-2022-3996"},
    // Behind 5.7.2, but the sixth line was mended with 6.3.1 alone.
    {"", PackageKind::npm, "semver", "6.3.0", "", "", "CVE-2022-25883"},
    // A release candidate of 1.9, the last one before rc2; the name in another spelling.
    {"", PackageKind::pypi, "Django", "1.9rc1", "", "", "CVE-2015-8213"},
    // A commit of 26 November, and the repair is of 11 December.
    {"", PackageKind::golang, "github.com/miekg/dns", "v1.1.25-0.20191126120000-0123456789ab", "",
     "", "CVE-2019-19794"},
    // rc comes after beta and before 2.0.
    {"", PackageKind::maven, "org.apache.logging.log4j:log4j-core", "2.0-rc1", "", "",
     "CVE-2021-44228"},
    // The first beta, before the second, which is written with a dot.
    {"", PackageKind::composer, "twbs/bootstrap", "v4.0.0-beta1", "", "", "CVE-2016-10735"},
};

const Case non_findings[] = {
    // Number by number deb12u10 is after deb12u3.
    {"debian 12", PackageKind::deb, "libc6", "2.36-9+deb12u10", "glibc"},
    // Version "0" in Alpine's list: the package never had the flaw.
    {"alpine 3.18.4", PackageKind::apk, "libcrypto3", "3.1.0-r0", "openssl"},
    // 16.14 is before 18.14, but of another stream, which the notice is not about.
    {"almalinux 8.8", PackageKind::rpm, "nodejs", "1:16.14.0-4.module_el8.6.0+2904+f21ad6f4", "",
     "nodejs:16"},
    // The core's PostgreSQL: the topic's repair says nothing of versions before 14.
    {"amzn 2", PackageKind::rpm, "postgresql", "9.2.24-8.amzn2.0.2"},
    // The fifth line's repair: the ranges are 5.7.2 and before, and from 6.0.0 on.
    {"", PackageKind::npm, "semver", "5.7.2"},
    // go1.14.15 is after 1.14.12 and before 1.15.0-0, where the flaw comes again.
    {"", PackageKind::golang, "stdlib", "go1.14.15"},
    // "RELEASE" counts for nothing: 5.2.20 is 5.2.20.RELEASE, which has the repair.
    {"", PackageKind::maven, "org.springframework:spring-beans", "5.2.20"},
    // Between two of the ranges, whose repair is 0.5.1.
    {"", PackageKind::cargo, "smallvec", "0.5.1"},
    // By value ten is after eight.
    {"", PackageKind::gem, "nokogiri", "1.10.0"},
    // The fourth number decides, and case does not.
    {"", PackageKind::nuget, "opcfoundation.netstandard.opc.ua", "1.4.353.15"},
};

std::vector<std::string> found(const Database& database, const Case& one) {
  Image image;
  if (!one.os.empty()) {
    const std::size_t blank = one.os.find(' ');
    image.os =
        OsRelease{std::string(one.os.substr(0, blank)), std::string(one.os.substr(blank + 1)), ""};
  }
  Package& package = image.packages.emplace_back();
  package.kind = one.kind;
  package.name = one.name;
  package.version = one.version;
  package.source_name = one.source.empty() ? one.name : one.source;
  package.source_version = one.version;
  package.module = one.module;
  const Result<VulnerabilityMatch> match = advisories::match(database, image);
  if (!match) return {match.error().message};
  std::vector<std::string> out;
  for (const Vulnerability& v : match->vulnerabilities) out.push_back(v.id);
  for (const std::string& open : match->open) out.push_back("open: " + open);
  return out;
}

TEST(VerifiedCases, Findings) {
  MadeDatabase made;
  add_records(made);
  const Database database = made.database();
  for (const Case& one : findings) {
    EXPECT_EQ(found(database, one), std::vector<std::string>{std::string(one.flaw)})
        << one.name << ' ' << one.version;
  }
}

TEST(VerifiedCases, NonFindings) {
  MadeDatabase made;
  add_records(made);
  const Database database = made.database();
  for (const Case& one : non_findings) {
    EXPECT_EQ(found(database, one), std::vector<std::string>{}) << one.name << ' ' << one.version;
  }
}

}  // namespace
}  // namespace plimsoll::advisories
