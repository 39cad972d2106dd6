#include "image/files/pypi.h"

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

// Descriptions are whole manuals at times.
constexpr std::uint64_t max_metadata_bytes = 4u << 20;
// Some write the whole text of their licence into the field.
constexpr std::size_t max_licence_bytes = 100;

bool is_metadata(std::string_view path) {
  const std::string_view name = file_name(path);
  const std::string_view directory = file_name(parent_path(path));
  if (name == "METADATA") return directory.ends_with(".dist-info");
  if (name == "PKG-INFO") return directory.ends_with(".egg-info") || directory == "EGG-INFO";
  return name.ends_with(".egg-info");
}

struct Metadata {
  std::string_view name, version, licence, licence_expression, licence_class;
};

void set(std::string_view key, std::string_view value, Metadata& into) {
  constexpr std::string_view licence_class = "License :: ";
  if (equal_ignoring_case(key, "Name")) into.name = value;
  if (equal_ignoring_case(key, "Version")) into.version = value;
  if (equal_ignoring_case(key, "License")) into.licence = value;
  if (equal_ignoring_case(key, "License-Expression")) into.licence_expression = value;
  // "License :: OSI Approved :: MIT License"
  if (equal_ignoring_case(key, "Classifier") && value.starts_with(licence_class)) {
    into.licence_class = value.substr(value.rfind(":: ") + 3);
  }
}

Metadata read_fields(std::string_view text) {
  Metadata metadata;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) break;
    if (is_blank(line.front())) continue;  // goes on
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    set(line.substr(0, colon), trim(line.substr(colon + 1)), metadata);
  }
  return metadata;
}

std::string_view licence_of(const Metadata& metadata) {
  if (!metadata.licence_expression.empty()) return metadata.licence_expression;
  const bool is_said = !metadata.licence.empty() && metadata.licence != "UNKNOWN" &&
                       metadata.licence.size() <= max_licence_bytes;
  return is_said ? metadata.licence : metadata.licence_class;
}

void read_metadata(std::string_view path, std::string_view content, Layer& layer) {
  const Metadata metadata = read_fields(content);
  if (metadata.name.empty() || metadata.version.empty()) {
    layer.errors.push_back(file_error(
        path, concat("the package has no ", metadata.name.empty() ? "name" : "version")));
    return;
  }
  Package package = language_package(PackageKind::pypi, metadata.name, metadata.version, path);
  package.licence = licence_of(metadata);
  add_package(std::move(package), layer);
}

}  // namespace

constinit const FileReader pypi_metadata = {
    .wants = [](const TarEntry& entry) { return is_metadata(entry.path); },
    .max_bytes = max_metadata_bytes,
    .read = read_metadata,
};

}  // namespace plimsoll::image
