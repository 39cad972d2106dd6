// Package URLs: one line that names a package of any ecosystem, for inventories and vulnerability
// databases: pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12. Source: the purl
// specification (package-url/purl-spec, PURL-SPECIFICATION and types/*-definition).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subjects/image.h"
#include "subjects/package.h"

namespace plimsoll {

struct PackageUrl {
  std::string type;
  std::string name_space;  // its parts between slashes; "" for none
  std::string name;
  std::string version;                                          // "" for none
  std::vector<std::pair<std::string, std::string>> qualifiers;  // empty values are left out
  std::string subpath;
};

// In canonical form: what the type says of casing is done, qualifiers are sorted.
std::string to_string(const PackageUrl& url);

// Reads one that need not be in canonical form; what it gives back is. Nothing for what is none.
std::optional<PackageUrl> parse_package_url(std::string_view text);

// Whether what is said of `general` is said of `url`, too: of all versions where it has none, and
// of all qualifiers and subpaths that it does not have (OpenVEX and Trivy read them so).
bool covers(const PackageUrl& general, const PackageUrl& url);

// `os` is the distribution that the package is of; null where it is not known.
PackageUrl package_url_of(const Package& package, const OsRelease* os);

// The way back: the package that a URL names, of itself and without a place. Nothing for one of a
// kind that is not known here. Where the qualifier `upstream` names what it was built from
// ("gcc-12@12.2.0"), as syft writes it, that is its source.
std::optional<Package> package_of(const PackageUrl& url);
// The distribution that the qualifier `distro` names: "debian-12", "opensuse-leap-15.5". Nothing
// without one that has a number.
std::optional<OsRelease> distribution_of(const PackageUrl& url);

}  // namespace plimsoll
