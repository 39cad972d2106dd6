#include "rules/support/image_uses.h"

#include "base/text.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/known_images.h"

namespace plimsoll::rules {

bool means_an_image(std::string_view text, const ImageReference& reference) {
  if (text.find_first_of(":/@") != std::string_view::npos) return true;
  return known_image(reference) != nullptr;
}

Fix pin_as_elsewhere(const Dockerfile& dockerfile, const ImageUse& use) {
  std::string_view digest;
  bool several = false;
  std::size_t looked_at = 0;
  for_each_image(dockerfile, [&](const ImageUse& other) {
    const ImageReference& pinned = other.reference;
    several = several || ++looked_at > most_stages_to_fix;
    if (several || pinned.digest.empty() || other.platform != use.platform ||
        other.from_argument_default || pinned.registry != use.reference.registry ||
        pinned.repository != use.reference.repository || pinned.tag != use.reference.tag) {
      return;
    }
    several = several || (!digest.empty() && digest != pinned.digest);
    digest = pinned.digest;
  });
  Location at = use.at;
  if (at.text() != use.text) at = option_value_at(use.at, "from", use.text);
  if (digest.empty() || several || !at.known() || use.from_argument_default) return {};
  return unsafe_fix({change::rewrite(at, concat(use.text, "@", digest))});
}

}  // namespace plimsoll::rules
