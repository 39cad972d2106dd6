// What package managers of languages leave in an image, and what looks like it and is not.
#include <gtest/gtest.h>

#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::errors_of;
using test::layer_of;
using test::packages_of;
using test::TarText;
using Texts = std::vector<std::string>;

Texts licences_of(const Layer& layer) {
  Texts out;
  for (const PackageFile& file : layer.package_files) {
    for (const Package& package : file.packages) out.push_back(package.licence);
  }
  return out;
}

std::string npm(const std::string& name, const std::string& version, const std::string& more = "") {
  return concat("{\"name\":\"", name, "\",\"version\":\"", version, "\"", more, "}");
}

TEST(Npm, ListsWhatLiesInNodeModules) {
  const Layer layer = layer_of(
      TarText()
          .file("app/node_modules/a/package.json", npm("a", "1.0.0", ",\"license\":\"MIT\""))
          .file("app/node_modules/@s/b/package.json",
                npm("@s/b", "2.0.0-rc.1", ",\"license\":{\"type\":\"ISC\",\"url\":\"u\"}"))
          .file("app/node_modules/.pnpm/c@3.0.0/node_modules/c/package.json",
                npm("c", "3.0.0", ",\"licenses\":[{\"type\":\"MIT\"},{\"type\":\"Apache-2.0\"}]")));
  EXPECT_EQ(packages_of(layer),
            (Texts{"app/node_modules/a/package.json: npm a 1.0.0",
                   "app/node_modules/@s/b/package.json: npm @s/b 2.0.0-rc.1",
                   "app/node_modules/.pnpm/c@3.0.0/node_modules/c/package.json: npm c 3.0.0"}));
  EXPECT_EQ(licences_of(layer), (Texts{"MIT", "ISC", "MIT OR Apache-2.0"}));
  EXPECT_EQ(errors_of(layer), Texts{});
}

TEST(Npm, LeavesOutWhatIsNotInstalled) {
  const Layer layer =
      layer_of(TarText()
                   .file("app/package.json", npm("app", "1.0.0"))
                   .file("package.json", npm("app", "1.0.0"))
                   .file("app/package-lock.json", npm("app", "1.0.0"))
                   .file("node_modules/package.json", npm("x", "1.0.0"))
                   .file("node_modules/@s/package.json", npm("x", "1.0.0"))
                   .file("node_modules/a/dist/package.json", npm("x", "1.0.0"))
                   .file("node_modules/b/package.json", "{\"type\":\"module\"}")
                   .file("node_modules/c/package.json", "{\"name\":\"c\"}")
                   .file("node_modules/d/package.json", "{\"name\":\"d\",\"version\":1}"));
  EXPECT_EQ(packages_of(layer), Texts{});
  EXPECT_EQ(errors_of(layer), Texts{});
}

TEST(Npm, SaysWhatIsBroken) {
  EXPECT_EQ(errors_of(layer_of(TarText()
                                   .file("node_modules/a/package.json", "{\"name\":")
                                   .file("node_modules/b/package.json", "3"))),
            (Texts{"node_modules/a/package.json: is no JSON document of packages",
                   "node_modules/b/package.json: is no JSON document of packages"}));
}

TEST(PyPi, ReadsEveryKindOfMetadata) {
  const Layer layer = layer_of(
      TarText()
          .file("usr/lib/python3/site-packages/Flask-2.0.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: Flask\nVersion: 2.0\nLicense: BSD-3-Clause\n"
                "Classifier: License :: OSI Approved :: BSD License\n\nName: not\nVersion: this\n")
          .file("opt/requests.egg-info/PKG-INFO",
                "Name: requests\r\nVersion: 2.1\r\nLicense: UNKNOWN\r\n"
                "Classifier: License :: OSI Approved :: Apache Software License\r\n\r\n")
          .file("usr/lib/python3/dist-packages/six-1.16.egg-info",
                "Name: six\nLicense: MIT\n Version: 0\nVERSION: 1.16\n")
          .file("opt/x-1.egg/EGG-INFO/PKG-INFO",
                "Name: x\nVersion: 1\nLicense: L\nLicense-Expression: MIT OR ISC\n"));
  EXPECT_EQ(packages_of(layer),
            (Texts{"usr/lib/python3/site-packages/Flask-2.0.dist-info/METADATA: pypi Flask 2.0",
                   "opt/requests.egg-info/PKG-INFO: pypi requests 2.1",
                   "usr/lib/python3/dist-packages/six-1.16.egg-info: pypi six 1.16",
                   "opt/x-1.egg/EGG-INFO/PKG-INFO: pypi x 1"}));
  EXPECT_EQ(licences_of(layer),
            (Texts{"BSD-3-Clause", "Apache Software License", "MIT", "MIT OR ISC"}));
}

TEST(PyPi, TakesNoWholeTextForALicence) {
  EXPECT_EQ(licences_of(layer_of(TarText().file(
                "a.dist-info/METADATA",
                concat("Name: a\nVersion: 1\nLicense: ", std::string(200, 'x'), "\n")))),
            Texts{""});
}

