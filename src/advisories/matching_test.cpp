#include "advisories/matching.h"

#include <gtest/gtest.h>

#include "advisories/later_release.h"
#include "support/made_database.h"

namespace plimsoll::advisories {
namespace {

using test::MadeDatabase;
using test::MadeRecord;

Package package_of(PackageKind kind, std::string name, std::string version) {
  Package out;
  out.kind = kind;
  out.name = std::move(name);
  out.version = std::move(version);
  out.source_name = out.name;
  out.source_version = out.version;
  return out;
}

Image image_of(std::string_view os, std::vector<Package> packages) {
  Image out;
  if (!os.empty()) {
    const std::size_t blank = os.find(' ');
    out.os = OsRelease{std::string(os.substr(0, blank)), std::string(os.substr(blank + 1)), ""};
  }
  out.packages = std::move(packages);
  return out;
}

// "CVE-2026-1 openssl 3.0.1" and so on, in the order of the report; " -> 3.0.2" for a fix.
std::vector<std::string> found_in(const MadeDatabase& made, const Image& image) {
  const Database database = made.database();
  const Result<VulnerabilityMatch> match = advisories::match(database, image);
  if (!match) return {match.error().message};
  std::vector<std::string> out;
  for (const Vulnerability& v : match->vulnerabilities) {
    out.push_back(concat(v.id, " ", v.package, " ", v.version,
                         v.fixed_version.empty() ? "" : " -> ", v.fixed_version));
  }
  for (const std::string& open : match->open) out.push_back(concat("? ", open));
  return out;
}

using Texts = std::vector<std::string>;

TEST(Matching, ComparesTheSourceThatADebianPackageWasBuiltFrom) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "openssl", "+0 -3.0.2-1");
  made.add(record);
  Package libssl = package_of(PackageKind::deb, "libssl3", "1:9-1");
  libssl.source_name = "openssl";
  libssl.source_version = "3.0.1-1";
  EXPECT_EQ(found_in(made, image_of("debian 12", {libssl})),
            (Texts{"CVE-2026-1 openssl 3.0.1-1 -> 3.0.2-1"}));
  libssl.source_version = "3.0.2-1";
  EXPECT_EQ(found_in(made, image_of("debian 12", {libssl})), (Texts{}));
  // A package of the name that was built from something else.
  Package other = package_of(PackageKind::deb, "openssl", "3.0.1-1");
  other.source_name = "openssl-compat";
  EXPECT_EQ(found_in(made, image_of("debian 12", {other})), (Texts{}));
}

TEST(Matching, LooksAtTheReleaseOfTheDistribution) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "openssl", "+0 -3.0.2-1");
  record.package("Debian:13", "openssl", "+0 -3.1.2-1");
  made.add(record);
  const std::vector<Package> packages{package_of(PackageKind::deb, "openssl", "3.0.5-1")};
  EXPECT_EQ(found_in(made, image_of("debian 12", packages)), (Texts{}));
  EXPECT_EQ(found_in(made, image_of("debian 13", packages)),
            (Texts{"CVE-2026-1 openssl 3.0.5-1 -> 3.1.2-1"}));
  EXPECT_EQ(found_in(made, image_of("debian 11", packages)),
            (Texts{"? the database knows nothing of Debian:11: 1 package is not judged"}));
  EXPECT_EQ(
      found_in(made, image_of("", packages)),
      (Texts{"? the database knows nothing of deb packages without a distribution (os-release): "
             "1 package is not judged"}));
}

TEST(Matching, OneFlawOfPackagesOfOneSourceIsOneFinding) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "openssl", "+0");
  MadeRecord repair{.id = "DSA-1-1", .flaws = {"CVE-2026-1", "CVE-2026-2"}};
  repair.package("Debian:12", "openssl", "+0 -3.0.2-1");
  made.add(record);
  made.add(repair);
  Package libssl = package_of(PackageKind::deb, "libssl3", "3.0.1-1");
  libssl.source_name = "openssl";
  const Database database = made.database();
  const auto match = advisories::match(
      database,
      image_of("debian 12", {libssl, package_of(PackageKind::deb, "openssl", "3.0.1-1")}));
  ASSERT_TRUE(match);
  ASSERT_EQ(match->vulnerabilities.size(), 2u);
  const Vulnerability& second = match->vulnerabilities[1];
  EXPECT_EQ(second.id, "CVE-2026-1");
  EXPECT_EQ(second.packages, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(second.aliases, (Texts{"DSA-1-1"}));
  // The flaw's own record knows no version without it.
  EXPECT_EQ(second.fixed_version, "");
  ASSERT_EQ(second.evidence.size(), 2u);
  EXPECT_EQ(second.evidence[0].record, "CVE-2026-1");
  EXPECT_EQ(second.evidence[0].range, "every version");
  EXPECT_EQ(second.evidence[1].range, "< 3.0.2-1");
  EXPECT_EQ(match->vulnerabilities[0].id, "CVE-2026-2");
  EXPECT_EQ(match->vulnerabilities[0].fixed_version, "3.0.2-1");
}

