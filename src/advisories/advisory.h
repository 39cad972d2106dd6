// What a feed says of a flaw, whichever format it says it in: the one form that all feeds are read
// into (feeds/), that the database is made of and that packages are matched with.
//
// Two kinds of records look alike. One is about a flaw: CVE-2023-4911, with its other names
// (aliases). The other is about a repair: DSA-5514-1, ALSA-2023:5453 and their like, which mend one
// package and name the flaws that it had. People ask for flaws, so a repair stands for each of
// those that it names.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "advisories/range.h"
#include "subjects/package.h"
#include "subjects/vulnerability.h"

namespace plimsoll::advisories {

// All views are the giver's; each function that takes an Advisory says how long they must hold.

inline constexpr std::string_view any_module = "?";

// One package of one ecosystem and release, and which of its versions have the flaw.
struct AffectedPackage {
  PackageKind kind = PackageKind::deb;
  // As OSV names it, with the release of a distribution: "Debian:12", "Alpine:v3.18", "npm".
  // ecosystems.h knows them.
  std::string_view ecosystem;
  std::string_view name;  // normal_name() of it
  // Whether it names what packages are built from; otherwise it names the packages themselves.
  bool is_source = false;
  // Of a distribution with modules: the module and stream that the packages are of, "nodejs:18";
  // "" where it is about packages of none, any_module where it does not say which.
  std::string_view module;
  // The architectures that it is about, blanks between; "" for all.
  std::string_view architectures;
  AffectedVersions versions;
  // What is said beside the ranges. not_affected overrules every range for this package, and needs
  // none itself; fixed is never said here, a range's event says it.
  FixState state = FixState::none_known;
  Rating rating = Rating::unknown;  // the distribution's, for this package
};

struct Advisory {
  // Who it is, over all feeds: of two with the same key the one that was modified last counts. For
  // most formats the id; where the same id is about another release in each file, with that.
  std::string_view key;
  std::string_view id;  // "CVE-2023-4911", "GHSA-…", "DSA-5514-1"
  // Other names of the same flaw. More than one CVE among the id and these makes it stand for each.
  std::span<const std::string_view> aliases;
  // Of a repair: the flaws that it mends.
  std::span<const std::string_view> flaws;
  std::string_view summary;    // one line; where the feed has none, the beginning of its text
  std::string_view url;        // where people read on; "" for the usual one of such an id
  std::string_view published;  // RFC 3339, or ""
  std::string_view modified;   // RFC 3339, or ""
  bool is_withdrawn = false;   // it counts for nothing, and takes the place of what it was before
  Rating rating = Rating::unknown;  // of the feed's own word
  // "CVSS:3.1/AV:N/…", "AV:N/AC:L/Au:N/…" (version 2); each checked where it is used.
  std::span<const std::string_view> cvss;
  std::span<const AffectedPackage> affected;
};

// An entry of CISA's catalogue, and of FIRST's estimates.
struct ExploitedEntry {
  std::string_view cve;
  std::string_view added;  // ISO date
  std::string_view due;
  bool by_ransomware = false;
};
struct PredictionEntry {
  std::string_view cve;
  double probability = 0;
  double percentile = 0;  // 0 where it is not said
};

// Bounds on one record, over all formats; one that passes them is refused.
inline constexpr std::size_t max_record_bytes = 16u << 20;  // as the feed writes it
inline constexpr std::size_t max_affected = 20'000;         // packages of it
inline constexpr std::size_t max_events = 10'000;           // of one package
inline constexpr std::size_t max_versions = 100'000;        // listed for one package
inline constexpr std::size_t max_names = 1'000;             // aliases, flaws: each
inline constexpr std::size_t max_version_bytes = 512;       // as ids, names of packages: each
inline constexpr std::size_t max_summary_bytes = 300;       // longer ones are cut

}  // namespace plimsoll::advisories
