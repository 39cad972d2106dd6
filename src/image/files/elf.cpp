#include "image/files/elf.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view magic =
    "\x7f"
    "ELF";
constexpr std::uint32_t loaded_segment = 1;           // PT_LOAD
constexpr std::uint32_t writable_segment = 2;         // PF_W
constexpr std::uint32_t section_without_content = 8;  // SHT_NOBITS

}  // namespace

bool is_elf(std::string_view first_bytes) {
  return first_bytes.starts_with(magic);
}

std::optional<Elf> Elf::read(std::string_view file) {
  constexpr std::size_t class_at = 4;  // 1: 32 bits, 2: 64
  constexpr std::size_t order_at = 5;  // 1: little, 2: big
  constexpr std::size_t head_bytes = 52;
  if (!is_elf(file) || file.size() < head_bytes) return std::nullopt;
  const char bits = file[class_at];
  const char order = file[order_at];
  if ((bits != 1 && bits != 2) || (order != 1 && order != 2)) return std::nullopt;
  return Elf(file, order == 1 ? std::endian::little : std::endian::big, bits == 2);
}

std::optional<std::string_view> Elf::section(std::string_view name) const {
  const std::uint64_t table = word(is_64_ ? 40 : 32);
  const std::uint64_t entry_bytes = file_.u16(is_64_ ? 58 : 46);
  const std::uint64_t count = file_.u16(is_64_ ? 60 : 48);
  const std::uint64_t names_index = file_.u16(is_64_ ? 62 : 50);
  if (table > file_.size()) return std::nullopt;
  const auto content_of = [&](std::uint64_t index) {
    const std::uint64_t at = table + index * entry_bytes;
    if (file_.u32(at + 4) == section_without_content) return std::string_view();
    return file_.part(word(at + (is_64_ ? 24 : 16)), word(at + (is_64_ ? 32 : 20)));
  };
  const Bytes names(content_of(names_index), order_);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!file_.has(table + i * entry_bytes, entry_bytes)) break;
    const std::uint64_t name_at = file_.u32(table + i * entry_bytes);
    if (names.part(name_at, name.size()) == name && names.has(name_at + name.size(), 1) &&
        names.u8(name_at + name.size()) == 0) {
      return content_of(i);
    }
  }
  return std::nullopt;
}

Elf::Segment Elf::segment(std::uint64_t index) const {
  const std::uint64_t table = word(is_64_ ? 32 : 28);
  const std::uint64_t at = table + index * file_.u16(is_64_ ? 54 : 42);
  if (table > file_.size()) return {};
  return {.type = file_.u32(at),
          .flags = file_.u32(at + (is_64_ ? 4 : 24)),
          .offset = word(at + (is_64_ ? 8 : 4)),
          .address = word(at + (is_64_ ? 16 : 8)),
          .bytes = word(at + (is_64_ ? 32 : 16))};
}

std::string_view Elf::at_address(std::uint64_t address) const {
  const std::uint64_t count = file_.u16(is_64_ ? 56 : 44);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Segment found = segment(i);
    if (found.type != loaded_segment || address < found.address ||
        address - found.address >= found.bytes) {
      continue;
    }
    const std::string_view bytes = file_.part(found.offset, found.bytes);
    return bytes.substr(std::min<std::uint64_t>(address - found.address, bytes.size()));
  }
  return {};
}

std::string_view Elf::data_segment() const {
  const std::uint64_t count = file_.u16(is_64_ ? 56 : 44);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Segment found = segment(i);
    if (found.type == loaded_segment && (found.flags & writable_segment) != 0) {
      return file_.part(found.offset, found.bytes);
    }
  }
  return {};
}

}  // namespace plimsoll::image
