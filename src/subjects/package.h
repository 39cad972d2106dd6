// A package as an image holds it: installed by a package manager of the distribution or of a
// language, or built into a program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// Named as package URLs name them (package-url/purl-spec).
enum class PackageKind : std::uint8_t {
  deb,
  apk,
  rpm,
  npm,
  pypi,
  golang,
  cargo,
  maven,
  gem,
  composer,
  nuget,
};

inline constexpr std::size_t package_kinds = 11;

std::string_view name_of(PackageKind kind);  // "deb"
// Installed by the distribution's own package manager.
constexpr bool is_of_system(PackageKind kind) {
  return kind <= PackageKind::rpm;
}

struct Package {
  PackageKind kind = PackageKind::deb;
  std::string name;  // with its namespace, as the ecosystem writes it: "@angular/core", "org.x:y"
  // As the manager prints it, everything included: "1:2.36-9+deb12u10".
  std::string version;
  std::string architecture;  // the manager's word; "" where the ecosystem has none
  // What it was built from; the same as name and version where nothing else is said.
  std::string source_name;
  std::string source_version;
  std::string licence;  // as the package states it, often an SPDX expression; "" for nothing
  // Of an rpm: the module and stream that it was built in, as rpm's tag MODULARITYLABEL has it:
  // "nodejs:18:9020020240301:rhel9"; "" for one that is of no module. Advisories of distributions
  // with modules hold for one stream alone.
  std::string module;
  // The file in the image that proves it, without a slash in front; "" where an inventory from
  // elsewhere does not say it.
  std::string path;
  std::size_t layer = 0;
  // The files that it owns, one a line, without a slash in front; none for languages.
  std::string files;
  // The package of the distribution that owns `path`, for packages of languages: what is known of
  // one is then known of the other. "" for none.
  std::string owner;
};

// In the order in which reports name them.
void sort_packages(std::vector<Package>& packages);

}  // namespace plimsoll
