#include "image/files/dotnet.h"

#include "image/files/json_file.h"

namespace plimsoll::image {
namespace {

// Applications of 300 packages have 400 KB.
constexpr std::uint64_t max_dependencies_bytes = 8u << 20;

void read_dependencies(std::string_view path, std::string_view content, Layer& layer) {
  const std::optional<json::Document> document = read_json_file(path, content, layer);
  if (!document) return;
  const json::Value* const libraries = document->root.find("libraries");
  if (libraries == nullptr || !libraries->is(json::Kind::object)) {
    layer.errors.push_back(file_error(path, "has no \"libraries\""));
    return;
  }
  PackageFile into;
  into.path = path;
  for (const json::Member& member : libraries->members) {
    if (json::text_of(member.value, "type") != "package") continue;
    const std::size_t slash = member.name.find('/');
    if (slash == std::string_view::npos || into.packages.size() == max_packages) continue;
    into.packages.push_back(language_package(PackageKind::nuget, member.name.substr(0, slash),
                                             member.name.substr(slash + 1), path));
  }
  layer.package_files.push_back(std::move(into));
}

}  // namespace

constinit const FileReader dotnet_dependencies = {
    .wants = [](const TarEntry& entry) { return entry.path.ends_with(".deps.json"); },
    .max_bytes = max_dependencies_bytes,
    .read = read_dependencies,
};

}  // namespace plimsoll::image
