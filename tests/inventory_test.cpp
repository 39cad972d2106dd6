// What `plimsoll sbom` says of a system that was really installed, against the package manager's
// own answer; and inventories as targets.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"
#include "support/test_image.h"

namespace plimsoll::test {
namespace {

// Debian as debootstrap installs it from the mirror that this machine's own packages are from. It
// takes a minute, so the tree is kept in build/ for the next run.
class DebootstrappedDebian : public testing::Test {
 protected:
  void SetUp() override {
    const std::string reason = make();
    if (reason.empty()) return;
    if (std::getenv("PLIMSOLL_REQUIRE_DEBOOTSTRAP") != nullptr) {
      FAIL() << "PLIMSOLL_REQUIRE_DEBOOTSTRAP is set, but " << reason;
    }
    GTEST_SKIP() << reason;
  }

  // "" when the tree is there, else why it cannot be.
  std::string make() {
    tree_ = source_path("build/debootstrapped");
    if (::geteuid() != 0) return "debootstrap needs root";
    if (std::filesystem::exists(tree_ + "/complete")) return {};
    if (run_shell("command -v debootstrap", as_root()).exit_code != 0)
      return "debootstrap is not installed";
    const std::string suite = run_shell(". /etc/os-release; echo $ID $VERSION_CODENAME").output;
    if (!suite.starts_with("debian ")) return "this machine is no Debian, and has no mirror of it";
    const std::string mirror =
        run_shell(R"(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
            sed -nE 's/^(URIs:|deb(-src)?( +\[[^]]*\])?) *(https?:[^ ]*).*/\4/p' | head -1)")
            .output;
    if (mirror.empty()) return "apt's sources name no mirror";
    const std::string new_tree = tree_ + ".new";
    // In mounts of its own: what it mounts is gone with it, however it ends.
    const Ended made =
        run_shell(concat("rm -rf ", new_tree,
                         " && unshare --mount timeout 240 debootstrap --variant=minbase ",
                         trim(suite.substr(7)), " ", new_tree, " ", trim(mirror), " && touch ",
                         new_tree, "/complete && mv ", new_tree, " ", tree_),
                  as_root());
    if (made.exit_code == 0) return {};
    const std::vector<std::string_view> lines = split(trim(made.output + made.errors), '\n');
    return concat("debootstrap failed: ", lines.back());
  }

  static RunOptions as_root() {
    return {.environment = {{"PATH", "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"}},
            .seconds = 300};
  }

