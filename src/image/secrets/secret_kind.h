// One kind of secret: what its values look like and how sure they are told. The rows stand in
// kinds/, a file for each field; secret_kinds.h has them all.
#pragma once

#include <cstdint>
#include <string_view>

#include "subjects/image.h"

namespace plimsoll::image {

struct SecretKind {
  std::string_view name;   // "github-personal-token"
  std::string_view title;  // "a GitHub personal access token"
  // As token_form.h reads it, from what the issuer documents; "" where only code can tell the kind
  // (special_kinds in secret_kinds.h).
  std::string_view form;
  // Forms that anything could have count only as the value of a variable whose name holds one of
  // these words, in any case: "datadog|dd_api". "" for forms that speak for themselves.
  std::string_view near = {};
  SecretCertainty certainty = SecretCertainty::certain;
  // Bits for each character of the whole value (Shannon). Less is a placeholder, or a word.
  double least_entropy = 3.0;
  // The issuer's checksum: a value without it was made up, or the issuer changed it, so it is only
  // doubtful then.
  bool (*has_right_checksum)(std::string_view value) = nullptr;
};

}  // namespace plimsoll::image
