#include "image/inflate.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace plimsoll::image {
namespace {

constexpr std::size_t first_bytes = 64u << 10;

}  // namespace

std::optional<std::string> inflate(std::string_view packed, DeflateFormat format,
                                   std::size_t max_bytes) {
  if (packed.size() > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  // Too large for a stack.
  const auto state = std::make_unique<inflate_state>();
  isal_inflate_init(state.get());
  state->crc_flag = format == DeflateFormat::zlib ? ISAL_ZLIB : ISAL_DEFLATE;
  // The library does not write to its input.
  state->next_in = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(packed.data()));
  state->avail_in = static_cast<std::uint32_t>(packed.size());
  std::string out;
  std::size_t made = 0;
  while (state->block_state != ISAL_BLOCK_FINISH) {
    // One byte more than is allowed tells what is too large from what just fits.
    if (made > max_bytes) return std::nullopt;
    if (made == out.size()) {
      out.resize(std::min(std::max(first_bytes, out.size() * 2), max_bytes + 1));
    }
    const std::size_t room =
        std::min<std::size_t>(out.size() - made, std::numeric_limits<std::uint32_t>::max());
    state->next_out = reinterpret_cast<std::uint8_t*>(out.data() + made);
    state->avail_out = static_cast<std::uint32_t>(room);
    const int status = isal_inflate(state.get());
    const std::size_t got = room - state->avail_out;
    made += got;
    if (status != ISAL_DECOMP_OK) return std::nullopt;
    const bool is_stuck = got == 0 && state->avail_in == 0;
    if (is_stuck && state->block_state != ISAL_BLOCK_FINISH) return std::nullopt;  // cut short
  }
  if (made > max_bytes) return std::nullopt;
  out.resize(made);
  return out;
}

}  // namespace plimsoll::image
