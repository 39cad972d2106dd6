// Layers come as a plain tar, as gzip or as zstd, whatever their media type claims: the first bytes
// decide, as in containerd and moby.
//
// A stream may be several members or frames one after the other (pigz, estargz and zstd:chunked
// write so); they are one text. Bytes that are none behind the last member end a gzip stream, as
// they do for gzip(1) and Go; behind a zstd frame they are an error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace plimsoll::image {

enum class Compression : std::uint8_t { none, gzip, zstd };

std::string_view name_of(Compression compression);  // "no compression", "gzip", "zstd"

// Four bytes decide; fewer are no compression.
Compression compression_of(std::string_view first_bytes);

// Bounds on bombs. A sparse disk in a layer can honestly shrink a thousandfold, so a ratio alone
// says nothing before there is much of it.
inline constexpr std::uint64_t max_plain_bytes = 64ull << 30;
inline constexpr std::uint64_t max_plain_bytes_at_any_ratio = 4ull << 30;
inline constexpr std::uint64_t max_ratio = 200;

// Takes a stream in pieces, and hands on what they hold.
class Decompressor {
 public:
  // A failure of the sink ends the reading, and is given back by push().
  using Sink = std::function<Result<void>(std::string_view plain)>;

  static std::unique_ptr<Decompressor> make(Compression compression, Sink sink);
  virtual ~Decompressor() = default;

  virtual Result<void> push(std::string_view bytes) = 0;
  // The stream has ended; an error when it is cut short.
  virtual Result<void> finish() = 0;
};

}  // namespace plimsoll::image
