#include "rules/support/resource_proposals.h"

#include "base/text.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"

namespace plimsoll::rules {
namespace {

// The engine refuses a reservation below this.
constexpr std::int64_t least_reservation = 6 * mebibyte;

}  // namespace

ResourceProposal resource_proposal(const ContainerSpec& spec) {
  const ImageReference* const image = image_or_base(spec);
  const KnownImage* const known = image ? known_image(*image) : nullptr;
  return known == nullptr ? ResourceProposal{} : known->resources;
}

std::string memory_text(std::int64_t bytes) {
  if (bytes % gibibyte == 0) return concat(std::to_string(bytes / gibibyte), "g");
  if (bytes % mebibyte == 0) return concat(std::to_string(bytes / mebibyte), "m");
  if (bytes % 1024 == 0) return concat(std::to_string(bytes / 1024), "k");
  return concat(std::to_string(bytes), "b");
}

std::string reservation_for(std::int64_t limit) {
  const std::int64_t half = limit / 2 / mebibyte * mebibyte;
  return half < least_reservation ? std::string() : memory_text(half);
}

}  // namespace plimsoll::rules
