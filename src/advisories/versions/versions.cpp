#include "advisories/versions/versions.h"

#include <utility>

namespace plimsoll::advisories {

Order compare_versions(PackageKind kind, std::string_view a, std::string_view b) {
  switch (kind) {
    case PackageKind::deb: return compare_dpkg_versions(a, b);
    case PackageKind::apk: return compare_apk_versions(a, b);
    case PackageKind::rpm: return compare_rpm_versions(a, b);
    case PackageKind::npm: return compare_npm_versions(a, b);
    case PackageKind::pypi: return compare_pypi_versions(a, b);
    case PackageKind::golang: return compare_go_versions(a, b);
    case PackageKind::cargo: return compare_cargo_versions(a, b);
    case PackageKind::maven: return compare_maven_versions(a, b);
    case PackageKind::gem: return compare_gem_versions(a, b);
    case PackageKind::composer: return compare_composer_versions(a, b);
    case PackageKind::nuget: return compare_nuget_versions(a, b);
  }
  std::unreachable();
}

}  // namespace plimsoll::advisories
