#include "image/base_image.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::image {
namespace {

// An image with this history; entries that begin with "-" made no layer.
Image image_of(const std::vector<std::string>& history) {
  Image image;
  image.os = OsRelease{.id = "debian", .version_id = "12", .pretty_name = ""};
  ImageConfig& config = image.config.emplace();
  for (const std::string& made_by : history) {
    HistoryEntry& entry = config.history.emplace_back();
    entry.empty_layer = made_by.starts_with('-');
    entry.created_by.value = entry.empty_layer ? made_by.substr(1) : made_by;
    if (!entry.empty_layer) image.layers.emplace_back();
  }
  return image;
}

// "NAME: LAYERS".
std::string base_of(const Image& image, ImageBase declared = {}) {
  const std::optional<ImageBase> base = find_base(image, std::move(declared));
  return base ? concat(base->name, ": ", std::to_string(base->layers)) : "none";
}

TEST(BaseImage, EndsWhereTheLastOneSaysWhatToStart) {
  EXPECT_EQ(
      base_of(image_of({"/bin/sh -c #(nop) ADD file:1 in / ", "-/bin/sh -c #(nop)  CMD [\"bash\"]",
                        "RUN apt-get install -y python3", "COPY a /", "-CMD [\"python3\"]",
                        "COPY app /app # buildkit", "-CMD [\"python3\" \"app\"]"})),
      ": 3");
  // The end of the image itself is no border.
  EXPECT_EQ(base_of(image_of({"COPY app /", "-ENTRYPOINT [\"/app\"]", "-CMD []"})), "none");
  EXPECT_EQ(base_of(image_of({"COPY app /"})), "none");
  EXPECT_EQ(base_of(image_of({})), "none");
}

TEST(BaseImage, KnowsTheRootOfADistribution) {
  EXPECT_EQ(base_of(image_of({"# debian.sh --arch 'amd64' out/ 'bookworm' '@1731283200'",
                              "RUN apt-get update", "-CMD [\"nginx\"]"})),
            ": 1");
  EXPECT_EQ(base_of(image_of({"# debian.sh --arch 'amd64' out/ 'bookworm' '@1731283200'"})),
            "none");
  EXPECT_EQ(base_of(image_of({"COPY /rootfs / # buildkit", "RUN make"})), "none");
  EXPECT_EQ(base_of(image_of({"/bin/sh -c #(nop) ADD file:1 in /app", "RUN make"})), "none");
  Image program = image_of({"/bin/sh -c #(nop) ADD file:1 in / ", "COPY config /"});
  program.os.reset();
  EXPECT_EQ(base_of(program), "none");
}

TEST(BaseImage, IsNamedByWhoBuiltTheImage) {
  Image image = image_of({"COPY base /", "-CMD [\"sh\"]", "COPY app /"});
  image.config->labels.emplace_back("org.opencontainers.image.base.name",
                                    Located<std::string>{.value = "docker.io/library/alpine:3.20"});
  EXPECT_EQ(base_of(image), "docker.io/library/alpine:3.20: 1");
  EXPECT_EQ(base_of(image, {.name = "ghcr.io/acme/base:1", .digest = "", .at = {}, .layers = 0}),
            "ghcr.io/acme/base:1: 1");
}

TEST(BaseImage, IsNotGuessedFromAHistoryOfOtherLayers) {
  Image image = image_of({"COPY base /", "-CMD [\"sh\"]", "COPY app /"});
  image.layers.pop_back();
  EXPECT_EQ(base_of(image), "none");
  image.config.reset();
  EXPECT_EQ(base_of(image), "none");
}

}  // namespace
}  // namespace plimsoll::image
