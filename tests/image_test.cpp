// `plimsoll image` as a user runs it.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "support/fake_engine.h"
#include "support/program.h"
#include "support/test_engine.h"
#include "support/test_image.h"
#include "support/test_podman.h"

namespace plimsoll::test {
namespace {

class ImageCommand : public testing::Test {
 protected:
  std::string archive(const std::vector<TestLayer>& layers, const std::string& config) const {
    return directory_.write("app.tar", docker_archive(layers, config, "app:1"));
  }

  TemporaryDirectory directory_;
  const std::vector<TestLayer> layers_{
      {TarText().file("bin/sh", "x").file("etc/os-release", "ID=acme\nVERSION_ID=\"12\"\n").text(),
       ""}};
  const std::string sound_ =
      config_over(layers_, R"({"User":"10001","Cmd":["sh"],"Healthcheck":{"Test":["CMD","true"]}})",
                  R"(,"history":[{"created_by":"COPY . /"}])");
};

TEST_F(ImageCommand, SaysWhatTheImageIs) {
  const Ended ended = run_plimsoll({"image", archive(layers_, sound_)});
  EXPECT_EQ(ended.exit_code, 0) << ended.output << ended.errors;
  // What is said of vulnerabilities depends on whether this machine has a database.
  EXPECT_EQ(
      ended.output.substr(0, ended.output.find("known vulnerabilities")),
      "1 image checked: no findings\n"
      "app:1 (linux/amd64): acme 12; no packages that are known here; 1 layer with 2 files, 25 "
      "bytes\n");
}

TEST_F(ImageCommand, SaysWhatItIsBuiltOnAndWhatOnlyLooksInstalled) {
  std::vector<TestLayer> layers = layers_;
  layers.push_back({TarText()
                        .file("app/package-lock.json", "{}")
                        .file("app/go.sum", "")
                        .file("app/web/yarn.lock", "")
                        .file("app/node_modules/x/yarn.lock", "")
                        .text(),
                    ""});
  const std::string history =
      R"(,"history":[{"created_by":"ADD rootfs.tar.xz / # buildkit"},)"
      R"({"created_by":"CMD [\"sh\"]","empty_layer":true},{"created_by":"COPY app /app"}])";
  const Ended ended =
      run_plimsoll({"image", archive(layers, config_over(layers, R"({"User":"1"})", history))});
  EXPECT_TRUE(ended.output.contains(
      "app:1 (linux/amd64): acme 12; on a base image (1 of 2 layers); no packages that are known "
      "here; 3 lock files (/app/package-lock.json, /app/go.sum, …), not counted as installed; 2 "
      "layers"))
      << ended.output;
  const Ended named = run_plimsoll(
      {"image",
       archive(layers,
               config_over(
                   layers,
                   R"({"User":"1","Labels":{"org.opencontainers.image.base.name":"debian:12"}})",
                   history))});
  EXPECT_TRUE(named.output.contains("; on debian:12 (1 of 2 layers); ")) << named.output;
  const Ended sbom = run_plimsoll({"sbom", archive(layers, config_over(layers))});
  EXPECT_EQ(sbom.exit_code, 0) << sbom.errors;
  EXPECT_FALSE(sbom.output.contains("yarn.lock")) << sbom.output;
}

