// `plimsoll sbom` as a user runs it. Where PLIMSOLL_SBOM_SCHEMAS names a directory with the
// published schemas (bom-1.5.schema.json, bom-1.6.schema.json, jsf-0.82.schema.json,
// spdx.schema.json of CycloneDX, and spdx-2.3.json), the documents are held against them.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/text.h"
#include "support/program.h"
#include "support/test_image.h"

namespace plimsoll::test {
namespace {

class Sbom : public testing::Test {
 protected:
  Sbom() {
    const std::vector<TestLayer> layers{
        {TarText()
             .file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n")
             .file("var/lib/dpkg/status",
                   "Package: libstdc++6\nStatus: install ok installed\nVersion: 12.2.0-14\n"
                   "Architecture: amd64\nSource: gcc-12\n")
             .file("lib/apk/db/installed",
                   "P:busybox\nV:1.36-r1\nA:x86_64\nL:GPL-2.0-only\n\n"
                   "P:busybox\nV:1.36-r1\nA:x86_64\nL:GPL-2.0-only\n\n")
             .text(),
         ""}};
    layout_.index({layout_.descriptor(
        layout_.image(layers, config_over(layers)),
        R"(,"annotations":{"io.containerd.image.name":"registry.example:5000/team/app:1"})")});
  }

  std::string sbom(const std::string& format, const std::string& time = "1700000000") const {
    const Ended ended = run_plimsoll({"sbom", "-f", format, layout_.path()},
                                     {.environment = {{"SOURCE_DATE_EPOCH", time}}});
    EXPECT_EQ(ended.exit_code, 0) << ended.errors;
    return ended.output;
  }

  TestLayout layout_;
};

bool has(const std::string& text, const std::string& line) {
  if (text.contains(line)) return true;
  ADD_FAILURE() << "no " << line << " in\n" << text;
  return false;
}

TEST_F(Sbom, IsCycloneDx) {
  const std::string text = sbom("cyclonedx");
  has(text, R"("specVersion": "1.6")");
  has(text, R"("timestamp": "2023-11-14T22:13:20Z")");
  has(text, R"("type": "operating-system")");
  has(text, R"("purl": "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12")");
  has(text, R"("value": "gcc-12")");
  has(text, R"("name": "GPL-2.0-only")");
  // The same package twice: references are unique.
  has(text, R"("bom-ref": "pkg:apk/debian/busybox@1.36-r1?arch=x86_64&distro=debian-12")");
  has(text, R"("bom-ref": "pkg:apk/debian/busybox@1.36-r1?arch=x86_64&distro=debian-12#2")");
  has(text, "\"purl\": \"pkg:oci/app@sha256:");
  has(text, "?arch=amd64&repository_url=registry.example:5000%2Fteam%2Fapp&tag=1\"");
  has(sbom("cyclonedx-1.5"), R"("specVersion": "1.5")");
}

TEST_F(Sbom, IsSpdx) {
  const std::string text = sbom("spdx");
  has(text, R"("spdxVersion": "SPDX-2.3")");
  has(text, R"("created": "2023-11-14T22:13:20Z")");
  has(text, R"("documentNamespace": "https://spdx.org/spdxdocs/plimsoll-)");
  has(text, R"("licenseComments": "The package states: GPL-2.0-only")");
  has(text, R"("relatedSpdxElement": "SPDXRef-Package-3")");
}

TEST_F(Sbom, IsTheSameForTheSameImage) {
  for (const char* format : {"cyclonedx", "cyclonedx-1.5", "spdx"}) {
    EXPECT_EQ(sbom(format), sbom(format)) << format;
    // Another time changes the time alone.
    std::string later = sbom(format, "1700000001");
    const std::size_t at = later.find("22:13:21Z");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(later.replace(at, 9, "22:13:20Z"), sbom(format)) << format;
  }
}

TEST_F(Sbom, IsWrittenToAFile) {
  const TemporaryDirectory directory;
  const std::string path = concat(directory.path(), "/app.cdx.json");
  const Ended ended = run_plimsoll({"sbom", layout_.path(), "-o", path});
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_EQ(ended.output, "");
  EXPECT_EQ(run_shell(concat("grep -c bomFormat ", path)).output, "1\n");
}

TEST_F(Sbom, SaysWhatIsMissing) {
  const TemporaryDirectory directory;
  directory.write("var/lib/dpkg/status", "Package: x\n\n");
  const Ended ended = run_plimsoll({"sbom", concat("dir://", directory.path())});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.errors.contains("the package \"x\" has no version")) << ended.errors;
  EXPECT_TRUE(ended.output.contains("bomFormat"));
}

TEST_F(Sbom, IsValidBySomebodyElsesSchema) {
  const char* const schemas = std::getenv("PLIMSOLL_SBOM_SCHEMAS");
  if (schemas == nullptr) {
    GTEST_SKIP()
        << "PLIMSOLL_SBOM_SCHEMAS names no directory: the published schemas are not ours to copy";
  }
  const TemporaryDirectory directory;
  const std::string script = directory.write("validate.py", R"(
import json, sys, jsonschema
schemas, document, name = sys.argv[1:]
load = lambda name: json.load(open(schemas + "/" + name))
store = {}
if name.startswith("bom"):
    for other in ("jsf-0.82.schema.json", "spdx.schema.json"):
        store["http://cyclonedx.org/schema/" + other] = load(other)
schema = load(name)
resolver = jsonschema.RefResolver(schema.get("$id", ""), schema, store=store)
jsonschema.Draft7Validator(schema, resolver=resolver).validate(json.load(open(document)))
)");
  for (const auto& [format, schema] :
       {std::pair{"cyclonedx", "bom-1.6.schema.json"},
        std::pair{"cyclonedx-1.5", "bom-1.5.schema.json"}, std::pair{"spdx", "spdx-2.3.json"}}) {
    const std::string document = directory.write("sbom.json", sbom(format));
    const Ended ended =
        run_shell(concat("python3 -W ignore ", script, " '", schemas, "' ", document, " ", schema));
    EXPECT_EQ(ended.exit_code, 0) << format << ended.errors;
  }
}

}  // namespace
}  // namespace plimsoll::test
