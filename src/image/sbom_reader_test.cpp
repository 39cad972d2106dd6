// Inventories as others write them, and what is said of broken ones.
#include "image/sbom_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::image {
namespace {

using Texts = std::vector<std::string>;

class SbomText : public testing::Test {
 protected:
  const Sbom& read(std::string text) {
    const Source& source = sources_.add("x.json", std::move(text));
    Result<Sbom> sbom = read_sbom(source);
    EXPECT_TRUE(sbom) << (sbom ? "" : sbom.error().message);
    sbom_ = sbom ? std::move(*sbom) : Sbom();
    return sbom_;
  }
  const Sbom& components(const std::string& text) {
    return read(
        concat(R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)", text, "]}"));
  }
  const Sbom& packages(const std::string& text, const std::string& creator = "Tool: other") {
    return read(concat(R"({"spdxVersion":"SPDX-2.3","creationInfo":{"creators":[")", creator,
                       R"("]},"packages":[)", text, "]}"));
  }
  // "KIND NAME VERSION ARCHITECTURE from SOURCE SOURCE_VERSION at PATH: LICENCE"
  Texts found() const {
    Texts out;
    for (const Package& package : sbom_.packages) {
      out.push_back(concat(name_of(package.kind), " ", package.name, " ", package.version, " ",
                           package.architecture, " from ", package.source_name, " ",
                           package.source_version, " at ", package.path, ": ", package.licence));
    }
    return out;
  }
  // "LINE:COLUMN: MESSAGE"
  static std::string told(const Error& error) {
    if (!error.at.known()) return concat("nowhere: ", error.message);
    const Position at = error.at.source->position(error.at.span.begin);
    return concat(std::to_string(at.line), ":", std::to_string(at.column), ": ", error.message);
  }
  std::string refusal(std::string text) {
    const Source& source = sources_.add("x.json", std::move(text));
    const Result<Sbom> sbom = read_sbom(source);
    return sbom ? "none" : told(sbom.error());
  }
  Texts errors() const {
    Texts out;
    for (const Error& error : sbom_.errors) out.push_back(told(error));
    return out;
  }

  Sources sources_;
  Sbom sbom_;
};

TEST_F(SbomText, OfCycloneDxGivesItsPackages) {
  read(R"({"bomFormat":"CycloneDX","specVersion":"1.5",
    "metadata":{"component":{"type":"container","name":"shop:1","version":"sha256:ab","properties":[
      {"name":"plimsoll:image:id","value":"sha256:cd"}]}},
    "components":[
    {"type":"operating-system","name":"debian","version":"12","description":"Debian 12"},
    {"type":"library","name":"libcurl4","version":"7-1",
     "purl":"pkg:deb/debian/libcurl4@7-1?arch=amd64&upstream=curl%407-0",
     "licenses":[{"license":{"id":"curl"}},{"expression":"MIT OR ISC"},{"license":{"name":"own"}}],
     "evidence":{"occurrences":[{"location":"/var/lib/dpkg/status"}]},
     "components":[{"type":"library","group":"github.com/A","name":"B","version":"v1",
       "purl":"pkg:golang/github.com/a/b@v1",
       "properties":[{"name":"syft:location:0:path","value":"/bin/b"}]}]},
    {"type":"library","group":"org.x","name":"Y","version":"1","purl":"pkg:maven/org.x/Y@1"},
    {"type":"library","group":"@s","name":"t","version":"2","purl":"pkg:npm/%40s/t"},
    {"type":"library","name":"PyYAML","purl":"pkg:pypi/pyyaml@6"},
    {"type":"library","name":"bash","purl":"pkg:rpm/rocky/bash@5-1.el9?arch=x86_64&epoch=0",
     "properties":[{"name":"aquasecurity:trivy:SrcName","value":"bash-src"},
       {"name":"aquasecurity:trivy:SrcVersion","value":"5"},
       {"name":"aquasecurity:trivy:SrcRelease","value":"1.el9"},
       {"name":"aquasecurity:trivy:SrcEpoch","value":"2"},
       {"name":"aquasecurity:trivy:Modularitylabel","value":"m:1"}]},
    {"type":"application","name":"wordpress","version":"6","purl":"pkg:bitnami/wordpress@6"},
    {"type":"library","name":"no url","version":"1"},
    {"type":"file","name":"/etc/passwd"}]})");
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(found(), (Texts{"deb libcurl4 7-1 amd64 from curl 7-0 at var/lib/dpkg/status: "
                            "curl AND (MIT OR ISC) AND own",
                            "rpm bash 0:5-1.el9 x86_64 from bash-src 2:5-1.el9 at : ",
                            "npm @s/t 2  from @s/t 2 at : ", "pypi PyYAML 6  from PyYAML 6 at : ",
                            "golang github.com/A/B v1  from github.com/A/B v1 at bin/b: ",
                            "maven org.x:Y 1  from org.x:Y 1 at : "}));
  EXPECT_EQ(sbom_.packages[1].module, "m:1");
  EXPECT_EQ(sbom_.name + sbom_.digest + sbom_.id, "shop:1sha256:absha256:cd");
  ASSERT_TRUE(sbom_.os);
  EXPECT_EQ(sbom_.os->id + sbom_.os->version_id + sbom_.os->pretty_name, "debian12Debian 12");
  EXPECT_EQ(sbom_.unknown_components, 2u);
}

