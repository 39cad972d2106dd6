// Whole images: layers laid over each other, found in archives and layouts, and what is said of
// broken ones.
#include "image/image_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "support/program.h"
#include "support/test_image.h"

namespace plimsoll::image {
namespace {

using test::TarText;
using test::TestLayer;
using test::TestLayout;
using Texts = std::vector<std::string>;

Result<ImageReading> read(const std::string& text, const std::string& platform = "") {
  const Result<Target> target = parse_target(text);
  if (!target) return failure(target.error());
  Result<OpenedTarget> opened = open_target(*target);
  if (!opened) return failure(opened.error());
  return read_image(
      text, std::move(*opened),
      {.platform = parse_platform(platform), .threads = 0, .secrets = SearchSecrets::yes});
}

std::string error_of(const Result<ImageReading>& reading) {
  return reading ? "no error" : reading.error().message;
}

// "FILE: MESSAGE", with the part of the path that is the test's own left out.
Texts errors_of(const ImageReading& reading, const std::string& directory) {
  Texts out;
  for (const Error& error : reading.errors) {
    const std::string file =
        error.file.starts_with(directory) ? error.file.substr(directory.size() + 1) : error.file;
    out.push_back(concat(file, ": ", error.message));
  }
  return out;
}

Texts packages_of(const Image& image) {
  Texts out;
  for (const Package& package : image.packages) {
    out.push_back(concat(package.name, " ", package.version, " ", package.architecture, " ",
                         package.source_name, " ", package.source_version, " ",
                         std::to_string(package.layer)));
  }
  return out;
}

Texts paths_of(const std::vector<ImageFile>& files) {
  Texts out;
  for (const ImageFile& file : files) out.push_back(file.path);
  return out;
}

constexpr std::string_view bash_status =
    "Package: bash\nStatus: install ok installed\nVersion: 5.2.15-2+b7\nArchitecture: amd64\n"
    "Source: bash (5.2.15-2)\nDescription: shell\n Version: none of this\n\n"
    "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: all\n";

// An image of these layers as docker save writes it, read.
class OfLayers : public testing::Test {
 protected:
  const Image& read_layers(const std::vector<TarText>& tars) {
    std::vector<TestLayer> layers;
    for (const TarText& tar : tars) layers.push_back({tar.text(), ""});
    const std::string path =
        directory_.write("a.tar", test::docker_archive(layers, test::config_over(layers), "x:1"));
    Result<ImageReading> reading = read(path);
    EXPECT_TRUE(reading) << error_of(reading);
    if (!reading) throw std::runtime_error("no image");
    reading_ = std::move(*reading);
    return *reading_.image;
  }
  Texts errors() const { return errors_of(reading_, directory_.path()); }

