#include "rules/support/image_uses.h"

#include "rules/support/known_images.h"

namespace plimsoll::rules {

bool means_an_image(std::string_view text, const ImageReference& reference) {
  if (text.find_first_of(":/@") != std::string_view::npos) return true;
  return known_image(reference) != nullptr;
}

}  // namespace plimsoll::rules
