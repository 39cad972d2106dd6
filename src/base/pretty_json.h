// Lays JSON out over lines, as `docker inspect` prints it: engines answer with a single line, in
// which no place can be shown.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll {

// Four blanks a level, a member or an item a line. Strings and numbers keep their spelling. What is
// no JSON comes out with its bytes in order, so that a reader's complaint about it stays true.
std::string pretty_json(std::string_view text);

}  // namespace plimsoll
