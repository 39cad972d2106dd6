#include "image/files/program.h"

#include "image/files/elf.h"
#include "image/files/go_program.h"
#include "image/files/rust_program.h"

namespace plimsoll::image {
namespace {

// dockerd has 75 MB; this is the largest piece of memory that a scan takes.
constexpr std::uint64_t max_program_bytes = 96u << 20;
constexpr std::uint32_t executable_by_anybody = 0111;

void read_program(std::string_view path, std::string_view content, Layer& layer) {
  const std::optional<Elf> elf = Elf::read(content);
  if (!elf) return;
  PackageFile into;
  into.path = path;
  read_go_program(*elf, into);
  read_rust_program(*elf, into, layer);
  if (!into.packages.empty()) layer.package_files.push_back(std::move(into));
}

}  // namespace

constinit const FileReader program = {
    // A hard link is another name of a program that is read by its first.
    .wants =
        [](const TarEntry& entry) {
          return entry.kind == EntryKind::file && (entry.mode & executable_by_anybody) != 0;
        },
    .max_bytes = max_program_bytes,
    .read = read_program,
    .looks_right =
        [](std::string_view first_bytes, std::uint64_t size) {
          return is_elf(first_bytes) && (size <= max_program_bytes || looks_like_go(first_bytes));
        },
};

}  // namespace plimsoll::image