  test::TemporaryDirectory directory_;
  ImageReading reading_;
};

TEST_F(OfLayers, ListsWhatIsInstalled) {
  const Image& image =
      read_layers({TarText().file("var/lib/dpkg/status", std::string(bash_status))});
  EXPECT_EQ(packages_of(image), (Texts{"bash 5.2.15-2+b7 amd64 bash 5.2.15-2 0"}));
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(image.name, "x:1");
  EXPECT_EQ(image.layers.at(0).computed_diff_id, image.layers.at(0).diff_id);
}

TEST_F(OfLayers, ReadsImagesWithoutAPackageManager) {
  const Image& image =
      read_layers({TarText()
                       .file("var/lib/dpkg/status.d/base",
                             "Package: base-files\nVersion: 12.4\nArchitecture: all\n")
                       .file("var/lib/dpkg/status.d/base.md5sums", "0123  usr/bin/x\n")
                       .file("usr/bin/x", "", 04755)});
  EXPECT_EQ(packages_of(image), (Texts{"base-files 12.4 all base-files 12.4 0"}));
}

TEST_F(OfLayers, ListsWhatApkInstalled) {
  const Image& image = read_layers(
      {TarText()
           .file("lib/apk/db/installed",
                 "C:Q1\nP:busybox\nV:1.36.1-r29\nA:x86_64\nL:GPL-2.0-only\no:busybox\nF:bin\nR:"
                 "bbsuid\n"
                 "a:0:0:4711\nF:etc\n\nP:libcrypto3\nV:3.3.2-r0\nA:x86_64\no:openssl\n\n")
           .file("bin/bbsuid", "", 04111)});
  EXPECT_EQ(packages_of(image), (Texts{"busybox 1.36.1-r29 x86_64 busybox 1.36.1-r29 0",
                                       "libcrypto3 3.3.2-r0 x86_64 openssl 3.3.2-r0 0"}));
  EXPECT_EQ(image.packages.at(0).licence, "GPL-2.0-only");
  EXPECT_EQ(image.privileged_files.at(0).owner, "busybox");
}

TEST_F(OfLayers, SaysWhatIsNoPackage) {
  read_layers({TarText().file("var/lib/dpkg/status", "Package: x\nrubbish\n\nVersion: 1\n\n")});
  EXPECT_EQ(errors(), (Texts{"a.tar: var/lib/dpkg/status: the package \"x\" has no version",
                             "a.tar: var/lib/dpkg/status: a package has no name",
                             "a.tar: var/lib/dpkg/status: 1 lines are no fields of a package"}));
}

TEST_F(OfLayers, LaysUpperLayersOverLowerOnes) {
  const Image& image = read_layers(
      {TarText()
           .file("var/lib/dpkg/status", std::string(bash_status))
           .file("usr/bin/su", "1234", 04755)
           .file("usr/bin/kept", "12", 04755)
           .file("opt/a/tool", "123", 04755)
           .file("srv/x/tool", "123", 04755)
           .file("data/f", "12345", 04755)
           .file("was/file", "1", 04755),
       TarText()
           .file("var/lib/dpkg/status", "Package: dash\nVersion: 1\nArchitecture: all\n")
           .file("usr/bin/.wh.su", "")
           .file("opt/.wh.a", "")
           .file("srv/x/.wh..wh..opq", "")
           .file("data", "now a file")
           .directory("was/file")});
  EXPECT_EQ(packages_of(image), (Texts{"dash 1 all dash 1 1"}));
  EXPECT_EQ(paths_of(image.privileged_files), (Texts{"usr/bin/kept"}));
  // status, su, opt/a/tool, srv/x/tool, data/f, was/file
  EXPECT_EQ(image.layers.at(0).hidden_bytes, bash_status.size() + 4 + 3 + 3 + 5 + 1);
  EXPECT_EQ(image.layers.at(1).hidden_bytes, 0u);
}

TEST_F(OfLayers, HidesNothingOfItsOwnLayer) {
  // The order in an archive is free: a layer's whiteouts are about the layers below.
  const Image& image =
      read_layers({TarText().file("a/x", "", 04755), TarText()
                                                         .file("b/y", "", 04755)
                                                         .file("b/.wh..wh..opq", "")
                                                         .file(".wh.a", "")
                                                         .file("a/z", "", 04755)});
  EXPECT_EQ(paths_of(image.privileged_files), (Texts{"a/z", "b/y"}));
}

TEST_F(OfLayers, TakesTheLastOfTwoFilesOfOneName) {
  const Image& image = read_layers(
      {TarText()
           .file("var/lib/dpkg/status", std::string(bash_status))
           .file("./var/lib/dpkg/status", "Package: dash\nVersion: 1\nArchitecture: all\n")});
  EXPECT_EQ(packages_of(image), (Texts{"dash 1 all dash 1 0"}));
}

TEST_F(OfLayers, FindsFilesWithRights) {
  const Image& image = read_layers({TarText()
                                        .file("bin/su", "", 04755)
                                        .file("bin/wall", "", 02755)
                                        .file("bin/ls", "", 0755)
                                        .directory("tmp", 01777)
                                        .directory("shared", 0777)
                                        .file("etc/cron", "", 0666)
                                        .symlink("a/b/up", "../../../etc/passwd")
                                        .symlink("a/b/fine", "../../etc/passwd")
                                        .symlink("a/absolute", "/etc/passwd")});
  EXPECT_EQ(paths_of(image.privileged_files), (Texts{"bin/su", "bin/wall"}));
  EXPECT_EQ(paths_of(image.world_writable_files), (Texts{"etc/cron", "shared"}));
  EXPECT_EQ(paths_of(image.leaving_links), (Texts{"a/b/up"}));
}

TEST_F(OfLayers, FindsCapabilitiesOfFiles) {
  // What setcap cap_net_raw+ep writes: version 2, effective, bit 13.
  const std::string value(
      "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  const std::string record = concat("57 SCHILY.xattr.security.capability=", value, "\n");
  ASSERT_EQ(record.size(), 57u);
  TarText tar;
  tar.entry({.name = "x", .type = 'x', .size = "00000000071", .link = {}});
  std::string text = tar.text();
  text.insert(512, test::tar_blocks(record) + TarText().file("bin/ping", "", 0755).text());
  const std::string config =
      concat("{\"rootfs\":{\"diff_ids\":[\"", test::digest_of(text), "\"]}}");
  const Result<ImageReading> reading =
      read(directory_.write("a.tar", test::docker_archive({{text, ""}}, config, "x:1")));
  ASSERT_TRUE(reading) << error_of(reading);
  ASSERT_EQ(paths_of(reading->image->privileged_files), (Texts{"bin/ping"}));
  EXPECT_EQ(reading->image->privileged_files.at(0).capabilities, 1u << 13);
}

TEST_F(OfLayers, ReadsAccountsAndNoPasswords) {
  const Image& image = read_layers({TarText()
                                        .file("etc/passwd",
                                              "root:x:0:0:root:/root:/bin/sh\n"
                                              "app::1000:1000::/home/app:/bin/sh\n"
                                              "op:x:1001:1001::/:/sbin/nologin\nbroken\n")
                                        .file("etc/shadow", "root:*:1::::::\nop::1::::::\n")
                                        .file("etc/group", "root:x:0:\n")});
  ASSERT_TRUE(image.accounts_known);
  ASSERT_EQ(image.accounts.size(), 3u);
  EXPECT_FALSE(image.accounts[0].has_empty_password);
  EXPECT_TRUE(image.accounts[1].has_empty_password);
  EXPECT_TRUE(image.accounts[2].has_empty_password);
  EXPECT_EQ(image.groups.at(0).name, "root");
}

TEST_F(OfLayers, SaysWhatLeavesTheRootAndReadsTheRest) {
  const Image& image = read_layers({TarText()
                                        .file("../../etc/cron.d/x", "* * * * * root sh")
                                        .file("var/lib/dpkg/status", std::string(bash_status))});
  EXPECT_EQ(image.packages.size(), 1u);
  EXPECT_EQ(errors(),
            (Texts{"a.tar: etc/cron.d/x: the archive names this path by one that leads out "
                   "of the root"}));
}

TEST_F(OfLayers, DoesNotTakeAHardLinkForNothing) {
  read_layers({TarText().entry(
      {.name = "var/lib/dpkg/status", .type = '1', .size = "00000000000", .link = "x"})});
  EXPECT_EQ(errors(),
            (Texts{"a.tar: var/lib/dpkg/status: is a hard link to x, which is not followed"}));
}

TEST_F(OfLayers, ReportsWhatStandsBeforeTheDamage) {
  std::string tar = TarText().file("var/lib/dpkg/status", std::string(bash_status)).text();
  tar.insert(tar.size() - 1024, std::string(512, 'x'));
  const std::vector<TestLayer> layers{{tar, ""}};
  const std::string path =
      directory_.write("a.tar", test::docker_archive(layers, test::config_over(layers), "x:1"));
  const Result<ImageReading> reading = read(path);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->image->packages.size(), 1u);
  EXPECT_EQ(errors_of(*reading, directory_.path()),
            (Texts{"a.tar: the tar archive is damaged: the checksum of a header does not match"}));
  EXPECT_EQ(reading->image->layers.at(0).computed_diff_id, reading->image->layers.at(0).diff_id);
}

TEST(Manifest, FindsTheImageOfALayoutByPlatform) {
  TestLayout layout;
  const auto image_of = [&](const std::string& architecture) {
    const std::vector<TestLayer> layers{{TarText().file("f", architecture).text(), ""}};
    return layout.image(layers, test::config_over(layers, "{}", "", architecture));
  };
  const auto entry = [&](const std::string& digest, const std::string& architecture) {
    return layout.descriptor(
        digest, concat(",\"platform\":{\"os\":\"linux\",\"architecture\":\"", architecture, "\"}"));
  };
  const std::string attestation = layout.descriptor(
      layout.blob("{}"),
      ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}");
  const std::string index =
      layout.blob(TestLayout::index_text({entry(image_of("amd64"), "amd64"),
                                          entry(image_of("arm64"), "arm64"), attestation}),
                  TestLayout::index_type);
  layout.index({layout.descriptor(
      index, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\"}")});
  for (const char* architecture : {"amd64", "arm64"}) {
    const Result<ImageReading> reading = read(layout.path(), architecture);
    ASSERT_TRUE(reading) << error_of(reading);
    EXPECT_EQ(reading->image->config->architecture, architecture);
    EXPECT_EQ(reading->image->name, "1.0");
  }
  const Result<ImageReading> none = read(layout.path(), "s390x");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "holds no image for linux/s390x");
  EXPECT_EQ(none.error().hint, "it has linux/amd64, linux/arm64; --platform chooses");
}

// As BuildKit lays it out: a manifest per platform, and beside each another one, whose layers are
// the statements.
TEST(Manifest, NotesWhatIsAttestedOfTheChosenImage) {
  TestLayout layout;
  const std::vector<TestLayer> layers{{TarText().file("f", "").text(), ""}};
  const auto image_of = [&](const std::string& architecture) {
    return layout.image(layers, test::config_over(layers, "{}", "", architecture));
  };
  const auto entry = [&](const std::string& digest, const std::string& architecture) {
    return layout.descriptor(
        digest, concat(",\"platform\":{\"os\":\"linux\",\"architecture\":\"", architecture, "\"}"));
  };
  const std::string amd64 = image_of("amd64");
  const std::string arm64 = image_of("arm64");
  const std::string s390x = image_of("s390x");
  layout.index({entry(amd64, "amd64"), entry(arm64, "arm64"), entry(s390x, "s390x"),
                layout.attestation(amd64, {"https://slsa.dev/provenance/v1"}),
                layout.attestation(arm64, {"https://spdx.dev/Document"})});
  const auto attested = [&](const std::string& architecture) -> std::string {
    const Result<ImageReading> reading = read(layout.path(), architecture);
    if (!reading || !reading->image->attestations) return "unknown";
    const ImageAttestations& found = *reading->image->attestations;
    return concat(found.has_provenance ? "provenance " : "", found.has_sbom ? "sbom" : "");
  };
  EXPECT_EQ(attested("amd64"), "provenance ");
  EXPECT_EQ(attested("arm64"), "sbom");
  EXPECT_EQ(attested("s390x"), "");
  const std::string path = layout.directory().write(
      "a.tar", test::docker_archive(layers, test::config_over(layers), "x:1"));
  const Result<ImageReading> saved = read(path);
  ASSERT_TRUE(saved) << error_of(saved);
  EXPECT_FALSE(saved->image->attestations);
}

TEST(Manifest, TakesTheBaseThatItsAnnotationsName) {
  TestLayout layout;
  const std::vector<TestLayer> layers{{TarText().file("f", "").text(), ""}};
  const std::string config =
      layout.blob(test::config_over(
                      layers, R"({"Labels":{"org.opencontainers.image.base.name":"inherited:1"}})"),
                  TestLayout::config_type);
  const std::string manifest = layout.blob(concat(
      "{\"config\":", layout.descriptor(config), ",\"layers\":[",
      layout.descriptor(layout.blob(layers[0].tar)),
      R"(],"annotations":{"org.opencontainers.image.base.name":"docker.io/library/debian:12"}})"));
  layout.index({layout.descriptor(manifest)});
  const Result<ImageReading> reading = read(layout.path());
  ASSERT_TRUE(reading) << error_of(reading);
  ASSERT_TRUE(reading->image->base);
  EXPECT_EQ(reading->image->base->name, "docker.io/library/debian:12");
}

TEST(Manifest, SaysWhatItDoesNotRead) {
  const auto error_with = [](const std::string& manifest) {
    TestLayout layout;
    layout.index({layout.descriptor(layout.blob(manifest))});
    return error_of(read(layout.path()));
  };
  EXPECT_EQ(error_with(R"({"schemaVersion":1,"fsLayers":[]})"),
            "the manifest is of schema 1, which docker gave up in 2017 and this does not read");
  EXPECT_EQ(error_with(R"({"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"}})"),
            "holds no image but an artifact of type application/vnd.cncf.helm.config.v1+json");
  EXPECT_EQ(error_with(R"({"artifactType":"application/vnd.example+type",)"
                       R"("config":{"mediaType":"application/vnd.oci.empty.v1+json"}})"),
            "holds no image but an artifact of type application/vnd.example+type");
}

TEST(Platform, IsReadAsDockerWritesIt) {
  const auto name = [](std::string_view text) {
    const std::optional<Platform> platform = parse_platform(text);
    return platform ? name_of(*platform) : "none";
  };
  EXPECT_EQ(name("arm64"), "linux/arm64");
  EXPECT_EQ(name("linux/amd64"), "linux/amd64");
  EXPECT_EQ(name("Linux/X86_64"), "linux/amd64");
  EXPECT_EQ(name("aarch64"), "linux/arm64");
  EXPECT_EQ(name("arm/v7"), "linux/arm/v7");
  EXPECT_EQ(name("linux/arm/v6"), "linux/arm/v6");
  EXPECT_EQ(name("windows/amd64"), "windows/amd64");
  for (const char* none : {"", "linux", "linux/", "/amd64", "linux/arm/v7/x", "a/b/c"}) {
    EXPECT_EQ(name(none), "none") << none;
  }
}

TEST(Manifest, ReadsCompressedLayersAndALayoutInATar) {
  test::TemporaryDirectory directory;
  TestLayout layout;
  std::vector<TestLayer> layers;
  for (const char* program : {"gzip -c", "zstd -qc"}) {
    const std::string tar = TarText().file(std::string("bin/") + program[0], "", 04755).text();
    const std::string path = directory.write("plain", tar);
    layers.push_back({tar, test::run_shell(concat(program, " < ", path)).output});
  }
  layout.index({layout.descriptor(layout.image(layers, test::config_over(layers)))});
  const std::string tar = concat(directory.path(), "/layout.tar");
  ASSERT_EQ(test::run_shell(concat("tar -C ", layout.path(), " -cf ", tar, " .")).exit_code, 0);
  for (const std::string& path : {layout.path(), tar, concat("oci://", layout.path())}) {
    SCOPED_TRACE(path);
    const Result<ImageReading> reading = read(path);
    ASSERT_TRUE(reading) << error_of(reading);
    EXPECT_EQ(paths_of(reading->image->privileged_files), (Texts{"bin/g", "bin/z"}));
    for (const ImageLayer& layer : reading->image->layers) {
      EXPECT_EQ(layer.computed_digest, layer.digest);
      EXPECT_EQ(layer.computed_diff_id, layer.diff_id);
    }
    EXPECT_TRUE(reading->errors.empty());
  }
}

TEST(Manifest, ChoosesByName) {
  test::TemporaryDirectory directory;
  const auto saved = [](const std::string& name) {
    return concat("{\"Config\":\"c-", name, ".json\",\"RepoTags\":[\"", name,
                  ":1\"],\"Layers\":[]}");
  };
  TarText archive;
  archive.file("c-a.json", "{\"architecture\":\"one\"}")
      .file("c-b.json", "{\"architecture\":\"two\"}");
  archive.file("manifest.json", concat("[", saved("a"), ",", saved("b"), "]"));
  const std::string path = directory.write("a.tar", archive.text());
  EXPECT_EQ(read(path + "#b:1")->image->config->architecture, "two");
  const Result<ImageReading> several = read(path);
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().message, "holds 2 images");
  EXPECT_EQ(several.error().hint, "name one of a:1, b:1 behind the path and a #");
  EXPECT_EQ(error_of(read(path + "#c")), "holds no image \"c\"");
}