  std::string tree_;
};

// Name, version, architecture, and name and version of the source.
TEST_F(DebootstrappedDebian, HoldsWhatDpkgSays) {
  const TemporaryDirectory directory;
  const std::string sbom = concat(directory.path(), "/sbom.json");
  const Ended ended =
      run_plimsoll({"sbom", "--no-cache", "-o", sbom, concat("dir://", tree_)}, {.seconds = 120});
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  const std::string script = directory.write("list.py", R"(
import json, sys, urllib.parse
for component in json.load(open(sys.argv[1]))["components"]:
    url = component.get("purl", "")
    if not url.startswith("pkg:deb/debian/"): continue
    name, rest = url[len("pkg:deb/debian/"):].split("@")
    version, qualifiers = rest.split("?")
    architecture = dict(part.split("=") for part in qualifiers.split("&"))["arch"]
    properties = {p["name"]: p["value"] for p in component["properties"]}
    assert urllib.parse.unquote(name) == component["name"]
    assert urllib.parse.unquote(version) == component["version"]
    print(component["name"], component["version"], architecture,
          properties["plimsoll:source:name"], properties["plimsoll:source:version"])
)");
  const Ended ours = run_shell(concat("python3 ", script, " ", sbom, " | LC_ALL=C sort"));
  const Ended theirs = run_shell(
      concat(
          "chroot ", tree_,
          " dpkg-query -W -f '${db:Status-Status} ${Package} ${Version} ${Architecture} "
          "${source:Package} ${source:Version}\\n' | grep -vE '^(not-installed|config-files) ' | "
          "cut -d' ' -f2- | LC_ALL=C sort"),
      as_root());
  EXPECT_EQ(ours.output, theirs.output) << ours.errors << theirs.errors;
  const auto packages = std::ranges::count(theirs.output, '\n');
  EXPECT_GT(packages, 60);
  RecordProperty("packages", static_cast<int>(packages));
}

class InventoryTarget : public testing::Test {
 protected:
  InventoryTarget() {
    const std::vector<TestLayer> layers{
        {TarText()
             .file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n")
             .file("var/lib/dpkg/status",
                   "Package: libstdc++6\nStatus: install ok installed\nVersion: 1:12.2.0-14+b1\n"
                   "Architecture: amd64\nSource: gcc-12 (12.2.0-14)\n\n"
                   "Package: base-files\nVersion: 12.4\nArchitecture: all\n")
             .file("usr/share/doc/base-files/copyright",
                   "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
                   "Files: *\nLicense: GPL-2+\n")
             .text(),
         ""},
        {TarText()
             .file("app/node_modules/@S/B/package.json",
                   R"({"name":"@S/B","version":"1.0.0","license":"MIT"})")
             .file("app/vendor/composer/installed.json",
                   R"([{"name":"Acme/Lib","version":"v2","license":["MIT","ISC"]}])")
             .file("usr/lib/python3/dist-packages/A_b-1.dist-info/METADATA",
                   "Metadata-Version: 2.1\nName: A_b\nVersion: 1.0\n")
             .file("app/x.cdx.json",
                   R"({"bomFormat":"CycloneDX","specVersion":"1.4","components":[
                     {"type":"library","name":"rand","version":"0.8","purl":"pkg:cargo/rand@0.8"},
                     {"type":"library","name":"x","version":"1","group":"org.x",
                      "purl":"pkg:maven/org.x/x@1"}]})")
             .text(),
         ""}};
    layout_.index({layout_.descriptor(
        layout_.image(layers, config_over(layers)),
        R"(,"annotations":{"io.containerd.image.name":"registry.example:5000/team/app:1"})")});
  }

  // Writes the inventory of a target, and gives back its path.
  std::string sbom(const std::string& format, const std::string& target, const std::string& name) {
    std::string path = concat(directory_.path(), "/", name);
    const Ended ended = run_plimsoll({"sbom", "-f", format, "-o", path, target},
                                     {.environment = {{"SOURCE_DATE_EPOCH", "1700000000"}}});
    EXPECT_EQ(ended.exit_code, 0) << ended.errors;
    EXPECT_EQ(ended.errors, "");
    return path;
  }

  // What an inventory says of packages, without the layers that inventories do not have; and
  // without the architecture of the image, which its configuration says.
  std::string content(const std::string& path) {
    const std::string script = directory_.write("content.py", R"(
import json, sys
document = json.load(open(sys.argv[1]))
for part in document.get("components", []) + document.get("packages", []):
    if "properties" in part:
        part["properties"] = [p for p in part["properties"] if p["name"] != "plimsoll:layer"]
    print(json.dumps(part, sort_keys=True).replace("?arch=amd64&repository_url", "?repository_url"))
for part in document.get("dependencies", []) + document.get("relationships", []):
    print(json.dumps(part, sort_keys=True))
)");
    const Ended ended = run_shell(concat("python3 ", script, " ", path));
    EXPECT_EQ(ended.errors, "");
    return ended.output;
  }

  TestLayout layout_;
  TemporaryDirectory directory_;
};

