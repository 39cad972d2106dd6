// What is known of the vulnerabilities of an image, as bytes: plimsoll-image, which reads images,
// hands it to the audit, which does not. Only what findings need is in it: the packages that have a
// vulnerability, and where they come from.
//
// Both programs are of one version. What is in the bytes comes from images all the same, which are
// anybody's, so they are read as such.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "subjects/image.h"

namespace plimsoll::advisories {

// Of all that an answer lists together.
inline constexpr std::uint64_t max_answer_items = 4'000'000;

std::string encode_answer(const Image& image, const std::vector<Error>& errors);

struct ImageAnswer {
  std::unique_ptr<Image> image;  // an inventory; nobody has named it yet
  std::vector<Error> errors;
};

// Nothing when these are not the bytes of an answer, whole. Places of it are in `sources`.
std::optional<ImageAnswer> decode_answer(std::string_view bytes, Sources& sources);

}  // namespace plimsoll::advisories
