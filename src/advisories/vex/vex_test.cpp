// Which statement counts.
#include "advisories/vex/vex.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

VexStatement statement(std::vector<VexProduct> products, std::string text = "it",
                       std::string timestamp = "") {
  VexStatement out;
  out.vulnerabilities = {"CVE-1", "GHSA-a"};
  out.products = std::move(products);
  out.status = VexStatus::not_affected;
  out.statement = std::move(text);
  out.timestamp = std::move(timestamp);
  return out;
}

Image shop() {
  Image out;
  out.name = "ghcr.io/we/shop:2";
  out.digest = "sha256:aa";
  out.id = "sha256:bb";
  out.config = ImageConfig();
  out.config->architecture = "amd64";
  return out;
}

Package libcurl() {
  Package out;
  out.kind = PackageKind::deb;
  out.name = "libcurl4";
  out.version = "7.88-10";
  out.architecture = "amd64";
  out.source_name = "curl";
  out.source_version = "7.88";
  return out;
}

// What is said of libcurl4 in the shop's image; "none" for nothing.
std::string said(std::vector<VexStatement> statements,
                 const std::vector<std::string>& names = {"CVE-1"}, const Image& image = shop()) {
  const OsRelease os{.id = "debian", .version_id = "12", .pretty_name = {}};
  const VexStatements all(std::move(statements));
  const VexStatement* const found =
      all.statement_for(names, vex_names_of(libcurl(), &os), vex_image_of(image));
  return found == nullptr ? "none" : found->statement;
}

std::string said_of(const std::string& product, std::vector<std::string> subcomponents = {}) {
  return said({statement({{{product}, std::move(subcomponents)}})});
}

TEST(Vex, IsAboutVulnerabilitiesByAnyOfTheirNames) {
  const std::vector<VexStatement> about{statement({{{"pkg:deb/debian/curl"}, {}}})};
  EXPECT_EQ(said(about, {"CVE-1"}), "it");
  EXPECT_EQ(said(about, {"CVE-2", "GHSA-A"}), "it");
  EXPECT_EQ(said(about, {"CVE-2"}), "none");
  EXPECT_EQ(said(about, {}), "none");
  Vulnerability vulnerability;
  vulnerability.id = "CVE-9";
  vulnerability.aliases = {"GHSA-a"};
  const VexStatements all(about);
  const std::vector<PackageUrl> curl{*parse_package_url("pkg:deb/debian/curl@1")};
  EXPECT_NE(all.statement_for(vulnerability, curl, {}), nullptr);
  vulnerability.aliases = {};
  EXPECT_EQ(all.statement_for(vulnerability, curl, {}), nullptr);
}

TEST(Vex, IsAboutPackagesAndTheirSources) {
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4@7.88-10"), "it");
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4"), "it");
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4@7.88-11"), "none");
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4?arch=amd64&distro=debian-12"), "it");
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4?arch=arm64"), "none");
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4?other=1"), "none");
  EXPECT_EQ(said_of("pkg:deb/debian/libcurl4#usr"), "none");
  EXPECT_EQ(said_of("pkg:deb/ubuntu/libcurl4"), "none");
  EXPECT_EQ(said_of("pkg:apk/debian/libcurl4"), "none");
  EXPECT_EQ(said_of("pkg:deb/debian/curl@7.88"), "it");
  EXPECT_EQ(said_of("pkg:deb/debian/curl@7.88?arch=source"), "it");
  EXPECT_EQ(said_of("pkg:deb/debian/curl@7.88-10"), "none");
  EXPECT_EQ(said_of("pkg:deb/debian/curl?arch=amd64"), "none");
  EXPECT_EQ(said_of("libcurl4"), "none");
  EXPECT_EQ(said({statement({})}), "none");
}

