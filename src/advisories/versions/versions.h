// Which of two versions is the later one, as the package manager that installs them has it.
//
// A flaw is known by versions: it came with one and went with another. Whether a package has it is
// one question asked over and over, "is this version before that one?", and each ecosystem has its
// own answer: 1.0.0-1 is later than 1.0.0 to Maven and earlier to npm. Each scheme is one file
// here, which begins by explaining it.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "subjects/package.h"

namespace plimsoll::advisories {

// How the first version stands to the second. Nothing where one of them is no version of the
// scheme: the manager itself would refuse it, so there is no order to keep to, and whoever asked
// has to say that it cannot tell. A guess would hide a flaw or invent one.
//
// Versions that are equal can be spelt differently: 1.0 and 1.0.0. Among the texts that are
// versions each order is total. Numbers are compared whatever their length. The texts may be
// hostile: the time grows with their length alone.
using Order = std::optional<std::strong_ordering>;

Order compare_versions(PackageKind kind, std::string_view a, std::string_view b);

Order compare_dpkg_versions(std::string_view a, std::string_view b);
Order compare_apk_versions(std::string_view a, std::string_view b);
// Every text is a version: never nothing.
Order compare_rpm_versions(std::string_view a, std::string_view b);
Order compare_npm_versions(std::string_view a, std::string_view b);
Order compare_pypi_versions(std::string_view a, std::string_view b);
Order compare_go_versions(std::string_view a, std::string_view b);
Order compare_cargo_versions(std::string_view a, std::string_view b);
// Every text is a version: never nothing.
Order compare_maven_versions(std::string_view a, std::string_view b);
Order compare_gem_versions(std::string_view a, std::string_view b);
Order compare_composer_versions(std::string_view a, std::string_view b);
Order compare_nuget_versions(std::string_view a, std::string_view b);

}  // namespace plimsoll::advisories
