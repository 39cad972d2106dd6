// The outer shape of an ELF file, as far as it is needed to find what compilers left in it: its
// sections by name, and the bytes at an address of the running program.
// Source: elf(5); System V Application Binary Interface, chapters 4 and 5.
#pragma once

#include <optional>
#include <string_view>

#include "image/bytes.h"

namespace plimsoll::image {

bool is_elf(std::string_view first_bytes);

// Views into the file, which outlives it.
class Elf {
 public:
  // Nothing when it is none, or damaged in its head.
  static std::optional<Elf> read(std::string_view file);

  std::endian order() const { return order_; }
  // The content of the first section of this name, or nothing.
  std::optional<std::string_view> section(std::string_view name) const;
  // What is loaded at this address, up to the end of its segment; empty for what is not in the
  // file.
  std::string_view at_address(std::uint64_t address) const;
  // The first segment that the program may write to.
  std::string_view data_segment() const;

 private:
  Elf(std::string_view file, std::endian order, bool is_64)
      : file_(file, order), order_(order), is_64_(is_64) {}

  struct Segment {
    std::uint32_t type = 0, flags = 0;
    std::uint64_t offset = 0, address = 0, bytes = 0;
  };
  Segment segment(std::uint64_t index) const;
  // An address, an offset or a size: 4 or 8 bytes.
  std::uint64_t word(std::uint64_t at) const { return is_64_ ? file_.u64(at) : file_.u32(at); }

  Bytes file_;
  std::endian order_;
  bool is_64_;
};

}  // namespace plimsoll::image
