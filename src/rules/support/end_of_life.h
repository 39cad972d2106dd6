// Releases of well-known images past their end of life: from that day on nobody repairs them,
// whatever is found in them. The facts are the makers' own published dates, as endoflife.date
// collects them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "subjects/image_reference.h"

namespace plimsoll::rules {

struct EndOfLife {
  std::string release;    // "Debian 10 (buster)"
  std::string_view date;  // the last day of support, ISO: "2024-06-30"
};

// The release of an image that was past its end of life on the day `today` (ISO), if the tag names
// one. A tag names a release by its version ("debian:10.2-slim", "python:3.6") or by a code name in
// one of its parts, also that of the distribution below ("python:3.12-buster"). Nothing for an
// empty `today`, for a tag that names no version, and for an image that is not in the table.
std::optional<EndOfLife> end_of_life(const ImageReference& reference, std::string_view today);

}  // namespace plimsoll::rules
