#include "rules/support/health_commands.h"

namespace plimsoll::rules {

const HealthCommand* health_command(const ImageReference& image) {
  const KnownImage* const known = known_image(image);
  if (known == nullptr || known->health.test.empty()) return nullptr;
  const int since = known->health.since;
  const int major = version_of_tag(image.tag).major;
  const bool has_it = major < 0 ? since == 0 || image.digest.empty() : major >= since;
  return has_it ? &known->health : nullptr;
}

}  // namespace plimsoll::rules
