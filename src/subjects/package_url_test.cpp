#include "subjects/package_url.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/text.h"

namespace plimsoll {
namespace {

std::string url_of(PackageKind kind, const std::string& name, const std::string& version,
                   const std::string& architecture = "", const OsRelease* os = nullptr) {
  Package package;
  package.kind = kind;
  package.name = name;
  package.version = version;
  package.architecture = architecture;
  return to_string(package_url_of(package, os));
}

const OsRelease debian{.id = "debian", .version_id = "12", .pretty_name = {}};
const OsRelease fedora{.id = "fedora", .version_id = "25", .pretty_name = {}};

// The specification's own examples of the types.
TEST(PackageUrl, NamesPackagesOfDistributions) {
  EXPECT_EQ(url_of(PackageKind::deb, "curl", "7.50.3-1", "i386", &debian),
            "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-12");
  EXPECT_EQ(url_of(PackageKind::deb, "libstdc++6", "1:2.4+b1", "amd64", &debian),
            "pkg:deb/debian/libstdc%2B%2B6@1:2.4%2Bb1?arch=amd64&distro=debian-12");
  EXPECT_EQ(url_of(PackageKind::deb, "x", "1", "all"), "pkg:deb/debian/x@1?arch=all");
  EXPECT_EQ(url_of(PackageKind::rpm, "centerim", "1:4.22.10-1.el6", "i686", &fedora),
            "pkg:rpm/fedora/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1");
  EXPECT_EQ(url_of(PackageKind::rpm, "PyYAML", "5-1", "noarch", &fedora),
            "pkg:rpm/fedora/PyYAML@5-1?arch=noarch&distro=fedora-25");
  EXPECT_EQ(url_of(PackageKind::apk, "curl", "7.83.0-r0", "x86"),
            "pkg:apk/alpine/curl@7.83.0-r0?arch=x86");
}

TEST(PackageUrl, NamesPackagesOfLanguages) {
  EXPECT_EQ(url_of(PackageKind::npm, "@angular/animation", "12.3.1"),
            "pkg:npm/%40angular/animation@12.3.1");
  EXPECT_EQ(url_of(PackageKind::pypi, "Django_package", "1.11.1.dev1"),
            "pkg:pypi/django-package@1.11.1.dev1");
  EXPECT_EQ(url_of(PackageKind::golang, "github.com/Gorilla/context", "v1.1"),
            "pkg:golang/github.com/gorilla/context@v1.1");
  EXPECT_EQ(url_of(PackageKind::golang, "stdlib", "1.22.1"), "pkg:golang/stdlib@1.22.1");
  EXPECT_EQ(url_of(PackageKind::maven, "org.apache.commons:io", "1.3.4"),
            "pkg:maven/org.apache.commons/io@1.3.4");
  EXPECT_EQ(url_of(PackageKind::composer, "Laravel/laravel", "5.5.0"),
            "pkg:composer/laravel/laravel@5.5.0");
  EXPECT_EQ(url_of(PackageKind::nuget, "EnterpriseLibrary.Common", "6.0.1304"),
            "pkg:nuget/EnterpriseLibrary.Common@6.0.1304");
  EXPECT_EQ(url_of(PackageKind::gem, "jruby-launcher", "1.1.2", "java"),
            "pkg:gem/jruby-launcher@1.1.2?platform=java");
  EXPECT_EQ(url_of(PackageKind::cargo, "rand", "0.7.2"), "pkg:cargo/rand@0.7.2");
}

TEST(PackageUrl, HasOneForm) {
  EXPECT_EQ(
      to_string({.type = "oci",
                 .name_space = {},
                 .name = "debian",
                 .version = "sha256:244fd47e07d10",
                 .qualifiers = {{"tag", "latest"},
                                {"repository_url", "docker.io/library/debian"},
                                {"arch", "amd64"},
                                {"empty", ""}},
                 .subpath = {}}),
      "pkg:oci/debian@sha256:244fd47e07d10?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&"
      "tag=latest");
  EXPECT_EQ(to_string({.type = "golang",
                       .name_space = "google.golang.org",
                       .name = "genproto",
                       .version = {},
                       .qualifiers = {},
                       .subpath = "/googleapis/../api/"}),
            "pkg:golang/google.golang.org/genproto#googleapis/api");
}

// "TYPE|NAMESPACE|NAME|VERSION|KEY=VALUE|#SUBPATH"
std::string parts_of(std::string_view text) {
  const std::optional<PackageUrl> url = parse_package_url(text);
  if (!url) return "none";
  std::string out = concat(url->type, "|", url->name_space, "|", url->name, "|", url->version);
  for (const auto& [key, value] : url->qualifiers) out += concat("|", key, "=", value);
  return concat(out, "|#", url->subpath);
}

TEST(PackageUrl, IsReadBack) {
  EXPECT_EQ(parts_of("pkg:deb/debian/libstdc%2B%2B6@1:2.4%2Bb1?arch=amd64&distro=debian-12"),
            "deb|debian|libstdc++6|1:2.4+b1|arch=amd64|distro=debian-12|#");
  EXPECT_EQ(parts_of("pkg:apk/wolfi/bash@5.2-r1?arch=x86_64"),
            "apk|wolfi|bash|5.2-r1|arch=x86_64|#");
  EXPECT_EQ(parts_of("pkg:rpm/fedora/centerim@4.22-1?epoch=1"),
            "rpm|fedora|centerim|4.22-1|epoch=1|#");
  EXPECT_EQ(parts_of("pkg:npm/%40angular/core@1.0"), "npm|@angular|core|1.0|#");
  EXPECT_EQ(parts_of("pkg:npm/@angular/core"), "npm|@angular|core||#");
  EXPECT_EQ(parts_of("pkg:pypi/A_b@1"), "pypi||a-b|1|#");
  EXPECT_EQ(parts_of("pkg:golang/github.com/a/b@v1.0%2Bincompatible#sub/./../dir"),
            "golang|github.com/a|b|v1.0+incompatible|#sub/dir");
  EXPECT_EQ(parts_of("pkg:cargo/rand@0.7.2"), "cargo||rand|0.7.2|#");
  EXPECT_EQ(parts_of("pkg:maven/org.x/Y@1%20Final?type=jar&classifier="),
            "maven|org.x|Y|1 Final|type=jar|#");
  EXPECT_EQ(parts_of("pkg:gem/launcher@1?platform=java"), "gem||launcher|1|platform=java|#");
  EXPECT_EQ(parts_of("pkg:composer/Laravel/laravel@5"), "composer|laravel|laravel|5|#");
  EXPECT_EQ(parts_of("pkg:nuget/A.B@6"), "nuget||A.B|6|#");
  EXPECT_EQ(parts_of("pkg:oci/x@sha256%3Aab?repository_url=ghcr.io/x"),
            "oci||x|sha256:ab|repository_url=ghcr.io/x|#");
  EXPECT_EQ(parts_of("PKG://NuGet//x"), "nuget||x||#");
}

TEST(PackageUrl, IsRefusedWhereItIsNone) {
  for (const char* text :
       {"", "pkg:", "pkg:npm", "pkg:npm/", "pkg:npm/@1.0", "npm/x@1", "pkg%3Anpm/x", "pkg:1x/y",
        "pkg:a&b/c", "pkg:a:b/c", "pkg:npm/x?=1", "pkg:npm/x?a", "pkg:npm/x?a b=1", "pkg:npm/%4",
        "pkg:npm/%zz", "https://x/y"}) {
    EXPECT_EQ(parts_of(text), "none") << text;
  }
}

// "KIND NAME VERSION ARCHITECTURE SOURCE SOURCE_VERSION"
std::string package_in(std::string_view text) {
  const std::optional<PackageUrl> url = parse_package_url(text);
  const std::optional<Package> package = url ? package_of(*url) : std::nullopt;
  if (!package) return "none";
  return concat(name_of(package->kind), " ", package->name, " ", package->version, " ",
                package->architecture, " ", package->source_name, " ", package->source_version);
}

TEST(PackageUrl, NamesItsPackage) {
  EXPECT_EQ(package_in("pkg:deb/debian/cpp-12@12.2.0-14?arch=amd64&upstream=gcc-12"),
            "deb cpp-12 12.2.0-14 amd64 gcc-12 12.2.0-14");
  EXPECT_EQ(package_in("pkg:deb/debian/bash@5-1%2Bb1?upstream=bash%405-1"),
            "deb bash 5-1+b1  bash 5-1");
  EXPECT_EQ(package_in(
                "pkg:rpm/rhel/libcurl@7-14.el9?arch=x86_64&epoch=2&upstream=curl-7-14.el9.src.rpm"),
            "rpm libcurl 2:7-14.el9 x86_64 curl 2:7-14.el9");
  EXPECT_EQ(package_in("pkg:rpm/rhel/x@1-1?upstream=broken.src.rpm"), "rpm x 1-1  broken 1-1");
  EXPECT_EQ(package_in("pkg:npm/%40angular/core@1"), "npm @angular/core 1  @angular/core 1");
  EXPECT_EQ(package_in("pkg:maven/org.x/y@1"), "maven org.x:y 1  org.x:y 1");
  EXPECT_EQ(package_in("pkg:gem/launcher@1?platform=java"), "gem launcher 1 java launcher 1");
  EXPECT_EQ(package_in("pkg:bitnami/wordpress@6"), "none");
  EXPECT_EQ(package_in("pkg:oci/x@sha256:1"), "none");
}

TEST(PackageUrl, CoversWhatSaysMore) {
  const auto are_covered = [](std::string_view general, std::string_view url) {
    return covers(*parse_package_url(general), *parse_package_url(url));
  };
  constexpr std::string_view url = "pkg:deb/debian/curl@7-1?arch=amd64&distro=debian-12#usr/lib";
  EXPECT_TRUE(are_covered(url, url));
  EXPECT_TRUE(are_covered("pkg:deb/debian/curl", url));
  EXPECT_TRUE(are_covered("pkg:deb/debian/curl@7-1?distro=debian-12", url));
  EXPECT_TRUE(are_covered("pkg:deb/debian/curl#usr/lib", url));
  EXPECT_FALSE(are_covered(url, "pkg:deb/debian/curl"));
  EXPECT_FALSE(are_covered("pkg:deb/debian/curl@7-2", url));
  EXPECT_FALSE(are_covered("pkg:deb/debian/curl?arch=arm64", url));
  EXPECT_FALSE(are_covered("pkg:deb/debian/curl?vcs=x", url));
  EXPECT_FALSE(are_covered("pkg:deb/debian/curl#usr", url));
  EXPECT_FALSE(are_covered("pkg:deb/ubuntu/curl", url));
  EXPECT_FALSE(are_covered("pkg:deb/debian/wget", url));
  EXPECT_FALSE(are_covered("pkg:apk/debian/curl", url));
}

TEST(PackageUrl, NamesItsDistribution) {
  const auto distribution = [](std::string_view value) {
    const auto os = distribution_of(*parse_package_url(concat("pkg:deb/x/y@1?distro=", value)));
    return os ? concat(os->id, " ", os->version_id) : std::string("none");
  };
  EXPECT_EQ(distribution("debian-12"), "debian 12");
  EXPECT_EQ(distribution("opensuse-leap-15.5"), "opensuse-leap 15.5");
  EXPECT_EQ(distribution("bookworm"), "none");
  EXPECT_EQ(distribution("debian-"), "none");
  EXPECT_EQ(distribution("debian-sid"), "none");
}

}  // namespace
}  // namespace plimsoll
