#include "subjects/package.h"

#include <array>
#include <tuple>

#include "base/sort.h"

namespace plimsoll {

std::string_view name_of(PackageKind kind) {
  static constexpr std::array<std::string_view, package_kinds> names{
      "deb", "apk", "rpm", "npm", "pypi", "golang", "cargo", "maven", "gem", "composer", "nuget"};
  return names[static_cast<std::size_t>(kind)];
}

void sort_packages(std::vector<Package>& packages) {
  sort_large(packages, [](const Package& a, const Package& b) {
    return std::tie(a.kind, a.name, a.version, a.architecture, a.path) <
           std::tie(b.kind, b.name, b.version, b.architecture, b.path);
  });
}

}  // namespace plimsoll