TEST_F(ImageCommand, ReportsInEveryFormat) {
  const std::string path = archive(layers_, config_over(layers_, R"({"Cmd":["sh"]})"));
  const Ended text = run_plimsoll({"image", path});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_TRUE(text.output.contains(
      "!config:1:1: high: the image runs as root: it sets no user [root-user]\n"))
      << text.output;
  const Ended json = run_plimsoll({"image", path, "-f", "json", "--select", "root-user"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_TRUE(json.output.contains("\"images\": 1")) << json.output;
  EXPECT_FALSE(json.output.contains("app:1 (linux")) << json.output;
  const Ended sarif = run_plimsoll({"image", path, "-f", "sarif"});
  EXPECT_EQ(sarif.exit_code, 1);
  EXPECT_TRUE(sarif.output.contains("\"ruleId\": \"root-user\"")) << sarif.output;
}

TEST_F(ImageCommand, NoticesALayerThatIsNotItself) {
  TestLayout layout;
  layout.index({layout.descriptor(layout.image(layers_, sound_))});
  const std::string digest = digest_of(layers_[0].tar);
  layout.directory().write(concat("blobs/sha256/", digest.substr(7)),
                           TarText().file("bin/sh", "y").text());
  const Ended ended = run_plimsoll({"image", layout.path()});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_TRUE(ended.output.contains(
      concat("critical: the image is not the one that the manifest names: it is ", digest)))
      << ended.output;
}

TEST_F(ImageCommand, GoesOnBehindWhatCannotBeRead) {
  // Half a layer: what is in it is judged, and the answer is not whole.
  const std::string half = layers_[0].tar.substr(0, 1100);
  const std::vector<TestLayer> layers{{layers_[0].tar, half}};
  const Ended ended =
      run_plimsoll({"image", archive(layers, sound_), "--ignore", "layer-tampered"});
  EXPECT_EQ(ended.exit_code, 3) << ended.output;
  EXPECT_TRUE(
      ended.errors.contains("the tar archive is damaged: it ends in the middle of an entry"))
      << ended.errors;
}

TEST_F(ImageCommand, SaysHowItIsUsed) {
  EXPECT_EQ(run_plimsoll({"image"}).exit_code, 2);
  EXPECT_EQ(run_plimsoll({"image"}).errors,
            "error: which image?\n"
            "  hint: plimsoll image TARGET, such as nginx:1.27 or archive://FILE\n");
  const Ended missing = run_plimsoll({"image", "nothing.tar"}, {.directory = directory_.path()});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(missing.errors.contains("nothing.tar: error: there is no such file or directory"))
      << missing.errors;
  const std::string text = directory_.write("a.txt", "hello");
  const Ended none = run_plimsoll({"image", text});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_TRUE(
      none.errors.contains("holds no image: neither manifest.json (docker save) nor index.json"))
      << none.errors;
}

TEST_F(ImageCommand, TakesAnArchiveFromAPipeAndACompressedOne) {
  const std::string path = archive(layers_, sound_);
  for (const std::string line :
       {"cat $FILE | \"$PLIMSOLL\" image -", "\"$PLIMSOLL\" image <(cat $FILE)",
        "gzip $FILE && \"$PLIMSOLL\" image $FILE.gz",
        "zstd -q $FILE && \"$PLIMSOLL\" image archive://$FILE.zst"}) {
    archive(layers_, sound_);
    const Ended ended = run_shell(line, {.environment = {{"FILE", path}}});
    EXPECT_EQ(ended.exit_code, 0) << line << ended.errors;
    EXPECT_TRUE(ended.output.contains("app:1 (linux/amd64): acme 12")) << line << ended.output;
  }
  const Ended none = run_plimsoll({"image", "-"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_TRUE(none.errors.contains("standard input: error: ")) << none.errors;
}

TEST_F(ImageCommand, DrawsLayersAndComparesImages) {
  const std::string path = archive(layers_, sound_);
  const Ended tree = run_plimsoll({"image", "--tree", path});
  EXPECT_EQ(tree.exit_code, 0) << tree.errors;
  EXPECT_TRUE(tree.output.starts_with("app:1 (linux/amd64)\n└─ 1  25 bytes, 2 paths  "))
      << tree.output;
  EXPECT_EQ(run_plimsoll({"image", "--diff", path, path}).exit_code, 0);
  std::vector<TestLayer> more = layers_;
  more.push_back({TarText().file("new", "x").text(), ""});
  const std::string other =
      directory_.write("b.tar", docker_archive(more, config_over(more), "b:1"));
  const Ended diff = run_plimsoll({"image", "--diff", path, other});
  EXPECT_EQ(diff.exit_code, 1) << diff.errors;
  EXPECT_TRUE(diff.output.contains("files: 1 added\n  + /new  1 byte\n")) << diff.output;
  const Ended one = run_plimsoll({"image", "--diff", path});
  EXPECT_EQ(one.exit_code, 2);
  EXPECT_TRUE(one.errors.contains("hint: plimsoll image --diff")) << one.errors;
  EXPECT_EQ(run_plimsoll({"image", "--tree", path, "-f", "json"}).exit_code, 2);
}

TEST_F(ImageCommand, NamesTheLineOfTheDockerfile) {
  const std::vector<TestLayer> layers{
      {TarText().entry({.name = "opt/su", .mode = 04755, .link = {}}).text(), ""}};
  const std::string path = archive(
      layers, config_over(layers, R"({"User":"1"})",
                          R"(,"history":[{"created_by":"/bin/sh -c chmod 4755 /opt/su"}])"));
  directory_.write("Dockerfile", "FROM scratch\nRUN chmod 4755 /opt/su\n");
  const Ended ended =
      run_plimsoll({"image", path, "--dockerfile", "Dockerfile"}, {.directory = directory_.path()});
  EXPECT_EQ(ended.exit_code, 1) << ended.errors;
  EXPECT_TRUE(ended.output.contains("Dockerfile:2:1: medium: /opt/su is setuid root"))
      << ended.output;
  // Its lines are shown, and no secret in them.
  directory_.write("Dockerfile",
                   "FROM scratch\nRUN chmod 4755 /opt/su && login --password=Xk29vLmQ84zT\n");
  const std::string secret = archive(
      layers,
      config_over(
          layers, R"({"User":"1"})",
          R"(,"history":[{"created_by":"/bin/sh -c chmod 4755 /opt/su && login --password=Xk29vLmQ84zT"}])"));
  const Ended hidden = run_plimsoll({"image", secret, "--dockerfile", "Dockerfile"},
                                    {.directory = directory_.path()});
  EXPECT_TRUE(hidden.output.contains("Dockerfile:2:1: medium: /opt/su is setuid root"))
      << hidden.output;
  EXPECT_FALSE(hidden.output.contains("Xk29vLmQ84zT")) << hidden.output;
  directory_.write("Other", "FROM scratch\nRUN make\n");
  const Ended other =
      run_plimsoll({"image", path, "--dockerfile", "Other"}, {.directory = directory_.path()});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_EQ(other.errors,
            "Other: error: the image was not built by this Dockerfile, as far as its "
            "history tells\n");
}

// A process that has more to say than a pipe holds, so that it is looked at while it waits.
TEST_F(ImageCommand, GivesUpItsRightsBeforeItReads) {
  std::string status;
  for (int i = 0; i < 2000; ++i) {
    status +=
        concat("Package: p", std::to_string(i), "\nStatus: install ok installed\nVersion: 1\n\n");
  }
  const std::vector<TestLayer> layers{{TarText().file("var/lib/dpkg/status", status).text(), ""}};
  const std::string path = archive(layers, config_over(layers));
  const Ended ended =
      run_shell(concat("\"$PLIMSOLL\" sbom --no-cache ", path,
                       " | { IFS= read -r line; for process in /proc/[0-9]*; do"
                       "  if grep -q ^plimsoll-image \"$process/comm\" && grep -q ",
                       path,
                       " \"$process/cmdline\"; then"
                       "    grep -E '^(CapEff|NoNewPrivs|Seccomp):' \"$process/status\";"
                       "  fi; done 2>/dev/null; cat > ",
                       directory_.path(), "/rest; }"));
  EXPECT_EQ(ended.output, "CapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n")
      << ended.errors;
  EXPECT_EQ(ended.exit_code, 0);
}

TEST(CheckWithImages, SaysWhichImagesItCouldNotHave) {
  const TemporaryDirectory directory;
  directory.write("compose.yaml", "name: shop\nservices:\n  web:\n    image: web:1\n");
  const Ended ended =
      run_plimsoll({"check", "--images", "--fail-on", "never"},
                   {.directory = directory.path(),
                    .environment = {{"DOCKER_HOST", "unix:///nowhere/docker.sock"}}});
  EXPECT_EQ(ended.exit_code, 3) << ended.errors;
  EXPECT_TRUE(ended.errors.contains("docker://web:1: error: no engine answers at")) << ended.errors;
  EXPECT_TRUE(ended.output.contains("compose.yaml:4:12: ")) << ended.output;
}

class ImageOfEngine : public EngineTest {
 protected:
  static void build(const TestEngine& engine) {
    engine.import_busybox();
    const TemporaryDirectory directory;
    directory.write(
        "Dockerfile",
        "FROM busybox\nCOPY su /opt/su\nRUN chmod 4755 /opt/su && rm -f /bin/wget\nUSER 1000\n");
    directory.write("su", "not su");
    engine.docker(concat("build --network none -t app:1 ", directory.path()));
  }

  // The report of what the engine has, which is that of what it saves but for what it is called.
  static std::string report(const TestEngine& engine) {
    const Ended asked = run_plimsoll({"image", "app:1", "-H", engine.url(), "--fail-on", "never"});
    EXPECT_EQ(asked.exit_code, 0) << asked.errors;
    const TemporaryDirectory directory;
    const std::string archive = concat(directory.path(), "/app.tar");
    engine.docker(concat("save -o ", archive, " app:1"));
    const Ended saved = run_plimsoll({"image", archive, "--fail-on", "never"});
    EXPECT_EQ(saved.exit_code, 0) << saved.errors;
    EXPECT_EQ(without(asked.output, "app:1!"), without(saved.output, archive + "!"));
    return asked.output;
  }

  static std::string without(std::string text, const std::string& place) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place)) {
      text.erase(at, place.size());
    }
    return text;
  }
};

TEST_F(ImageOfEngine, IsReadWhereTheEngineKeepsIt) {
  const TestEngine engine({"--storage-driver=overlay2", "--debug"});
  build(engine);
  EXPECT_TRUE(report(engine).contains("/opt/su is setuid root: no package brought it"));
  const Ended none = run_plimsoll({"image", "docker://nothing:1", "-H", engine.url()});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.errors,
            "error: the engine has no image \"nothing:1\"\n  hint: docker pull nothing:1\n");
  // Only `docker save` made it send an archive.
  const std::vector<std::string> calls = engine.calls();
  EXPECT_EQ(std::ranges::count_if(calls,
                                  [](const std::string& call) {
                                    return call.ends_with("/get") || call.contains("/get?");
                                  }),
            1);
}

