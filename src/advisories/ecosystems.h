// The ecosystems that packages live in, by the names that OSV has for them, and the names that
// packages have there.
//
// Source: ossf.github.io/osv-schema, "affected[].package field", and the records of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/image.h"
#include "subjects/package.h"

namespace plimsoll::advisories {

struct Ecosystem {
  PackageKind kind = PackageKind::deb;
  std::string name;  // in the one form that the database has: "Debian:12", "Ubuntu:22.04"
  // Whether records of it name what packages are built from.
  bool names_sources = false;
};

// What a feed calls an ecosystem: "Debian:12", "Ubuntu:22.04:LTS", "Maven:https://…". Nothing for
// one whose packages Plimsoll cannot see in an image (Android, GitHub Actions, …).
std::optional<Ecosystem> ecosystem_of(std::string_view name);

// The ecosystem of a distribution's own packages, as os-release names it; nothing for one that is
// not known here.
std::optional<Ecosystem> ecosystem_of(const OsRelease& os);
// Of packages of languages.
std::string_view ecosystem_of_language(PackageKind kind);

// The one spelling of a name that the database has: PyPI, NuGet and Composer hold several to be the
// same.
std::string normal_name(PackageKind kind, std::string_view name);

}  // namespace plimsoll::advisories
