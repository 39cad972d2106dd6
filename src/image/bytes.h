// Numbers and pieces of a binary file whose every offset is somebody else's claim. Nothing here
// leaves the file: what lies outside reads as 0 or as an empty piece, which no format of ours takes
// for anything, and has() tells where that matters.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace plimsoll::image {

class Bytes {
 public:
  Bytes(std::string_view text, std::endian order) : text_(text), order_(order) {}

  std::uint64_t size() const { return text_.size(); }
  std::string_view text() const { return text_; }
  bool has(std::uint64_t at, std::uint64_t size) const {
    return at <= text_.size() && size <= text_.size() - at;
  }
  std::string_view part(std::uint64_t at, std::uint64_t size) const {
    return has(at, size) ? text_.substr(at, size) : std::string_view();
  }
  std::string_view from(std::uint64_t at) const {
    return at <= text_.size() ? text_.substr(at) : std::string_view();
  }
  // Up to a zero byte; empty when there is none.
  std::string_view c_string(std::uint64_t at) const {
    const std::string_view rest = from(at);
    const std::size_t end = rest.find('\0');
    return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
  }

  std::uint8_t u8(std::uint64_t at) const { return static_cast<std::uint8_t>(number(at, 1)); }
  std::uint16_t u16(std::uint64_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::uint64_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::uint64_t at) const { return number(at, 8); }

 private:
  std::uint64_t number(std::uint64_t at, unsigned size) const {
    if (!has(at, size)) return 0;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
      const std::uint64_t byte = static_cast<unsigned char>(text_[at + i]);
      value |= byte << (8 * (order_ == std::endian::big ? size - 1 - i : i));
    }
    return value;
  }

  std::string_view text_;
  std::endian order_;
};

}  // namespace plimsoll::image
