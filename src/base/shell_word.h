#pragma once

#include <string>
#include <string_view>

namespace plimsoll {

// The word as a POSIX shell reads it back: quoted where it has to be.
std::string shell_word(std::string_view word);

}  // namespace plimsoll
