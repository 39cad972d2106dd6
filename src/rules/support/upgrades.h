// What to type so that a package has a version without a flaw.
#pragma once

#include <string>

#include "subjects/image.h"
#include "subjects/vulnerability.h"

namespace plimsoll::rules {

// "apt-get install --only-upgrade libssl3 openssl, for 3.0.13-1~deb12u1"; what is known instead
// where no version helps. One line.
std::string upgrade_of(const Image& image, const Vulnerability& vulnerability);

}  // namespace plimsoll::rules