TEST(Matching, JoinsTheNamesOfAFlaw) {
  MadeDatabase made;
  MadeRecord github{.id = "GHSA-aaaa", .aliases = {"CVE-2026-1"}};
  github.package("PyPI", "Flask_Login", "+0 -1.2");
  // Knows the CVE by another name only.
  MadeRecord pysec{.id = "PYSEC-2026-9", .aliases = {"GHSA-aaaa"}};
  pysec.package("PyPI", "flask-login", "+0 -1.3");
  made.add(github);
  made.add(pysec);
  // Neither has a CVE.
  MadeRecord one{.id = "RUSTSEC-2026-1", .aliases = {"GHSA-bbbb"}};
  one.package("crates.io", "thing", "+0 -2.0.0");
  MadeRecord two{.id = "GHSA-bbbb"};
  two.package("crates.io", "thing", "+0 -2.0.0");
  made.add(one);
  made.add(two);
  const Image image = image_of("", {package_of(PackageKind::pypi, "flask.login", "1.1"),
                                    package_of(PackageKind::cargo, "thing", "1.0.0")});
  EXPECT_EQ(found_in(made, image),
            (Texts{"CVE-2026-1 flask.login 1.1 -> 1.3", "GHSA-bbbb thing 1.0.0 -> 2.0.0"}));
}

TEST(Matching, ARecordOfSeveralCvesIsSeveralFlaws) {
  MadeDatabase made;
  MadeRecord record{.id = "GO-2026-1", .aliases = {"CVE-2026-1", "CVE-2026-2", "GHSA-aaaa"}};
  record.package("Go", "stdlib", "+0 -1.4.3");
  made.add(record);
  MadeRecord other{.id = "GHSA-aaaa", .aliases = {"CVE-2026-1"}};
  other.package("Go", "stdlib", "+0 -1.4.3");
  made.add(other);
  EXPECT_EQ(found_in(made, image_of("", {package_of(PackageKind::golang, "stdlib", "1.4.2")})),
            (Texts{"CVE-2026-1 stdlib 1.4.2 -> 1.4.3", "CVE-2026-2 stdlib 1.4.2 -> 1.4.3"}));
}

TEST(Matching, NotAffectedOverrulesRanges) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "openssl", "+0");
  record.package("Debian:13", "openssl", "+0");
  made.add(record);
  MadeRecord tracker{.id = "tracker CVE-2026-1", .aliases = {"CVE-2026-1"}};
  tracker.package("Debian:12", "openssl", "").state = FixState::not_affected;
  made.add(tracker);
  const std::vector<Package> packages{package_of(PackageKind::deb, "openssl", "3.0.1-1")};
  EXPECT_EQ(found_in(made, image_of("debian 12", packages)), (Texts{}));
  EXPECT_EQ(found_in(made, image_of("debian 13", packages)), (Texts{"CVE-2026-1 openssl 3.0.1-1"}));
}

TEST(Matching, WhatTheDistributionInstalledIsItsMatter) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("PyPI", "requests", "+0 -2.31.0");
  made.add(record);
  Package requests = package_of(PackageKind::pypi, "requests", "2.28.1");
  EXPECT_EQ(found_in(made, image_of("debian 12", {requests})).size(), 1u);
  requests.owner = "python3-requests";
  // Nothing is known of the distribution: then its author's record is the best there is.
  EXPECT_EQ(found_in(made, image_of("debian 12", {requests})).size(), 1u);
  MadeRecord debian{.id = "CVE-2026-2"};
  debian.package("Debian:12", "curl", "+0");
  made.add(debian);
  EXPECT_EQ(found_in(made, image_of("debian 12", {requests})), (Texts{}));
}

