// Which versions of a package a flaw is in, as the Open Source Vulnerability format says it, and
// whether one version is among them.
//
// A range is a list of events on the line of all versions: the flaw is introduced at one, fixed at
// another, perhaps introduced anew. A version has the flaw when the last event that it has passed,
// in the order of the ecosystem, is an introduction. An introduction and a fix are passed by the
// version that they name, `last_affected` only by later ones. Where a range has limits, what is not
// before one of them is not affected by it. Versions can be listed as well, and are affected
// whatever the ranges say.
//
// Source: ossf.github.io/osv-schema, "affected[].ranges[].events fields" and "Evaluation". It
// leaves open which of two events at one version counts; here it is the one that the record has
// later. A listed version is met by every spelling that the ecosystem holds to be the same version.
// Not of OSV is `introduced_after`, passed only by later versions: GitHub writes "> 1.2.0".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "subjects/package.h"

namespace plimsoll::advisories {

enum class EventKind : std::uint8_t { introduced, fixed, last_affected, limit, introduced_after };
inline constexpr std::size_t event_kinds = 5;

struct Event {
  EventKind kind = EventKind::introduced;
  // "0" is before every version, "*" of a limit after every one.
  std::string_view version;
};

// In any order; the views are the caller's.
using Events = std::span<const Event>;

struct AffectedVersions {
  std::span<const Events> ranges;
  std::span<const std::string_view> versions;
};

// `undecided`: something that the answer hangs on is no version (versions.h). That is no "no".
enum class Affected : std::uint8_t { no, yes, undecided };

Affected is_affected(PackageKind kind, Events range, std::string_view version);
// By any of the ranges or by the list.
Affected is_affected(PackageKind kind, const AffectedVersions& affected, std::string_view version);

}  // namespace plimsoll::advisories