TEST(Manifest, NoticesWhatIsNotWhatItsNameSays) {
  TestLayout layout;
  const std::vector<TestLayer> layers{{TarText().file("f", "").text(), ""}};
  const std::string config = test::config_over(layers);
  const std::string manifest = layout.image(layers, config);
  layout.index({layout.descriptor(manifest)});
  layout.directory().write(concat("blobs/sha256/", test::digest_of(config).substr(7)),
                           config + " ");
  EXPECT_EQ(error_of(read(layout.path())),
            concat("is not what its name says: it hashes to ", test::digest_of(config + " ")));
}

TEST(Manifest, SaysWhatIsNoImage) {
  test::TemporaryDirectory directory;
  EXPECT_EQ(error_of(read(directory.write("passwd", std::string(600, 'x')))),
            "is no image: neither a tar archive nor a directory");
  EXPECT_EQ(error_of(read(directory.write(
                "a.tgz", test::run_shell("head -c 4000 /dev/urandom | gzip -c").output))),
            "is no image: no tar archive, compressed or not");
  EXPECT_EQ(error_of(read(directory.write("a.txt", "hello"))),
            "holds no image: neither manifest.json (docker save) nor index.json (OCI layout)");
  EXPECT_EQ(error_of(read("dir:///nowhere")), "there is no such file or directory");
  EXPECT_EQ(error_of(read("ftp://x")), "unknown kind of target: \"ftp://\"");
  TestLayout cyclic;
  cyclic.index({cyclic.descriptor("sha256:../../../etc/passwd")});
  EXPECT_EQ(error_of(read(cyclic.path())),
            "names a blob by \"sha256:../../../etc/passwd\", which is no SHA-256 digest");
  TestLayout deep;
  std::string digest = deep.blob(TestLayout::index_text({}));
  for (int i = 0; i < 6; ++i) {
    digest = deep.blob(TestLayout::index_text({deep.descriptor(digest)}));
  }
  deep.index({deep.descriptor(digest)});
  EXPECT_EQ(error_of(read(deep.path())), "indexes lie in indexes more than four deep");
}