TEST(Matching, AModuleIsMendedByItself) {
  MadeDatabase made;
  MadeRecord modular{.id = "ALSA-2026:1", .flaws = {"CVE-2026-1"}};
  modular.package("AlmaLinux:8", "nodejs", "+0 -1:18.2.0-1.module_el8.9.0+1").module = "nodejs:18";
  made.add(modular);
  MadeRecord plain{.id = "ALSA-2026:2", .flaws = {"CVE-2026-2"}};
  plain.package("AlmaLinux:8", "nodejs", "+0 -1:99-1.el8");
  made.add(plain);
  Package node = package_of(PackageKind::rpm, "nodejs", "1:18.1.0-1.module_el8.9.0+1");
  node.module = "nodejs:18:8090020260101:rhel8";
  EXPECT_EQ(found_in(made, image_of("almalinux 8.9", {node})).size(), 1u);
  node.module = "nodejs:16:8090020260101:rhel8";
  EXPECT_EQ(found_in(made, image_of("almalinux 8.9", {node})), (Texts{}));
  node.module = "nodejs:180:8090020260101:rhel8";
  EXPECT_EQ(found_in(made, image_of("almalinux 8.9", {node})), (Texts{}));
  node.module = "";
  // An inventory without labels: the release says that it is of a module, not of which.
  EXPECT_EQ(found_in(made, image_of("almalinux 8.9", {node})).size(), 1u);
  node.version = node.source_version = "1:18.1.0-1.el8";
  EXPECT_EQ(found_in(made, image_of("almalinux 8.9", {node})),
            (Texts{"CVE-2026-2 nodejs 1:18.1.0-1.el8 -> 1:99-1.el8"}));
}

TEST(Matching, LooksAtTheArchitecture) {
  MadeDatabase made;
  MadeRecord record{.id = "ALAS2-2026-1", .flaws = {"CVE-2026-1"}};
  record.package("Amazon Linux:2", "bash", "+0 -2-1").architectures = "aarch64 i686";
  made.add(record);
  Package bash = package_of(PackageKind::rpm, "bash", "1-1");
  bash.architecture = "x86_64";
  EXPECT_EQ(found_in(made, image_of("amzn 2", {bash})), (Texts{}));
  bash.architecture = "aarch64";
  EXPECT_EQ(found_in(made, image_of("amzn 2", {bash})).size(), 1u);
}

TEST(Matching, WhatIsBuiltBesideTheKernelIsNotIt) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "linux", "+0");
  made.add(record);
  Package headers = package_of(PackageKind::deb, "linux-libc-dev", "6.1.1-1");
  headers.source_name = "linux";
  EXPECT_EQ(found_in(made, image_of("debian 12", {headers})), (Texts{}));
  headers.name = "linux-image-6.1.0-1-amd64";
  EXPECT_EQ(found_in(made, image_of("debian 12", {headers})).size(), 1u);
  // An inventory can name a source by the beginning of one of the kernel's alone.
  headers.source_name = "linux-";
  EXPECT_EQ(found_in(made, image_of("debian 12", {headers})), (Texts{}));
  MadeRecord erratum{.id = "ALSA-2026:1", .flaws = {"CVE-2026-1"}};
  for (const std::string_view name : {"kernel-core", "kernel-headers", "bpftool", "perf"}) {
    erratum.package("AlmaLinux:9", name, "+0");
  }
  made.add(erratum);
  std::vector<Package> packages;
  for (const std::string name : {"kernel-core", "kernel-headers", "bpftool", "perf"}) {
    packages.push_back(package_of(PackageKind::rpm, name, "5.14.0-1.el9"));
    packages.back().source_name = "kernel";
  }
  const Database database = made.database();
  const auto match = advisories::match(database, image_of("almalinux 9.3", packages));
  ASSERT_EQ(match->vulnerabilities.size(), 1u);
  EXPECT_EQ(match->vulnerabilities[0].packages, (std::vector<std::size_t>{0}));
}

TEST(Matching, AVersionThatIsNoneStaysAnOpenQuestion) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Go", "example.com/x", "+1.0.0 -1.2.0");
  made.add(record);
  const Image image = image_of("", {package_of(PackageKind::golang, "example.com/x", "(devel)"),
                                    package_of(PackageKind::golang, "example.com/y", "(devel)")});
  EXPECT_EQ(found_in(made, image),
            (Texts{"? example.com/x (devel): the version cannot be compared with those of 1 record "
                   "of Go"}));
}

TEST(Matching, TheFixIsTheLowestVersionThatNoRecordIsAbout) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("npm", "express", "+0 -1.5.0 | +2.0.0 -2.5.0 | +3.0.0");
  made.add(record);
  const auto of = [&](std::string version) {
    return found_in(made,
                    image_of("", {package_of(PackageKind::npm, "express", std::move(version))}));
  };
  EXPECT_EQ(of("1.0.0"), (Texts{"CVE-2026-1 express 1.0.0 -> 1.5.0"}));
  EXPECT_EQ(of("1.5.0"), (Texts{}));
  EXPECT_EQ(of("2.1.0"), (Texts{"CVE-2026-1 express 2.1.0 -> 2.5.0"}));
  EXPECT_EQ(of("3.1.0"), (Texts{"CVE-2026-1 express 3.1.0"}));
  MadeRecord other{.id = "GHSA-aaaa", .aliases = {"CVE-2026-1"}};
  other.package("npm", "express", "+1.0.0 -1.7.0");
  made.add(other);
  EXPECT_EQ(of("1.1.0"), (Texts{"CVE-2026-1 express 1.1.0 -> 1.7.0"}));
}

