// Unpacks a text that is at hand in one piece, into memory. Layers are unpacked as they come, by
// decompress.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::image {

enum class DeflateFormat : std::uint8_t {
  raw,   // as in zip archives
  zlib,  // RFC 1950: a head of two bytes in front, a checksum behind
};

// Nothing when the text is damaged or unpacks to more than `max_bytes`. What follows its end is
// left alone.
std::optional<std::string> inflate(std::string_view packed, DeflateFormat format,
                                   std::size_t max_bytes);

}  // namespace plimsoll::image
