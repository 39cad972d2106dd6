// SHA-256 of a file.
#pragma once

#include <string>

#include "base/result.h"

namespace plimsoll {

// "sha256:…".
Result<std::string> digest_of_file(const std::string& path);

}  // namespace plimsoll