TEST_F(ImageOfEngine, IsCheckedWithTheComposeFileThatNamesIt) {
  const TestEngine engine({"--storage-driver=overlay2"});
  build(engine);
  const TemporaryDirectory directory;
  directory.write("compose.yaml",
                  "name: shop\nservices:\n  web:\n    image: app:1\n  other:\n    image: app:1\n"
                  "  built:\n    build: ./built\n");
  engine.docker("tag app:1 shop-built");
  const Ended ended =
      run_plimsoll({"check", "--images", "--select", "setuid-files,image-not-pinned-by-digest"},
                   {.directory = directory.path(), .environment = {{"DOCKER_HOST", engine.url()}}});
  EXPECT_EQ(ended.exit_code, 1) << ended.errors;
  EXPECT_TRUE(ended.output.contains("compose.yaml:4:12: low: ")) << ended.output;
  EXPECT_TRUE(ended.output.contains("docker://app:1!config:")) << ended.output;
  EXPECT_TRUE(ended.output.contains("docker://shop-built!config:")) << ended.output;
  EXPECT_TRUE(ended.output.contains("2 images")) << ended.output;
}

TEST_F(ImageOfEngine, IsSentWhereItCannotBeReadInPlace) {
  const TestEngine engine({"--storage-driver=vfs"});
  build(engine);
  EXPECT_TRUE(report(engine).contains("/opt/su is setuid root: no package brought it"));
  const Ended inventory = run_plimsoll({"sbom", "docker://app:1", "-H", engine.url()});
  EXPECT_EQ(inventory.exit_code, 0) << inventory.errors;
  EXPECT_TRUE(inventory.output.contains("\"bomFormat\": \"CycloneDX\"")) << inventory.output;
}

