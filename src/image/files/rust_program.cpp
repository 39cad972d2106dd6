#include "image/files/rust_program.h"

#include "image/file_reader.h"
#include "image/files/json_file.h"
#include "image/inflate.h"

namespace plimsoll::image {
namespace {

// 1,000 crates take 150 KB.
constexpr std::size_t max_json_bytes = 4u << 20;

}  // namespace

void read_rust_program(const Elf& elf, PackageFile& into, Layer& layer) {
  const std::optional<std::string_view> section = elf.section(".dep-v0");
  if (!section) return;
  const std::optional<std::string> text = inflate(*section, DeflateFormat::zlib, max_json_bytes);
  if (!text) {
    layer.errors.push_back(file_error(into.path, "the list of its crates is damaged"));
    return;
  }
  const std::optional<json::Document> document = read_json_file(into.path, *text, layer);
  if (!document) return;
  const json::Value* const packages = document->root.find("packages");
  if (packages == nullptr) return;
  for (const json::Value& item : packages->items) {
    const std::string_view name = json::text_of(item, "name");
    const std::string_view version = json::text_of(item, "version");
    if (name.empty() || version.empty() || json::text_of(item, "kind") == "build") continue;
    if (into.packages.size() == max_packages) return;
    into.packages.push_back(language_package(PackageKind::cargo, name, version, into.path));
  }
}

}  // namespace plimsoll::image
