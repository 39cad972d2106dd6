#include "image/files/go_program.h"

#include <optional>
#include <vector>

#include "base/text.h"
#include "image/file_reader.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view magic = "\xff Go buildinf:";
constexpr std::uint64_t record_alignment = 16;
constexpr std::uint64_t head_bytes = 32;
constexpr std::size_t max_text_bytes = 4u << 20;  // some 1,000 modules take 100 KB

struct BuildInfo {
  std::string_view go_version, modules;
};

// The length of a text in front of it: 7 bits a byte, the least first.
std::string_view take_text(std::string_view& rest) {
  std::uint64_t size = 0;
  for (unsigned shift = 0; shift < 63 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    size |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) {
      if (size > rest.size() || size > max_text_bytes) break;
      const std::string_view text = rest.substr(0, size);
      rest.remove_prefix(size);
      return text;
    }
  }
  rest = {};
  return {};
}

// A string as Go has it in memory.
std::string_view string_at(const Elf& elf, std::uint64_t address, std::endian order,
                           std::uint64_t pointer_bytes) {
  const auto number = [&](const Bytes& bytes, std::uint64_t at) {
    return pointer_bytes == 8 ? bytes.u64(at) : std::uint64_t{bytes.u32(at)};
  };
  const Bytes header(elf.at_address(address), order);
  const std::uint64_t size = number(header, pointer_bytes);
  const std::string_view text = elf.at_address(number(header, 0));
  return size <= text.size() && size <= max_text_bytes ? text.substr(0, size) : std::string_view();
}

// The record, or what follows it, too; empty for none.
std::string_view find_record(const Elf& elf) {
  const std::string_view in = elf.section(".go.buildinfo").value_or(elf.data_segment());
  for (std::size_t at = in.find(magic); at != std::string_view::npos; at = in.find(magic, at + 1)) {
    if (at % record_alignment == 0) return in.substr(at);
  }
  return {};
}

std::optional<BuildInfo> read_build_info(const Elf& elf) {
  const std::string_view record = find_record(elf);
  if (record.size() < head_bytes) return std::nullopt;
  constexpr unsigned char big_endian = 1;
  constexpr unsigned char texts_are_here = 2;
  const auto pointer_bytes = static_cast<unsigned char>(record[magic.size()]);
  const auto flags = static_cast<unsigned char>(record[magic.size() + 1]);
  BuildInfo out;
  if ((flags & texts_are_here) != 0) {
    std::string_view rest = record.substr(head_bytes);
    out.go_version = take_text(rest);
    out.modules = take_text(rest);
  } else {
    if (pointer_bytes != 4 && pointer_bytes != 8) return std::nullopt;
    const std::endian order = (flags & big_endian) != 0 ? std::endian::big : std::endian::little;
    const Bytes bytes(record, order);
    const auto pointer = [&](std::uint64_t at) {
      return pointer_bytes == 8 ? bytes.u64(at) : std::uint64_t{bytes.u32(at)};
    };
    constexpr std::uint64_t pointers_at = 16;
    out.go_version = string_at(elf, pointer(pointers_at), order, pointer_bytes);
    out.modules = string_at(elf, pointer(pointers_at + pointer_bytes), order, pointer_bytes);
  }
  // Marks in front and behind, for who looks into a running program.
  constexpr std::size_t mark_bytes = 16;
  if (out.modules.size() > 2 * mark_bytes &&
      out.modules[out.modules.size() - mark_bytes - 1] == '\n') {
    out.modules = out.modules.substr(mark_bytes, out.modules.size() - 2 * mark_bytes);
  } else {
    out.modules = {};
  }
  if (out.go_version.empty()) return std::nullopt;
  return out;
}

// "go1.21.5 X:boringcrypto" -> "1.21.5"; what is no release is kept: "devel go1.22-0f0aa5d8a6".
std::string_view release_of(std::string_view go_version) {
  if (!go_version.starts_with("go")) return go_version;
  return go_version.substr(2, go_version.find(' ') == std::string_view::npos
                                  ? std::string_view::npos
                                  : go_version.find(' ') - 2);
}

void read_modules(std::string_view lines, PackageFile& into) {
  bool can_be_replaced = false;
  for (const std::string_view line : split(lines, '\n')) {
    const std::vector<std::string_view> words = split(line, '\t');
    const bool is_module = words[0] == "mod" || words[0] == "dep";
    const bool is_replacement = words[0] == "=>" && can_be_replaced;
    can_be_replaced = false;
    if (words.size() < 3 || words[1].empty() || words[2].empty()) continue;
    if (is_replacement) {
      into.packages.back() = language_package(PackageKind::golang, words[1], words[2], into.path);
    } else if (is_module && into.packages.size() < max_packages) {
      into.packages.push_back(language_package(PackageKind::golang, words[1], words[2], into.path));
      can_be_replaced = true;
    }
  }
}

}  // namespace

bool looks_like_go(std::string_view first_bytes) {
  // A note's owner and its kind, NT_GOBUILDID; its numbers are in the program's byte order.
  using std::string_view_literals::operator""sv;
  return first_bytes.contains("\x04\0\0\0Go\0\0"sv) || first_bytes.contains("\0\0\0\x04Go\0\0"sv);
}

void read_go_program(const Elf& elf, PackageFile& into) {
  const std::optional<BuildInfo> info = read_build_info(elf);
  if (!info) return;
  const std::string_view release = release_of(info->go_version);
  if (release.empty()) return;
  into.packages.push_back(language_package(PackageKind::golang, "stdlib", release, into.path));
  read_modules(info->modules, into);
}

}  // namespace plimsoll::image
