// Which releases of the Docker engine, containerd and runc nobody should run any more: lines that
// get no more fixes, and flaws that let whoever has little have all. A small table for where there
// is no database of advisories: it names what no host should have, not all that is known.
//
// It judges the makers' own version numbers. A distribution mends its packages without changing
// them ("20.10.24+dfsg1"), so only a build by Docker itself may be asked about.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::rules {

struct KnownFlaw {
  std::string_view name;   // "CVE-2024-21626"
  std::string_view means;  // "an image can start in a directory of the host"
  std::string_view fixed;  // the versions that mend it, one a release line: "25.0.17, 29.5.1"
  // It matters only where an authorization plugin decides.
  bool of_authorization_plugins = false;
};

// Whether a version is the maker's own number and nothing else: "29.3.1", "v1.7.27".
bool is_plain_version(std::string_view version);

// The day of the last fixes for a version's release line, when that is before `today` (ISO).
// Nothing for an empty `today` and for lines that are not in the table. "" for lines from before
// there were such days.
std::optional<std::string_view> engine_end_of_life(std::string_view version,
                                                   std::string_view today);

// Flaws of a version that is_plain_version, the gravest first.
std::vector<const KnownFlaw*> engine_flaws(std::string_view version);
std::vector<const KnownFlaw*> runc_flaws(std::string_view version);
std::vector<const KnownFlaw*> containerd_flaws(std::string_view version);

// Whether a flaw of the engine matters only where an authorization plugin decides, which no
// database says.
bool is_of_authorization_plugins(std::string_view flaw);

}  // namespace plimsoll::rules
