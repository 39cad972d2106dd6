// What of a line a report must not show: the report of a password in a Dockerfile goes to a CI's
// log, where more people read than may know the password.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace plimsoll {

// A half-open range of bytes of the line.
struct Masked {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The secrets that are written down in a line of any surface (NAME=value, NAME: value, "NAME":
// "value", ENV NAME value, --name value, and credentials of a known form), in order and apart from
// each other.
std::vector<Masked> secrets_in(std::string_view line);

}  // namespace plimsoll
