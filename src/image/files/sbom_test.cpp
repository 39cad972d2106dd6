// Inventories that lie in an image, and what they add to what was found.
#include "image/files/sbom.h"

#include <gtest/gtest.h>

#include "image/merge.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::TarText;
using Texts = std::vector<std::string>;

// Of these package URLs.
std::string cyclonedx(const Texts& urls) {
  Texts components;
  for (const std::string& url : urls) {
    components.push_back(concat(R"({"type":"library","name":"x","purl":")", url, "\"}"));
  }
  return concat(R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)",
                join(components, ","), "]}");
}

std::string spdx(const std::string& url) {
  return concat(R"({"spdxVersion":"SPDX-2.3","packages":[{"name":"x","externalRefs":)"
                R"([{"referenceType":"purl","referenceLocator":")",
                url, "\"}]}]}");
}

Texts inventories_of(const Layer& layer) {
  Texts out;
  for (const PackageFile& file : layer.inventories) {
    for (const Package& package : file.packages) {
      out.push_back(concat(package.path, ": ", package.name, " ", package.version));
    }
  }
  return out;
}

TEST(SbomFile, IsFoundWhereBuildersLeaveIt) {
  const Layer layer =
      test::layer_of(TarText()
                         .file("app/app.cdx.json", cyclonedx({"pkg:npm/a@1"}))
                         .file("app/bom.json", cyclonedx({"pkg:npm/b@1"}))
                         .file("opt/bitnami/redis/.spdx-redis.spdx", spdx("pkg:golang/c@1"))
                         .file("usr/share/sbom/any.json", cyclonedx({"pkg:npm/d@1"}))
                         .file("var/lib/db/sbom/e-1.spdx.json", spdx("pkg:apk/wolfi/e@1"))
                         .file("usr/lib/python3/site-packages/f-1.dist-info/sboms/f.json",
                               cyclonedx({"pkg:cargo/f@1"})));
  EXPECT_EQ(test::errors_of(layer), Texts{});
  EXPECT_EQ(inventories_of(layer),
            (Texts{"app/app.cdx.json: a 1", "app/bom.json: b 1",
                   "opt/bitnami/redis/.spdx-redis.spdx: c 1", "usr/share/sbom/any.json: d 1",
                   "var/lib/db/sbom/e-1.spdx.json: e 1",
                   "usr/lib/python3/site-packages/f-1.dist-info/sboms/f.json: f 1"}));
}

TEST(SbomFile, IsNotWhatOnlyLooksLikeOne) {
  const std::string text = cyclonedx({"pkg:npm/a@1"});
  const Layer layer = test::layer_of(TarText()
                                         .file("app/node_modules/x/bom.json", text)
                                         .file("usr/share/doc/x/x.cdx.json", text)
                                         .file("app/tests/x.cdx.json", text)
                                         .file("app/package.json", text)
                                         .file("app/bom.json", R"({"name":"weather"})")
                                         .file("srv/bom.json", "no JSON")
                                         .file("srv/x.cdx.json", "[1]")
                                         .symlink("srv/y.cdx.json", "x"));
  EXPECT_EQ(test::errors_of(layer), Texts{});
  EXPECT_EQ(inventories_of(layer), Texts{});
}

TEST(SbomFile, SaysWhatIsBroken) {
  const Layer layer = test::layer_of(
      TarText()
          .file("a.cdx.json", "{\"bomFormat\":\"CycloneDX\",\n\"specVersion\":\"9\"}")
          .file("b.spdx.json", "{\"spdxVersion\":\"SPDX-2.3\",\n")
          .file("bom.json", cyclonedx({"pkg:", "pkg:npm/a@1"})));
  EXPECT_EQ(test::errors_of(layer),
            (Texts{"a.cdx.json: line 2: \"specVersion\" is none that is read: \"9\"",
                   "b.spdx.json: line 2: expected a member's name in quotes, and the text ends",
                   "bom.json: line 1: this is no package URL: \"pkg:\""}));
  EXPECT_EQ(inventories_of(layer), (Texts{"bom.json: a 1"}));
}

TEST(SbomFile, IsBoundedForALayer) {
  Layer layer;
  layer.inventories.emplace_back().packages.resize(max_packages - 1);
  sbom_file.read("b.cdx.json", cyclonedx({"pkg:npm/a@1", "pkg:npm/a@2"}), layer);
  sbom_file.read("c.cdx.json", cyclonedx({"pkg:npm/b@1"}), layer);
  ASSERT_EQ(layer.inventories.size(), 2u);
  EXPECT_EQ(layer.inventories[1].path, "c.cdx.json");
  EXPECT_EQ(
      test::errors_of(layer),
      (Texts{"b.cdx.json: is left out: the inventories of the layer hold more than is read"}));
}

// "KIND NAME VERSION PATH"
Texts merged(const std::vector<TarText>& tars) {
  const Image image = test::image_of(tars);
  Texts out;
  for (const Package& package : image.packages) {
    out.push_back(concat(name_of(package.kind), " ", package.name, " ", package.version, " ",
                         package.path, " ", std::to_string(package.layer)));
  }
  return out;
}

TEST(SbomFile, KnowsAPackageByAnySpelling) {
  EXPECT_EQ(
      merged({TarText()
                  .file("usr/lib/python3/dist-packages/A_b-1.dist-info/METADATA",
                        "Metadata-Version: 2.1\nName: A_b\nVersion: 1\n")
                  .file("app/node_modules/Found/package.json", R"({"name":"Found","version":"1"})")
                  .file("x.cdx.json",
                        cyclonedx({"pkg:pypi/a-b@1", "pkg:npm/found@1", "pkg:golang/x.org/a@v1.0.0",
                                   "pkg:golang/x.org/a@1.0.0"}))}),
      (Texts{"npm Found 1 app/node_modules/Found/package.json 0",
             "pypi A_b 1 usr/lib/python3/dist-packages/A_b-1.dist-info/METADATA 0",
             "golang x.org/a 1.0.0 x.cdx.json 0"}));
}

TEST(SbomFile, AddsWhatWasNotFound) {
  const std::string module = R"({"name":"Found","version":"1"})";
  EXPECT_EQ(
      merged({TarText()
                  .file("var/lib/dpkg/status", "Package: bash\nVersion: 5\nArchitecture: all\n")
                  .file("app/node_modules/Found/package.json", module),
              TarText().file("b.cdx.json",
                             cyclonedx({"pkg:npm/linked@2", "pkg:npm/Found@1", "pkg:npm/found@2",
                                        // dpkg lists all of its own, and knows better
                                        "pkg:deb/debian/bash@4", "pkg:deb/debian/dash@1",
                                        "pkg:apk/alpine/musl@1"})),
              TarText()
                  .file("a.cdx.json", cyclonedx({"pkg:npm/linked@2"}))
                  .file("gone.cdx.json", cyclonedx({"pkg:npm/gone@1"})),
              TarText().file(".wh.gone.cdx.json", "")}),
      (Texts{"deb bash 5 var/lib/dpkg/status 0", "apk musl 1 b.cdx.json 1",
             "npm Found 1 app/node_modules/Found/package.json 0", "npm found 2 b.cdx.json 1",
             "npm linked 2 a.cdx.json 2"}));
}

}  // namespace
}  // namespace plimsoll::image
