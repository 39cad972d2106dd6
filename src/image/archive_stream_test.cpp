#include "image/archive_stream.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "image/image_reader.h"
#include "image/layer_codec.h"
#include "support/test_image.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using test::TarText;
using test::TestLayer;

// Hands on a text in pieces of this size.
ByteStream stream_of(const std::string& text, std::size_t piece) {
  return [&text, piece](const std::function<bool(std::string_view)>& sink) -> Result<void> {
    for (std::size_t at = 0; at < text.size(); at += piece) {
      if (!sink(std::string_view(text).substr(at, piece))) break;
    }
    return {};
  };
}

class Stream : public testing::Test {
 protected:
  Result<ImageReading> read(const std::string& archive, const std::string& name = "") const {
    return read_image("image.tar", StreamedTarget{stream_of(archive, 1000), name},
                      {.platform = {}, .threads = 1});
  }
  std::string error_of(const std::string& archive) const {
    const Result<ImageReading> reading = read(archive);
    return reading ? "no error" : concat(reading.error().file, ": ", reading.error().message);
  }
  std::string packed(const std::string& program, const std::string& text) const {
    const std::string path = directory_.write("plain", text);
    return test::run_shell(concat(program, " -c ", path)).output;
  }

  test::TemporaryDirectory directory_;
  const std::vector<TestLayer> layers_{
      {TarText().file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n").text(), ""},
      {TarText().file("bin/sh", "x").file("etc/.wh.os-release", "").text(), ""}};
  const std::string config_ = test::config_over(layers_);
  const std::string archive_ = test::docker_archive(layers_, config_, "app:1");
};

TEST_F(Stream, IsTheImageThatTheFileIs) {
  const std::string path = directory_.write("image.tar", archive_);
  const Result<ImageReading> file = read_image(
      "image.tar", open_target(parse_target(path).value()).value(), {.platform = {}, .threads = 1});
  ASSERT_TRUE(file);
  for (const std::string& text :
       {archive_, packed("gzip", archive_), packed("zstd -q", archive_)}) {
    for (const std::size_t piece : {1uz, 511uz, 1uz << 20}) {
      const Result<ImageReading> streamed = read_image(
          "image.tar", StreamedTarget{stream_of(text, piece), ""}, {.platform = {}, .threads = 1});
      ASSERT_TRUE(streamed) << streamed.error().message;
      EXPECT_EQ(streamed->image->name, "app:1");
      EXPECT_EQ(streamed->image->id, file->image->id);
      ASSERT_EQ(streamed->layers.size(), 2u);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(encode(streamed->layers[i]), encode(file->layers[i]));
      }
      EXPECT_TRUE(streamed->errors.empty());
    }
  }
}

TEST_F(Stream, FollowsTheLinksOfOldArchives) {
  TarText archive;
  archive.file("a/layer.tar", layers_[0].tar);
  archive.symlink("b/layer.tar", "../a/layer.tar");
  const std::vector<TestLayer> twice{layers_[0], layers_[0]};
  const std::string config = test::config_over(twice);
  archive.file("config.json", config);
  archive.file("manifest.json",
               R"([{"Config":"config.json","Layers":["a/layer.tar","b/layer.tar"]}])");
  const Result<ImageReading> reading = read(archive.text());
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_EQ(reading->image->layers[1].computed_diff_id, reading->image->layers[1].diff_id);
}

TEST_F(Stream, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("hello"), "image.tar: is no image: no tar archive, compressed or not");
  EXPECT_EQ(error_of(""),
            "image.tar: holds no image: neither manifest.json (docker save) nor index.json (OCI "
            "layout)");
  EXPECT_EQ(error_of(archive_.substr(0, archive_.size() / 2 / 512 * 512 + 100)),
            "image.tar: the tar archive is damaged: it ends in the middle of an entry");
  TarText without_layer;
  without_layer.file("c.json", config_)
      .file("manifest.json", R"([{"Config":"c.json","Layers":["a.tar","b.tar"]}])");
  EXPECT_EQ(error_of(without_layer.text()), "image.tar: holds no \"a.tar\"");
  // A document that is larger than any, and is not kept.
  TarText large;
  large.file("large.json", "{" + std::string(max_document_bytes, ' '));
  EXPECT_EQ(error_of(large.text()),
            "image.tar: holds more manifests and configurations than are read");
}

TEST_F(Stream, GivesBackWhatTheSenderSays) {
  const Result<ImageReading> reading =
      read_image("image.tar",
                 StreamedTarget{[](const auto& sink) -> Result<void> {
                                  sink("half");
                                  return failure({.message = "the line is cut"});
                                },
                                ""},
                 {});
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().message, "the line is cut");
}

}  // namespace
}  // namespace plimsoll::image
