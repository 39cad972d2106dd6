// `plimsoll image` as a user runs it.
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/program.h"
#include "support/test_engine.h"
#include "support/test_image.h"

namespace plimsoll::test {
namespace {

class ImageCommand : public testing::Test {
 protected:
  std::string archive(const std::vector<TestLayer>& layers, const std::string& config) const {
    return directory_.write("app.tar", docker_archive(layers, config, "app:1"));
  }

  TemporaryDirectory directory_;
  const std::vector<TestLayer> layers_{
      {TarText()
           .file("bin/sh", "x")
           .file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
           .text(),
       ""}};
  const std::string sound_ = config_over(
      layers_, R"({"User":"10001","Cmd":["sh"],"Healthcheck":{"Test":["CMD","true"]}})");
};

TEST_F(ImageCommand, SaysWhatTheImageIs) {
  const Ended ended = run_plimsoll({"image", archive(layers_, sound_)});
  EXPECT_EQ(ended.exit_code, 0) << ended.output << ended.errors;
  EXPECT_EQ(
      ended.output,
      "1 image checked: no findings\n"
      "app:1 (linux/amd64): debian 12; no packages that are known here; 1 layer with 2 files, 27 "
      "bytes\n");
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

class ImageOfEngine : public EngineTest {};

TEST_F(ImageOfEngine, IsReadWhereTheEngineKeepsIt) {
  const TestEngine engine({"--storage-driver=overlay2"});
  engine.import_busybox();
  const TemporaryDirectory directory;
  directory.write(
      "Dockerfile",
      "FROM busybox\nCOPY su /opt/su\nRUN chmod 4755 /opt/su && rm -f /bin/wget\nUSER 1000\n");
  directory.write("su", "not su");
  engine.docker(concat("build --network none -t app:1 ", directory.path()));
  const Ended asked = run_plimsoll({"image", "app:1", "-H", engine.url(), "--fail-on", "never"});
  EXPECT_EQ(asked.exit_code, 0) << asked.errors;
  const std::string archive = concat(directory.path(), "/app.tar");
  engine.docker(concat("save -o ", archive, " app:1"));
  const Ended saved = run_plimsoll({"image", archive, "--fail-on", "never"});
  EXPECT_EQ(saved.exit_code, 0) << saved.errors;
  // In both it is one image, but for what it is called.
  const auto without_place = [](std::string text, const std::string& place) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place)) {
      text.erase(at, place.size());
    }
    return text;
  };
  EXPECT_EQ(without_place(asked.output, "app:1!"), without_place(saved.output, archive + "!"));
  EXPECT_TRUE(saved.output.contains("/opt/su is setuid root: no package brought it"))
      << saved.output;
  const Ended none = run_plimsoll({"image", "docker://nothing:1", "-H", engine.url()});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_EQ(none.errors,
            "error: the engine has no image \"nothing:1\"\n  hint: docker pull nothing:1\n");
}

}  // namespace
}  // namespace plimsoll::test