TEST(Vex, NamesSourcesOfDistributionsAlone) {
  const auto names = [](PackageKind kind) {
    Package package = libcurl();
    package.kind = kind;
    std::string out;
    for (const PackageUrl& url : vex_names_of(package, nullptr)) out += to_string(url) + " ";
    return out;
  };
  EXPECT_EQ(names(PackageKind::deb),
            "pkg:deb/debian/libcurl4@7.88-10?arch=amd64 pkg:deb/debian/curl@7.88?arch=source ");
  EXPECT_EQ(names(PackageKind::rpm),
            "pkg:rpm/redhat/libcurl4@7.88-10?arch=amd64 pkg:rpm/redhat/curl@7.88?arch=src ");
  EXPECT_EQ(names(PackageKind::apk),
            "pkg:apk/alpine/libcurl4@7.88-10?arch=amd64 pkg:apk/alpine/curl@7.88?arch=amd64 ");
  EXPECT_EQ(names(PackageKind::npm), "pkg:npm/libcurl4@7.88-10 ");
}

TEST(Vex, IsAboutImagesAndWhatIsInThem) {
  EXPECT_EQ(said_of("pkg:oci/shop@sha256:aa"), "it");
  EXPECT_EQ(said_of("pkg:oci/shop@sha256:aa", {"pkg:deb/debian/libcurl4"}), "it");
  EXPECT_EQ(said_of("pkg:oci/shop@sha256:aa", {"pkg:npm/x", "pkg:deb/debian/curl"}), "it");
  EXPECT_EQ(said_of("pkg:oci/shop@sha256:aa", {"pkg:npm/x"}), "none");
  EXPECT_EQ(said_of("pkg:oci/shop@sha256:aa", {"libcurl4"}), "none");
  EXPECT_EQ(said_of("pkg:oci/shop@sha256:cc", {"pkg:deb/debian/libcurl4"}), "none");
  // Of several products each stands for itself.
  EXPECT_EQ(said({statement({{{"pkg:oci/shop@sha256:aa"}, {"pkg:npm/x"}},
                             {{"pkg:oci/shop@sha256:cc"}, {"pkg:deb/debian/curl"}}})}),
            "none");
}

TEST(Vex, KnowsAnImageByItsNames) {
  const auto is_shop = [](std::string_view name) { return is_image(name, vex_image_of(shop())); };
  EXPECT_TRUE(is_shop("sha256:aa"));
  EXPECT_TRUE(is_shop("sha256:bb"));
  EXPECT_FALSE(is_shop("sha256:cc"));
  EXPECT_TRUE(is_shop("pkg:oci/other@sha256:aa?repository_url=elsewhere"));
  EXPECT_FALSE(is_shop("pkg:oci/shop@sha256:cc"));
  EXPECT_TRUE(is_shop("pkg:oci/shop"));
  EXPECT_FALSE(is_shop("pkg:oci/other"));
  EXPECT_FALSE(is_shop("pkg:npm/shop"));
  EXPECT_TRUE(is_shop("pkg:oci/shop?repository_url=ghcr.io/we/shop&tag=2&arch=amd64"));
  EXPECT_FALSE(is_shop("pkg:oci/shop?repository_url=ghcr.io/they/shop"));
  EXPECT_FALSE(is_shop("pkg:oci/shop?tag=3"));
  EXPECT_FALSE(is_shop("pkg:oci/shop?arch=arm64"));
  EXPECT_FALSE(is_shop("pkg:oci/shop?colour=red"));
  EXPECT_TRUE(is_shop("ghcr.io/we/shop:2"));
  EXPECT_TRUE(is_shop("ghcr.io/we/shop"));
  EXPECT_FALSE(is_shop("ghcr.io/we/shop:3"));
  EXPECT_FALSE(is_shop("we/shop:2"));
  Image known = shop();
  known.digest = concat("sha256:", std::string(64, 'a'));
  EXPECT_TRUE(is_image(concat("ghcr.io/we/shop@", known.digest), vex_image_of(known)));
  EXPECT_FALSE(is_shop(concat("ghcr.io/we/shop@", known.digest)));
  EXPECT_FALSE(is_shop("https://example.com/shop"));
  EXPECT_FALSE(is_shop(""));

  Image image;
  image.name = "nginx";
  const VexImage nginx = vex_image_of(image);
  EXPECT_TRUE(is_image(std::string_view("docker.io/library/nginx:latest"), nginx));
  EXPECT_TRUE(
      is_image(std::string_view("pkg:oci/nginx?repository_url=docker.io/library/nginx"), nginx));
  EXPECT_TRUE(is_image(std::string_view("pkg:oci/nginx?tag=latest"), nginx));
  EXPECT_FALSE(is_image(std::string_view("nginx:1"), nginx));
  EXPECT_FALSE(is_image(std::string_view("pkg:oci/nginx"), VexImage()));
  EXPECT_FALSE(is_image(std::string_view("nginx"), VexImage()));
}

