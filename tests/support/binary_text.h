// Pieces of binary files that tests lay out by hand.
#pragma once

#include <isa-l/igzip_lib.h>

#include <bit>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace plimsoll::test {

inline std::string number(std::uint64_t value, unsigned size,
                          std::endian order = std::endian::little) {
  std::string out(size, '\0');
  for (unsigned i = 0; i < size; ++i, value >>= 8) {
    out[order == std::endian::big ? size - 1 - i : i] = static_cast<char>(value);
  }
  return out;
}

// Packed by deflate: bare, or with a head and a checksum as zlib has it (IGZIP_ZLIB).
inline std::string deflate(std::string text, std::uint16_t format = IGZIP_DEFLATE) {
  isal_zstream stream;
  isal_deflate_init(&stream);
  std::string out(1000 + text.size(), '\0');
  stream.end_of_stream = 1;
  stream.gzip_flag = format;
  stream.next_in = reinterpret_cast<std::uint8_t*>(text.data());
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  if (isal_deflate(&stream) != COMP_OK) throw std::runtime_error("ISA-L does not pack");
  out.resize(out.size() - stream.avail_out);
  return out;
}

}  // namespace plimsoll::test
