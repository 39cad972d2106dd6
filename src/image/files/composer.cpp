#include "image/files/composer.h"

#include "base/files.h"
#include "image/files/json_file.h"

namespace plimsoll::image {
namespace {

// 200 packages have 500 KB.
constexpr std::uint64_t max_installed_bytes = 8u << 20;

void read_installed(std::string_view path, std::string_view content, Layer& layer) {
  const std::optional<json::Document> document = read_json_file(path, content, layer);
  if (!document) return;
  const json::Value* const packages =
      document->root.is(json::Kind::array) ? &document->root : document->root.find("packages");
  if (packages == nullptr || !packages->is(json::Kind::array)) {
    layer.errors.push_back(file_error(path, "has no list of packages"));
    return;
  }
  PackageFile into;
  into.path = path;
  for (const json::Value& item : packages->items) {
    const std::string_view name = json::text_of(item, "name");
    const std::string_view version = json::text_of(item, "version");
    if (name.empty() || version.empty() || into.packages.size() == max_packages) continue;
    into.packages.push_back(language_package(PackageKind::composer, name, version, path));
    into.packages.back().licence = licence_of(item.find("license"));
  }
  layer.package_files.push_back(std::move(into));
}

}  // namespace

constinit const FileReader composer_installed = {
    .wants =
        [](const TarEntry& entry) {
          return file_name(entry.path) == "installed.json" &&
                 file_name(parent_path(entry.path)) == "composer";
        },
    .max_bytes = max_installed_bytes,
    .read = read_installed,
};

}  // namespace plimsoll::image
