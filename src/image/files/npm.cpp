#include "image/files/npm.h"

#include "base/files.h"
#include "image/files/json_file.h"

namespace plimsoll::image {
namespace {

// The longest seen have 200 KB of names of files.
constexpr std::uint64_t max_package_json_bytes = 1u << 20;

bool is_installed(std::string_view path) {
  if (file_name(path) != "package.json") return false;
  const std::string_view package = parent_path(path);
  if (file_name(package).starts_with('@')) return false;  // a scope itself
  std::string_view around = parent_path(package);
  if (file_name(around).starts_with('@')) around = parent_path(around);
  return file_name(around) == "node_modules";
}

void read_package(std::string_view path, std::string_view content, Layer& layer) {
  const std::optional<json::Document> document = read_json_file(path, content, layer);
  if (!document) return;
  const std::string_view name = json::text_of(document->root, "name");
  const std::string_view version = json::text_of(document->root, "version");
  if (name.empty() || version.empty()) return;
  Package package = language_package(PackageKind::npm, name, version, path);
  package.licence = licence_of(document->root.find("license"));
  // As it was written before npm 2.10.
  if (package.licence.empty()) package.licence = licence_of(document->root.find("licenses"));
  add_package(std::move(package), layer);
}

}  // namespace

constinit const FileReader npm_package = {
    .wants = [](const TarEntry& entry) { return is_installed(entry.path); },
    .max_bytes = max_package_json_bytes,
    .read = read_package,
};

}  // namespace plimsoll::image
