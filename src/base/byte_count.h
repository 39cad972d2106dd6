// Sizes as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace plimsoll {

// "512 bytes", "1.5 KiB", "203.8 MiB", "2.0 GiB".
std::string byte_count(std::uint64_t bytes);

}  // namespace plimsoll