TEST_F(SbomText, OfSpdxGivesItsPackages) {
  packages(R"({"name":"shop","versionInfo":"sha256:ab","primaryPackagePurpose":"CONTAINER"},
    {"name":"alpine","versionInfo":"3.20","primaryPackagePurpose":"OPERATING-SYSTEM"},
    {"name":"libcrypto3","versionInfo":"3.3-r0","licenseDeclared":"Apache-2.0",
     "sourceInfo":"built package from: openssl 3.3-r0",
     "externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:x"},
       {"referenceType":"purl","referenceLocator":"pkg:apk/alpine/libcrypto3@3.3-r0?arch=x86_64"}]},
    {"name":"x","versionInfo":"1","licenseDeclared":"NOASSERTION","licenseConcluded":"MIT",
     "sourceInfo":"found in /never","externalRefs":[
       {"referenceType":"purl","referenceLocator":"pkg:cargo/x@1"}]},
    {"name":"f","primaryPackagePurpose":"FILE"},{"name":"other","versionInfo":"1"})");
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(found(), (Texts{"apk libcrypto3 3.3-r0 x86_64 from openssl 3.3-r0 at : Apache-2.0",
                            "cargo x 1  from x 1 at : MIT"}));
  EXPECT_EQ(sbom_.name + sbom_.digest, "shopsha256:ab");
  ASSERT_TRUE(sbom_.os);
  EXPECT_EQ(sbom_.os->id + sbom_.os->version_id, "alpine3.20");
  EXPECT_EQ(sbom_.unknown_components, 1u);
}

TEST_F(SbomText, OfOurOwnGivesWhatStandsInSentences) {
  const std::string url = R"("externalRefs":[{"referenceType":"purl","referenceLocator":)"
                          R"("pkg:deb/debian/a@2"}])";
  packages(
      concat(R"({"name":"a","versionInfo":"2","licenseComments":"The package states: GPLv2",)"
             R"("sourceInfo":"found in /odd; built from x/f; built from src 1",)",
             url, R"(},{"name":"a","versionInfo":"2","sourceInfo":"built from src 1",)", url, "}"),
      "Tool: plimsoll-0.1.0");
  EXPECT_EQ(found(), (Texts{"deb a 2  from src 1 at : ",
                            "deb a 2  from src 1 at odd; built from x/f: GPLv2"}));
}