// The text that the error is about is gone by then.
TEST(Manifest, SaysWhereAConfigurationIsBroken) {
  const test::TemporaryDirectory directory;
  const std::string path =
      directory.write("a.tar", test::docker_archive({}, "{\"config\": ,}", "x:1"));
  const Result<ImageReading> reading = read(path);
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().file, concat(path, "!config:2:15"));
  EXPECT_EQ(reading.error().message, "expected a value, found `,`");
  EXPECT_FALSE(reading.error().at.known());
}

// What dpkg itself says of this machine.
TEST(Packages, AreThoseOfDpkg) {
  test::TemporaryDirectory directory;
  const test::Ended known = test::run_shell(
      "dpkg-query -W -f '${db:Status-Status} ${Package} ${Version} ${Architecture} "
      "${source:Package} "
      "${source:Version} 0\\n' | sed -n 's/^installed //p' | LC_ALL=C sort");
  ASSERT_EQ(known.exit_code, 0);
  ASSERT_EQ(test::run_shell(concat("mkdir -p ", directory.path(),
                                   "/var/lib/dpkg && cp /var/lib/dpkg/status ", directory.path(),
                                   "/var/lib/dpkg"))
                .exit_code,
            0);
  const Result<ImageReading> reading = read(concat("dir://", directory.path()));
  ASSERT_TRUE(reading) << error_of(reading);
  Texts found = packages_of(*reading->image);
  std::ranges::sort(found);
  EXPECT_GT(found.size(), 50u);
  EXPECT_EQ(join(found, "\n") + "\n", known.output);
}

}  // namespace
}  // namespace plimsoll::image
