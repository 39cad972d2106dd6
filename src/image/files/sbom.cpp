#include "image/files/sbom.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"
#include "image/sbom_reader.h"

namespace plimsoll::image {
namespace {

// Those of applications with thousands of packages have 10 MB.
constexpr std::uint64_t max_file_bytes = 16u << 20;

constexpr std::size_t max_inventories = 10'000;  // of a layer

// With those that the layer has; it bounds the memory of a scan.
bool are_too_many(const std::vector<Package>& packages, const Layer& layer) {
  std::size_t count = packages.size();
  for (const PackageFile& file : layer.inventories) count += file.packages.size();
  return count > max_packages || layer.inventories.size() >= max_inventories;
}

bool has_directory(std::string_view path, std::string_view name) {
  return std::ranges::any_of(split(parent_path(path), '/'),
                             [&](std::string_view part) { return part == name; });
}

bool is_an_example(std::string_view path) {
  static constexpr std::array<std::string_view, 5> directories{"node_modules", "test", "tests",
                                                               "testdata", "fixtures"};
  return path.starts_with("usr/share/doc/") ||
         std::ranges::any_of(directories, [&](auto name) { return has_directory(path, name); });
}

// The name alone says that it is one.
bool is_named_so(std::string_view path) {
  const std::string_view name = file_name(path);
  return name.ends_with(".cdx.json") || name.ends_with(".spdx.json") ||
         (path.starts_with("opt/bitnami/") && name.starts_with(".spdx-") &&
          name.ends_with(".spdx"));
}

bool may_be_one(std::string_view path) {
  const std::string_view name = file_name(path);
  if (name == "bom.json") return true;
  return name.ends_with(".json") &&
         (path.starts_with("usr/share/sbom/") || path.starts_with("var/lib/db/sbom/") ||
          file_name(parent_path(path)) == "sboms");
}

void read_file(std::string_view path, std::string_view content, Layer& layer) {
  if (!is_named_so(path) && !looks_like_sbom(content)) return;
  const Source source{std::string(path), std::string(content)};
  Result<Sbom> sbom = read_sbom(source);
  // Errors are placed in a text that is gone with this function.
  const auto note = [&](const Error& error) {
    const std::uint32_t line = error.at.known() ? source.position(error.at.span.begin).line : 1;
    layer.errors.push_back(
        file_error(path, concat("line ", std::to_string(line), ": ", error.message)));
  };
  if (!sbom) return note(sbom.error());
  for (const Error& error : sbom->errors) note(error);
  if (sbom->packages.empty()) return;
  if (are_too_many(sbom->packages, layer)) {
    layer.errors.push_back(
        file_error(path, "is left out: the inventories of the layer hold more than is read"));
    return;
  }
  PackageFile into;
  into.path = path;
  into.packages = std::move(sbom->packages);
  for (Package& package : into.packages) {
    package.path = path;
    package.owner.clear();  // of another image
  }
  layer.inventories.push_back(std::move(into));
}

}  // namespace

constinit const FileReader sbom_file = {
    .wants =
        [](const TarEntry& entry) {
          return entry.kind == EntryKind::file &&
                 (is_named_so(entry.path) || may_be_one(entry.path)) && !is_an_example(entry.path);
        },
    .max_bytes = max_file_bytes,
    .read = read_file,
    .looks_right = [](std::string_view first_bytes,
                      std::uint64_t /*size*/) { return looks_like_json(first_bytes); },
};

}  // namespace plimsoll::image
