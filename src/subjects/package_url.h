// Package URLs: one line that names a package of any ecosystem, for inventories and vulnerability
// databases: pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12. Source: the purl
// specification (package-url/purl-spec, PURL-SPECIFICATION and types/*-definition).
#pragma once

#include <string>
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

// `os` is the distribution that the package is of; null where it is not known.
PackageUrl package_url_of(const Package& package, const OsRelease* os);

}  // namespace plimsoll
