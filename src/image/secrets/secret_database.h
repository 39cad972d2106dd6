// The compiled database of the triggers, as the build has written it (secret_database.cmake).
#pragma once

#include <string_view>

namespace plimsoll::image {

// Serialized by vectorscan for any processor that it runs on. The matches are numbers of
// triggers().
extern const std::string_view secret_database;

}  // namespace plimsoll::image
