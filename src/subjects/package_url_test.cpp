#include "subjects/package_url.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace plimsoll
