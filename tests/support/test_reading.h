// Images made by a test, as what was read of them.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "image/image_reader.h"
#include "support/test_image.h"

namespace plimsoll::test {

// `history` are the instructions of the layers, the base first; an entry that begins with "-" made
// none.
inline image::ImageReading reading_of(const std::vector<TestLayer>& layers,
                                      const std::vector<std::string>& history = {},
                                      const std::string& run = "{}",
                                      const std::string& name = "app:1") {
  std::vector<std::string> entries;
  for (const std::string& entry : history) {
    const bool is_empty = entry.starts_with('-');
    entries.push_back(concat(R"({"created_by":")", entry.substr(is_empty ? 1 : 0), "\"",
                             is_empty ? ",\"empty_layer\":true" : "", "}"));
  }
  const std::string config =
      config_over(layers, run, concat(",\"history\":[", join(entries, ","), "]"));
  const std::string archive = docker_archive(layers, config, name);
  const image::ByteStream stream =
      [&](const std::function<bool(std::string_view)>& sink) -> Result<void> {
    sink(archive);
    return {};
  };
  Result<image::ImageReading> reading = image::read_image(
      "image.tar", image::StreamedTarget{stream, ""}, {.platform = {}, .threads = 1});
  if (!reading) throw std::runtime_error(reading.error().message);
  return std::move(*reading);
}

}  // namespace plimsoll::test