TEST_F(SbomText, KnowsTheDistributionFromUrls) {
  const auto os = [](const Sbom& sbom) {
    return sbom.os ? concat(sbom.os->id, " ", sbom.os->version_id) : std::string("none");
  };
  EXPECT_EQ(os(components(R"({"purl":"pkg:deb/ubuntu/a@1?distro=ubuntu-22.04"})")), "ubuntu 22.04");
  EXPECT_EQ(os(components(R"({"purl":"pkg:apk/wolfi/a@1"})")), "wolfi ");
  EXPECT_EQ(os(components(R"({"purl":"pkg:deb/debian/a@1"})")), "none");
  EXPECT_EQ(os(components(R"({"purl":"pkg:npm/a@1?distro=debian-12"})")), "none");
}

TEST_F(SbomText, SaysWhichComponentsCannotBe) {
  components(R"({"name":"a","purl":"pkg:nothing"},
7,
{"name":"b","purl":"pkg:npm/b"},{"name":"c","purl":"pkg:npm/c@1"})");
  EXPECT_EQ(errors(),
            (Texts{"1:60: this is no package URL: \"pkg:nothing\"", "2:1: a component is an object",
                   "3:1: the package \"b\" has no version"}));
  EXPECT_EQ(found(), (Texts{"npm c 1  from c 1 at : "}));
  std::string many = "0";
  for (int i = 0; i < 29; ++i) many += ",0";
  components(many);
  ASSERT_EQ(errors().size(), 21u);
  EXPECT_EQ(errors().back(), "1:1: 10 more components are at fault");
}

TEST_F(SbomText, SaysWhatIsNoInventory) {
  EXPECT_EQ(refusal("[]"), "1:1: an inventory is an object, and this is an array");
  EXPECT_EQ(refusal("{}"), "1:1: the document says neither \"bomFormat\" nor \"spdxVersion\"");
  EXPECT_EQ(refusal("{\"a\":1,\n}"), "2:1: expected a member's name in quotes, found `}`");
  EXPECT_EQ(refusal(R"({"bomFormat":"x"})"),
            "1:14: \"bomFormat\" is \"CycloneDX\" and nothing else");
  EXPECT_EQ(refusal(R"({"bomFormat":"CycloneDX","specVersion":"2.0"})"),
            "1:40: \"specVersion\" is none that is read: \"2.0\"");
  EXPECT_EQ(refusal(R"({"bomFormat":"CycloneDX"})"),
            "1:1: \"specVersion\" is none that is read: \"\"");
  EXPECT_EQ(refusal(R"({"spdxVersion":"SPDX-9"})"),
            "1:16: \"spdxVersion\" is none that is read: \"SPDX-9\"");
  EXPECT_EQ(refusal(R"({"@context":"x","@graph":[]})"), "1:1: SPDX 3 is not read");
  EXPECT_EQ(refusal(R"({"bomFormat":"CycloneDX","specVersion":"1.6",
"components":{}})"),
            "2:14: \"components\" is an array, and this is an object");
  EXPECT_EQ(refusal(R"({"spdxVersion":"SPDX-2.3","packages":1})"),
            "1:38: \"packages\" is an array, and this is a number");
}

TEST(SbomFormat, IsToldByTheFirstBytes) {
  EXPECT_TRUE(looks_like_json("\xEF\xBB\xBF \n{ \"a\""));
  EXPECT_TRUE(looks_like_json("{}"));
  EXPECT_FALSE(looks_like_json("{dir/file"));
  EXPECT_FALSE(looks_like_json("[]"));
  EXPECT_FALSE(looks_like_json(""));
  EXPECT_TRUE(looks_like_sbom(R"({"components":[],"bomFormat":"x"})"));
  EXPECT_TRUE(looks_like_sbom(R"({"spdxVersion":"SPDX-2.3","broken)"));
  EXPECT_FALSE(looks_like_sbom(R"({"name":"x","a":{"bomFormat":"x"}})"));
}

}  // namespace
}  // namespace plimsoll::image
