#include "image/base_image.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "subjects/history_instruction.h"

namespace plimsoll::image {
namespace {

// The last thing that an image says.
bool says_what_to_start(std::string_view made_by) {
  const std::string_view keyword = instruction_of(made_by).keyword;
  return keyword == "CMD" || keyword == "ENTRYPOINT";
}

// What lays down the root file system of a distribution: an archive of it, or debuerreotype's own
// words for Debian's images, which say no CMD in their history.
bool makes_root(std::string_view made_by) {
  made_by = trim(made_by);
  return made_by.starts_with("# debian.sh") ||
         (made_by.contains("ADD file:") && made_by.ends_with(" in /")) ||
         made_by.contains("ADD rootfs") || made_by.contains("ADD alpine-minirootfs") ||
         made_by.contains("ADD ubuntu-");
}

// How many layers lie below the last place where one Dockerfile ended and another began: an image
// ends with what it starts, and nobody goes on with layers behind that in the same Dockerfile, as a
// rule.
std::size_t layers_below(const ImageConfig& config, std::size_t layers, bool has_system) {
  std::size_t seen = 0;
  std::size_t below = 0;
  std::size_t candidate = 0;
  for (const HistoryEntry& entry : config.history) {
    if (entry.empty_layer) {
      if (says_what_to_start(entry.created_by.value)) candidate = seen;
      continue;
    }
    below = std::max(below, candidate);
    ++seen;
    if (seen == 1 && has_system && makes_root(entry.created_by.value)) candidate = 1;
  }
  // A history that tells of other layers than there are tells nothing.
  return seen == layers ? below : 0;
}

}  // namespace

std::optional<ImageBase> find_base(const Image& image, ImageBase declared) {
  if (!image.config) return std::nullopt;
  if (declared.name.empty()) {
    for (const auto& [name, value] : image.config->labels) {
      if (name == "org.opencontainers.image.base.name") {
        declared.name = value.value;
        declared.at = value.at;
      } else if (name == "org.opencontainers.image.base.digest") {
        declared.digest = value.value;
      }
    }
  }
  declared.layers = layers_below(*image.config, image.layers.size(), image.os.has_value());
  if (declared.name.empty() && declared.layers == 0) return std::nullopt;
  return declared;
}

}  // namespace plimsoll::image
