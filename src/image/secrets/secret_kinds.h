// All kinds of secrets that are known, and how they are found by name.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "image/secrets/secret_kind.h"

namespace plimsoll::image {

// Those with a form first, in the order in which one of two that fit a text is chosen.
const std::vector<const SecretKind*>& secret_kinds();

// Null for a name that is none.
const SecretKind* find_secret_kind(std::string_view name);

}  // namespace plimsoll::image
