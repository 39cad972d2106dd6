// Layers put together: whose a package of a language is.
#include "image/merge.h"

#include <gtest/gtest.h>

#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::TarText;
using Texts = std::vector<std::string>;

// "NAME VERSION OWNER" of what languages' package managers installed.
Texts owners(const std::vector<TarText>& tars) {
  const Image image = test::image_of(tars);
  Texts out;
  for (const Package& package : image.packages) {
    if (is_of_system(package.kind)) continue;
    out.push_back(concat(package.name, " ", package.version, " by ", package.owner));
  }
  return out;
}

std::string metadata(const std::string& name) {
  return concat("Metadata-Version: 2.1\nName: ", name, "\nVersion: 1.0\n");
}

TEST(Merge, GivesDebiansPythonPackagesToDebian) {
  EXPECT_EQ(
      owners(
          {TarText()
               .file("var/lib/dpkg/status",
                     "Package: python3-yaml\nVersion: 6.0-3\nArchitecture: amd64\nSource: pyyaml\n")
               .file("var/lib/dpkg/info/python3-yaml.list",
                     "/.\n/usr\n/usr/lib/python3/dist-packages/PyYAML-6.0.dist-info\n"
                     "/usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA\n")
               .file("usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA",
                     metadata("PyYAML")),
           TarText().file("usr/local/lib/python3.11/dist-packages/flask-1.0.dist-info/METADATA",
                          metadata("flask"))}),
      (Texts{"PyYAML 1.0 by python3-yaml", "flask 1.0 by "}));
}

TEST(Merge, GivesAlpinesPythonPackagesToAlpine) {
  EXPECT_EQ(
      owners({TarText()
                  .file("lib/apk/db/installed",
                        "P:py3-six\nV:1.16.0-r9\nA:noarch\n"
                        "F:usr/lib/python3.12/site-packages/six-1.16.0-py3.12.egg-info\n"
                        "R:PKG-INFO\nF:usr/lib\nR:libx.so\n\n")
                  .file("usr/lib/python3.12/site-packages/six-1.16.0-py3.12.egg-info/PKG-INFO",
                        metadata("six"))
                  .file("usr/lib/python3.12/site-packages/x.egg-info", metadata("x"))}),
      (Texts{"six 1.0 by py3-six", "x 1.0 by "}));
}

TEST(Merge, FindsOwnersInBothNamesOfAMergedDirectory) {
  EXPECT_EQ(owners({TarText()
                        .file("lib/apk/db/installed",
                              "P:gems\nV:1\nA:x\nF:lib/ruby/specifications\nR:rake-1.gemspec\n\n")
                        .file("usr/lib/ruby/specifications/rake-1.gemspec",
                              "# stub: rake 1 ruby lib\n")}),
            (Texts{"rake 1 by gems"}));
}

TEST(Merge, DropsPackagesOfALanguageThatAnUpperLayerDeletes) {
  EXPECT_EQ(
      owners(
          {TarText()
               .file("app/node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1.0.0\"}")
               .file("app/node_modules/b/package.json", "{\"name\":\"b\",\"version\":\"1.0.0\"}"),
           TarText()
               .file("app/node_modules/.wh.a", "")
               .file("app/node_modules/b/package.json", "{\"name\":\"b\",\"version\":\"2.0.0\"}")}),
      (Texts{"b 2.0.0 by "}));
}

}  // namespace
}  // namespace plimsoll::image