TEST(PyPi, LeavesOutOtherFilesAndSaysWhatIsBroken) {
  const Layer layer = layer_of(TarText()
                                   .file("app/requirements.txt", "flask==1\n")
                                   .file("a.dist-info/RECORD", "Name: a\nVersion: 1\n")
                                   .file("METADATA", "Name: a\nVersion: 1\n")
                                   .file("b.dist-info/METADATA", "Version: 1\n")
                                   .file("c.dist-info/METADATA", "Name: c\n"));
  EXPECT_EQ(packages_of(layer), Texts{});
  EXPECT_EQ(errors_of(layer), (Texts{"b.dist-info/METADATA: the package has no name",
                                     "c.dist-info/METADATA: the package has no version"}));
}

TEST(Gem, ReadsSpecifications) {
  const Layer layer = layer_of(
      TarText()
          .file("usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec",
                "# -*- encoding: utf-8 -*-\n# stub: rake 13.0.6 ruby lib\n\n"
                "Gem::Specification.new do |s|\n  s.name = \"rake\".freeze\n"
                "  s.version = \"13.0.6\"\n  s.licenses = [\"MIT\".freeze, 'Ruby']\n"
                "  s.add_dependency(%q<x>, [\">= 0\"])\nend\n")
          .file("g/specifications/nokogiri-1.1-x86_64-linux.gemspec",
                "# stub: nokogiri 1.1 x86_64-linux lib\n")
          .file("usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.gemspec",
                "Gem::Specification.new do |spec|\n  spec.name    = 'json'\n  spec.version = "
                "Gem::Version.new(\"2.6\")\n  spec.version_x = \"3\"\n"
                "  spec.license = \"Ruby\"\n"));
  EXPECT_EQ(packages_of(layer),
            (Texts{"usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec: gem rake 13.0.6",
                   "g/specifications/nokogiri-1.1-x86_64-linux.gemspec: gem nokogiri 1.1",
                   "usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.gemspec: gem json "
                   "2.6"}));
  EXPECT_EQ(licences_of(layer), (Texts{"MIT OR Ruby", "", "Ruby"}));
  EXPECT_EQ(layer.package_files.at(0).packages.at(0).architecture, "");
  EXPECT_EQ(layer.package_files.at(1).packages.at(0).architecture, "x86_64-linux");
}

TEST(Gem, LeavesOutTheRestAndSaysWhatIsNotUnderstood) {
  const Layer layer = layer_of(
      TarText()
          .file("gems/a-1/a.gemspec", "# stub: a 1 ruby lib\n")
          .file("app/Gemfile.lock", "GEM\n")
          .file("specifications/b-1.gemspec",
                "Gem::Specification.new do |s|\n  s.name = \"b\"\n  s.version = VERSION\nend\n"));
  EXPECT_EQ(packages_of(layer), Texts{});
  EXPECT_EQ(errors_of(layer), (Texts{"specifications/b-1.gemspec: its version is not understood"}));
}

TEST(Composer, ReadsBothFormats) {
  const std::string package =
      "{\"name\":\"a/b\",\"version\":\"v1.2.0\",\"license\":[\"MIT\",\"GPL-3.0-only\"]}";
  const Layer layer =
      layer_of(TarText()
                   .file("one/vendor/composer/installed.json", concat("[", package, "]"))
                   .file("two/vendor/composer/installed.json",
                         concat("{\"packages\":[", package, ",{\"name\":\"c/d\"},7],\"dev\":true}"))
                   .file("app/composer.lock", concat("{\"packages\":[", package, "]}")));
  EXPECT_EQ(packages_of(layer), (Texts{"one/vendor/composer/installed.json: composer a/b v1.2.0",
                                       "two/vendor/composer/installed.json: composer a/b v1.2.0"}));
  EXPECT_EQ(licences_of(layer), (Texts{"MIT OR GPL-3.0-only", "MIT OR GPL-3.0-only"}));
  EXPECT_EQ(errors_of(layer_of(TarText().file("vendor/composer/installed.json", "{}"))),
            (Texts{"vendor/composer/installed.json: has no list of packages"}));
}

TEST(DotNet, ReadsLibrariesOfTheTypePackage) {
  const Layer layer = layer_of(TarText().file(
      "app/app.deps.json",
      "{\"runtimeTarget\":{\"name\":\".NETCoreApp,Version=v8.0\"},\"targets\":{},\"libraries\":{"
      "\"app/1.0.0\":{\"type\":\"project\"},\"Newtonsoft.Json/13.0.1\":{\"type\":\"package\","
      "\"sha512\":\"x\"},\"odd\":{\"type\":\"package\"},\"n/1\":3}}"));
  EXPECT_EQ(packages_of(layer), (Texts{"app/app.deps.json: nuget Newtonsoft.Json 13.0.1"}));
  EXPECT_EQ(errors_of(layer_of(TarText().file("a.deps.json", "{}"))),
            (Texts{"a.deps.json: has no \"libraries\""}));
}

}  // namespace
}  // namespace plimsoll::image
