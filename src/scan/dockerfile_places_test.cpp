#include "scan/dockerfile_places.h"

#include <gtest/gtest.h>

#include "support/test_reading.h"

namespace plimsoll::scan {
namespace {

using test::TarText;

// "Dockerfile:3" for each layer and each entry of the history; "config" where none is known.
std::vector<std::string> places(const std::vector<std::string>& history, const std::string& text,
                                bool of_layers = true) {
  std::vector<test::TestLayer> layers;
  for (const std::string& entry : history) {
    if (!entry.starts_with('-')) layers.push_back({TarText().file("f", entry).text(), ""});
  }
  image::ImageReading reading = test::reading_of(layers, history);
  const Result<void> placed = place_in_dockerfile("Dockerfile", text, reading);
  if (!placed) return {placed.error().message};
  std::vector<std::string> out;
  const auto add = [&](const Location& at) {
    const bool is_there = at.source->path() == "Dockerfile";
    out.push_back(is_there ? std::to_string(at.source->position(at.span.begin).line) : "config");
  };
  if (of_layers) {
    for (const ImageLayer& layer : reading.image->layers) add(layer.at);
  } else {
    for (const HistoryEntry& entry : reading.image->config->history) add(entry.created_by.at);
  }
  return out;
}

using Places = std::vector<std::string>;

TEST(DockerfilePlaces, AreThoseOfTheInstructionsThatMadeTheLayers) {
  const std::string text =
      "FROM debian:12\n"
      "ARG VERSION=1\n"
      "RUN apt-get update \\\n"
      "    && apt-get install -y curl\n"
      "COPY app /app\n"
      "ENV A=1\n"
      "RUN make\n"
      "CMD [\"app\"]\n";
  const Places buildkit{
      "# debian.sh --arch 'amd64' out/ 'bookworm'",
      "RUN |1 VERSION=1 /bin/sh -c apt-get update     && apt-get install -y curl # buildkit",
      "COPY app /app # buildkit",
      "-ENV A=1",
      "RUN |1 VERSION=1 /bin/sh -c make # buildkit",
      "-CMD [\\\"app\\\"]"};
  EXPECT_EQ(places(buildkit, text), (Places{"config", "3", "5", "7"}));
  EXPECT_EQ(places(buildkit, text, false), (Places{"config", "3", "5", "6", "7", "8"}));
  const Places classic{"/bin/sh -c #(nop) ADD file:1 in / ",
                       "-/bin/sh -c #(nop)  CMD [\\\"bash\\\"]",
                       "-/bin/sh -c #(nop)  ARG VERSION=1",
                       "|1 VERSION=1 /bin/sh -c apt-get update     && apt-get install -y curl",
                       "/bin/sh -c #(nop) COPY file:2 in /app ",
                       "-/bin/sh -c #(nop)  ENV A=1",
                       "|1 VERSION=1 /bin/sh -c make",
                       "-/bin/sh -c #(nop)  CMD [\\\"app\\\"]"};
  EXPECT_EQ(places(classic, text), (Places{"config", "3", "5", "7"}));
  EXPECT_EQ(places(classic, text, false),
            (Places{"config", "config", "2", "3", "5", "6", "7", "8"}));
}

TEST(DockerfilePlaces, AreOfTheStageThatItWasBuiltFrom) {
  const std::string text =
      "FROM golang AS build\n"
      "COPY . .\n"
      "RUN go build\n"
      "FROM debian\n"
      "COPY --from=build /app /app\n"
      "RUN useradd app\n";
  EXPECT_EQ(
      places({"base", "COPY /app /app # buildkit", "RUN /bin/sh -c useradd app # buildkit"}, text),
      (Places{"config", "5", "6"}));
  EXPECT_EQ(places({"base", "COPY . . # buildkit", "RUN /bin/sh -c go build # buildkit"}, text),
            (Places{"config", "2", "3"}));
}

TEST(DockerfilePlaces, AreNotGuessedOfAnotherImage) {
  EXPECT_EQ(places({"base", "RUN /bin/sh -c echo other # buildkit"},
                   "FROM debian\nRUN make\nRUN make install\n"),
            Places{"the image was not built by this Dockerfile, as far as its history tells"});
  EXPECT_EQ(places({"base"}, "FROM debian\nRUN make\n"),
            Places{"the image was not built by this Dockerfile, as far as its history tells"});
}

}  // namespace
}  // namespace plimsoll::scan
