#include "subjects/package.h"

#include <array>

namespace plimsoll {

std::string_view name_of(PackageKind kind) {
  static constexpr std::array<std::string_view, package_kinds> names{
      "deb", "apk", "rpm", "npm", "pypi", "golang", "cargo", "maven", "gem", "composer", "nuget"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace plimsoll
