#include "scan/summary.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_count.h"
#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"
#include "scan/sbom/identity.h"

namespace plimsoll::scan {
namespace {

std::string packages_of(const Image& image) {
  std::array<std::size_t, package_kinds> count{};
  for (const Package& package : image.packages) ++count[static_cast<std::size_t>(package.kind)];
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (count[i] == 0) continue;
    parts.push_back(concat(std::to_string(count[i]), " ", name_of(static_cast<PackageKind>(i))));
  }
  if (parts.empty()) return "no packages that are known here";
  return concat(join(parts, ", "), image.packages.size() == 1 ? " package" : " packages");
}

// "on debian:12 (1 of 5 layers)"; "" where nothing is known of a base image.
std::string base_of(const Image& image) {
  if (!image.base) return {};
  const ImageBase& base = *image.base;
  const std::string layers = base.layers == 0
                                 ? std::string()
                                 : concat(std::to_string(base.layers), " of ",
                                          std::to_string(image.layers.size()), " layers");
  if (base.name.empty()) return concat("on a base image (", layers, ")");
  return concat("on ", printable(base.name), layers.empty() ? "" : concat(" (", layers, ")"));
}

// "3 known vulnerabilities (1 exploited), by the database of 2026-11-20", a line; nothing where
// nobody wants to know.
std::string vulnerabilities_of(const Image& image) {
  if (!image.vulnerabilities || image.vulnerabilities->built.empty()) {
    if (image.no_vulnerabilities_because.empty()) return {};
    return concat("known vulnerabilities were not looked for: ",
                  printable(image.no_vulnerabilities_because), "\n");
  }
  const VulnerabilityMatch& match = *image.vulnerabilities;
  const auto exploited = std::ranges::count_if(
      match.vulnerabilities, [](const Vulnerability& v) { return v.exploited.has_value(); });
  std::vector<std::string> remarks;
  if (exploited > 0) remarks.push_back(concat(std::to_string(exploited), " exploited"));
  if (match.without_fix_left_out > 0) {
    remarks.push_back(
        concat(std::to_string(match.without_fix_left_out), " without a fix left out"));
  }
  return concat(
      counted(match.vulnerabilities.size(), "known vulnerability", "known vulnerabilities"),
      remarks.empty() ? "" : concat(" (", join(remarks, ", "), ")"), ", by the database of ",
      match.built.substr(0, 10), "\n");
}

// What a project asks for, which is not what is installed: package managers leave these files where
// they worked, and often they are copied with the sources.
bool is_lock_file(std::string_view path) {
  static constexpr std::array<std::string_view, 17> names{
      "package-lock.json", "npm-shrinkwrap.json",
      "yarn.lock",         "pnpm-lock.yaml",
      "bun.lockb",         "bun.lock",
      "Pipfile.lock",      "poetry.lock",
      "pdm.lock",          "uv.lock",
      "Cargo.lock",        "go.sum",
      "Gemfile.lock",      "composer.lock",
      "mix.lock",          "packages.lock.json",
      "Podfile.lock"};
  // Those that came with a package are its authors' own.
  static constexpr std::array<std::string_view, 7> of_packages{
      "/node_modules/", "/site-packages/", "/dist-packages/", "/gems/",
      "/vendor/",       "/pkg/mod/",       "/registry/src/"};
  return std::ranges::find(names, file_name(path)) != names.end() &&
         std::ranges::none_of(of_packages, [&](std::string_view part) {
           return path.contains(part) || path.starts_with(part.substr(1));
         });
}

// "2 lock files (/app/package-lock.json, /app/go.sum), not counted as installed"; "" for none.
std::string lock_files_of(const Image& image) {
  constexpr std::size_t shown = 2;
  std::size_t count = 0;
  std::vector<std::string> names;
  for (const ImagePath& path : image.paths) {
    if (path.is_hidden || path.kind != FileKind::file || !is_lock_file(path.path)) continue;
    if (count++ < shown) names.push_back(concat("/", printable(path.path)));
  }
  if (count == 0) return {};
  return concat(counted(count, "lock file", "lock files"), " (", join(names, ", "),
                count > shown ? ", …" : "", "), not counted as installed");
}

}  // namespace

std::string unknown_components_of(const Image& image) {
  return concat(counted(image.unknown_components, "component", "components"),
                " of kinds that are not known here");
}

std::string heading_of(const Image& image) {
  std::string out = printable(title_of(image));
  if (!image.config) return out;
  return concat(out, " (", printable(image.config->os), "/", printable(image.config->architecture),
                ")");
}

std::uint64_t file_bytes_of(const Image& image) {
  std::uint64_t bytes = 0;
  for (const ImageLayer& layer : image.layers) bytes += layer.file_bytes;
  return bytes;
}

std::string summary_of(const Image& image) {
  const std::string out = heading_of(image);
  std::vector<std::string> parts;
  if (image.os) {
    parts.push_back(printable(image.os->pretty_name.empty()
                                  ? concat(image.os->id, " ", image.os->version_id)
                                  : image.os->pretty_name));
  }
  if (std::string base = base_of(image); !base.empty()) parts.push_back(std::move(base));
  parts.push_back(packages_of(image));
  if (image.is_inventory) {
    if (image.unknown_components > 0) parts.push_back(unknown_components_of(image));
    parts.push_back("read from an inventory: no rule judges files or the configuration");
    return concat(out, ": ", join(parts, "; "), "\n", vulnerabilities_of(image));
  }
  if (std::string locks = lock_files_of(image); !locks.empty()) parts.push_back(std::move(locks));
  std::size_t files = 0;
  for (const ImageLayer& layer : image.layers) files += layer.files;
  parts.push_back(concat(counted(image.layers.size(), "layer", "layers"), " with ",
                         counted(files, "file", "files"), ", ", byte_count(file_bytes_of(image))));
  return concat(out, ": ", join(parts, "; "), "\n", vulnerabilities_of(image));
}

}  // namespace plimsoll::scan