TEST(Vex, TheLatestCounts) {
  const std::vector<VexProduct> curl{{{"pkg:deb/debian/curl"}, {}}};
  const std::vector<VexProduct> other{{{"pkg:deb/debian/wget"}, {}}};
  const auto of = [&](const std::string& a, const std::string& b) {
    return said({statement(curl, "first", a), statement(curl, "second", b)});
  };
  EXPECT_EQ(of("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"), "second");
  EXPECT_EQ(of("2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z"), "first");
  EXPECT_EQ(of("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"), "second");
  // In which zone it is said does not matter.
  EXPECT_EQ(of("2024-01-01T02:00:00-05:00", "2024-01-01T03:00:00Z"), "first");
  EXPECT_EQ(of("2024-01-01T00:00:00Z", ""), "first");
  EXPECT_EQ(of("", ""), "second");
  EXPECT_EQ(said({statement(curl, "first", "2024-01-01T00:00:00Z"),
                  statement(other, "second", "2024-01-02T00:00:00Z")}),
            "first");
  // By whichever of its names each is about the flaw.
  VexStatement by_alias = statement(curl, "alias", "2024-01-03T00:00:00Z");
  by_alias.vulnerabilities = {"GHSA-a"};
  EXPECT_EQ(said({by_alias, statement(curl, "cve", "2024-01-02T00:00:00Z")}, {"CVE-1", "GHSA-a"}),
            "alias");
}

TEST(Vex, SaysWhetherThereIsSomethingToReport) {
  EXPECT_TRUE(silences(VexStatus::not_affected));
  EXPECT_TRUE(silences(VexStatus::fixed));
  EXPECT_FALSE(silences(VexStatus::affected));
  EXPECT_FALSE(silences(VexStatus::under_investigation));
}

TEST(Vex, ReadsTimes) {
  const auto seconds = [](std::string_view text) {
    const std::optional<Instant> time = instant_of(text);
    return time ? concat(std::to_string(time->seconds), ".", std::to_string(time->nanoseconds))
                : std::string("none");
  };
  EXPECT_EQ(seconds("1970-01-01T00:00:00Z"), "0.0");
  EXPECT_EQ(seconds("2023-01-08T18:02:03.647787998-06:00"), "1673222523.647787998");
  EXPECT_EQ(seconds("2023-01-09t00:02:03.6477879989z"), "1673222523.647787998");
  EXPECT_EQ(seconds("2024-02-29 12:00:00+05:30"), "1709188200.0");
  EXPECT_EQ(seconds("2016-12-31T23:59:60Z"), "1483228800.0");
  for (const char* const text :
       {"", "2024-01-01", "2024-01-01T00:00:00", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+0530", "2024-01-01T00:00:00+24:00",
        "2024-01-01T00:00:00Zx", "24-01-01T00:00:00Z", "2024-00-01T00:00:00Z"}) {
    EXPECT_EQ(seconds(text), "none") << text;
  }
}

}  // namespace
}  // namespace plimsoll::advisories