TEST(Matching, SaysWhatTheDistributionWillDo) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  record.package("Debian:12", "curl", "+0").state = FixState::will_not_fix;
  made.add(record);
  const Database database = made.database();
  const auto match = advisories::match(
      database, image_of("debian 12", {package_of(PackageKind::deb, "curl", "7-1")}));
  ASSERT_EQ(match->vulnerabilities.size(), 1u);
  EXPECT_EQ(match->vulnerabilities[0].fix_state, FixState::will_not_fix);
}

TEST(Matching, NamesALaterReleaseThatHasMendedWhatMatters) {
  MadeDatabase made;
  MadeRecord record{.id = "CVE-2026-1"};
  for (const std::string_view ecosystem : {"Debian:12", "Debian:13", "Debian:14"}) {
    record.package(ecosystem, "curl", ecosystem == "Debian:14" ? "+0 -9.1-1" : "+0").rating =
        Rating::high;
  }
  made.add(record);
  MadeRecord mended{.id = "CVE-2026-2"};
  mended.package("Debian:12", "curl", "+0").rating = Rating::critical;
  mended.package("Debian:13", "curl", "+0 -8.1-1").rating = Rating::critical;
  mended.package("Debian:14", "curl", "+0 -8.1-1").rating = Rating::critical;
  made.add(mended);
  // Nothing to change a release for.
  MadeRecord low{.id = "CVE-2026-3"};
  low.package("Debian:12", "curl", "+0").rating = Rating::low;
  low.package("Debian:13", "curl", "+0 -8.1-1").rating = Rating::low;
  made.add(low);
  const Database database = made.database();
  const auto match = advisories::match(
      database, image_of("debian 12", {package_of(PackageKind::deb, "curl", "7-1")}));
  ASSERT_EQ(match->vulnerabilities.size(), 3u);
  EXPECT_EQ(match->vulnerabilities[0].later_release, "Debian:13");
  EXPECT_EQ(match->vulnerabilities[0].later_version, "8.1-1");
  EXPECT_EQ(match->vulnerabilities[1].later_release, "Debian:14");
  EXPECT_EQ(match->vulnerabilities[2].later_release, "");
}

TEST(Matching, KnowsWhichReleasesAreLater) {
  const std::vector<EcosystemCount> known{{"Alpine:edge", 1},  {"Alpine:v3.18", 1},
                                          {"Alpine:v3.20", 1}, {"Alpine:v3.9", 1},
                                          {"Debian:11", 1},    {"npm", 1}};
  EXPECT_EQ(later_releases(known, "Alpine:v3.9"), (Texts{"Alpine:v3.18", "Alpine:v3.20"}));
  EXPECT_EQ(later_releases(known, "Alpine:v3.20"), (Texts{}));
  EXPECT_EQ(later_releases(known, "Alpine:edge"), (Texts{}));
  EXPECT_EQ(later_releases(known, "npm"), (Texts{}));
}

TEST(Matching, WhatIsExploitedComesFirst) {
  MadeDatabase made;
  for (const std::string_view id : {"CVE-2026-1", "CVE-2026-2", "CVE-2026-3"}) {
    MadeRecord record{.id = std::string(id)};
    record.package("Debian:12", "curl", "+0").rating =
        id == "CVE-2026-2" ? Rating::high : Rating::low;
    made.add(record);
  }
  made.feed().add(ExploitedEntry{"CVE-2026-3", "2026-01-05", "2026-01-26", true});
  made.feed().date_predictions("2026-01-06");
  made.feed().add(PredictionEntry{"CVE-2026-1", 0.25, 0.75});
  const Database database = made.database();
  const auto match = advisories::match(
      database, image_of("debian 12", {package_of(PackageKind::deb, "curl", "7-1")}));
  ASSERT_EQ(match->vulnerabilities.size(), 3u);
  EXPECT_EQ(match->vulnerabilities[0].id, "CVE-2026-3");
  ASSERT_TRUE(match->vulnerabilities[0].exploited);
  EXPECT_EQ(match->vulnerabilities[0].exploited->added, "2026-01-05");
  EXPECT_EQ(match->vulnerabilities[1].id, "CVE-2026-2");
  EXPECT_EQ(match->vulnerabilities[1].rated_by, "Debian");
  ASSERT_TRUE(match->vulnerabilities[2].prediction);
  EXPECT_EQ(match->vulnerabilities[2].prediction->probability, 25'000u);
  EXPECT_EQ(match->vulnerabilities[2].prediction->date, "2026-01-06");
}

}  // namespace
}  // namespace plimsoll::advisories
