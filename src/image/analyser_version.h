// Which build of the readers this is: a hash of their sources, made when they are built
// (cmake/source_version.cmake), so that nobody has to remember to count it up.
#pragma once

#include <string_view>

namespace plimsoll::image {

extern const std::string_view analyser_version;

}  // namespace plimsoll::image