TEST_F(InventoryTarget, IsConvertedWithoutLoss) {
  for (const std::string format : {"cyclonedx", "cyclonedx-1.5", "spdx"}) {
    SCOPED_TRACE(format);
    const std::string first = sbom(format, layout_.path(), "first.json");
    const std::string second = sbom(format, concat("sbom://", first), "second.json");
    EXPECT_EQ(content(first), content(second));
    EXPECT_EQ(std::ranges::count(content(first), '\n'), format == "spdx" ? 18 : 9);
    // And to the other format, as from the image itself.
    const std::string other = format == "spdx" ? "cyclonedx" : "spdx";
    const std::string converted = content(sbom(other, first, "converted.json"));
    const std::string direct = content(sbom(other, layout_.path(), "direct.json"));
    if (other == "spdx") {
      EXPECT_EQ(converted, direct);
    } else {
      // SPDX has no field for the owner of a file or a description of the distribution.
      EXPECT_EQ(std::ranges::count(converted, '\n'), std::ranges::count(direct, '\n'));
    }
  }
}

TEST_F(InventoryTarget, IsJudgedByNoRuleThatNeedsFiles) {
  const std::string path = sbom("cyclonedx", layout_.path(), "a.json");
  for (const std::string& target : {path, concat("sbom://", path)}) {
    const Ended ended = run_plimsoll({"image", target});
    EXPECT_EQ(ended.exit_code, 0) << ended.errors;
    EXPECT_EQ(ended.output.substr(0, ended.output.find("known vulnerabilities")),
              "1 image checked: no findings\n"
              "registry.example:5000/team/app:1: Debian 12; 2 deb, 1 npm, 1 pypi, 1 cargo, 1 "
              "maven, 1 composer packages; read from an inventory: no rule judges files or the "
              "configuration\n");
  }
  const Ended ended = run_shell(concat("$PLIMSOLL image --format json sbom://- < ", path));
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_TRUE(ended.output.contains("\"findings\": []")) << ended.output;
  const Ended diff = run_plimsoll({"image", "--diff", layout_.path(), path});
  EXPECT_EQ(diff.exit_code, 0) << diff.errors;
  EXPECT_EQ(diff.output,
            "registry.example:5000/team/app:1 -> registry.example:5000/team/app:1: packages alone, "
            "since one is an inventory\nno differences\n");
  const Ended tree = run_plimsoll({"image", "--tree", path});
  EXPECT_EQ(tree.exit_code, 2);
  EXPECT_TRUE(tree.errors.contains("is an inventory, which has no layers")) << tree.errors;
}

TEST_F(InventoryTarget, SaysWhereItIsBroken) {
  const auto error_of = [&](const std::string& text, const std::string& scheme = "") {
    const std::string path = directory_.write("x.json", text);
    const Ended ended = run_plimsoll({"sbom", scheme + path});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_EQ(ended.output, "");
    const std::size_t at = ended.errors.find("x.json");
    return at == std::string::npos ? ended.errors
                                   : ended.errors.substr(at, ended.errors.find('\n') - at);
  };
  EXPECT_EQ(error_of("{\"bomFormat\": \"CycloneDX\",\n \"specVersion\": 7}"),
            "x.json:2:17: error: \"specVersion\" is none that is read: \"\"");
  EXPECT_EQ(error_of("{\"a\": 1}"),
            "x.json:1:1: error: the document says neither \"bomFormat\" nor \"spdxVersion\"");
  EXPECT_EQ(error_of("{\n\"bomFormat\": }"), "x.json:2:14: error: expected a value, found `}`");
  EXPECT_EQ(error_of("[]", "sbom://"),
            "x.json:1:1: error: an inventory is an object, and this is an array");
}

TEST_F(InventoryTarget, SaysWhatIsLeftOut) {
  const std::string path = directory_.write("x.json", R"({"bomFormat":"CycloneDX",
    "specVersion":"1.6","components":[{"type":"application","name":"a"},
    {"type":"library","name":"b","version":"1","purl":"pkg:npm/b@1"}]})");
  const Ended ended = run_plimsoll({"sbom", path});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(ended.errors.contains("left out: 1 component of kinds that are not known here"))
      << ended.errors;
  EXPECT_TRUE(run_plimsoll({"image", path}).output.contains("1 component of kinds that are not"));
}

}  // namespace
}  // namespace plimsoll::test