TEST(ImageFaults, AnArchiveThatIsCutIsNoImage) {
  const FakeEngine engine([](const Peer& peer, int) {
    for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
      if (request.starts_with("HEAD ") || request.contains("/_ping")) {
        if (!peer.send(pong)) return;
      } else if (request.contains("/get ")) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(5000, '\0'));
        return;
      } else {
        if (!peer.send(answer(R"({"Id":"x","GraphDriver":{"Name":"vfs"}})"))) return;
      }
    }
  });
  const Ended ended = run_plimsoll({"image", "docker://app:1", "-H", "unix://" + engine.path()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("the connection ended in the middle of an answer"))
      << ended.errors;
}

TEST(ImageOfPodman, IsSentByItsCompatibleSocket) {
  if (!TestPodman::is_installed()) GTEST_SKIP() << "podman or busybox is not installed";
  TestPodman podman;
  const Ended made = podman.run(
      "mkdir tree && cp \"$(command -v busybox)\" tree/sh && chmod 4755 tree/sh && "
      "tar -C tree -c . | $podman import - small:1");
  if (made.exit_code != 0) GTEST_SKIP() << "podman makes no image here: " << made.errors;
  ASSERT_NO_FATAL_FAILURE(podman.serve());
  const Ended ended = run_plimsoll(
      {"image", "docker://localhost/small:1", "-H", podman.url(), "--fail-on", "never"});
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_TRUE(ended.output.contains("/sh is setuid root")) << ended.output;
}

}  // namespace
}  // namespace plimsoll::test
