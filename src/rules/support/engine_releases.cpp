#include "rules/support/engine_releases.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

using Version = std::array<std::int64_t, 3>;

std::optional<Version> parse(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version{};
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() < 2 || parts.size() > version.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<long long> number =
        all_digits(parts[i]) ? parse_number(parts[i]) : std::nullopt;
    if (!number) return std::nullopt;
    version[i] = *number;
  }
  return version;
}

struct Line {
  std::int64_t major;
  std::int64_t minor;  // -1: the major version is the line
  std::string_view last_fixes;
};

// moby project/BRANCHES-AND-TAGS.md (b985e2313a86) has which lines are maintained; the days are
// those of endoflife.date, products/docker-engine.md (a70eca3). Line 29 has no day yet.
constexpr auto engine_lines = std::to_array<Line>({
    {28, -1, "2026-05-13"},
    {27, -1, "2025-05-03"},
    {26, 1, "2025-02-17"},
    {26, 0, "2024-06-08"},
    {25, 0, "2026-12-04"},  // by Amazon and Mirantis
    {24, 0, "2024-06-08"},
    {23, 0, "2025-05-19"},
    {20, 10, "2023-12-10"},
    {19, 3, "2021-01-08"},
    {18, 9, "2019-08-22"},
});

// github.com/moby/moby/security/advisories: GHSA-x86f-5xw2-fm2r, GHSA-x744-4wpc-v9h2,
// GHSA-v23v-6jw2-98fq. Line 25.0 took the first two with the merges f930df54d2 and 553e821461.
constexpr auto flaws_of_engine = std::to_array<KnownFlaw>({
    {"CVE-2026-41567", "an image runs programs as root on the host when an archive is copied in",
     "25.0.17, 29.5.1"},
    {"CVE-2026-34040", "a large request passes the authorization plugin unseen", "25.0.16, 29.3.1",
     true},
    {"CVE-2024-41110", "a request without length passes the authorization plugin unseen",
     "23.0.15, 25.0.6, 26.1.5, 27.1.1", true},
});

// github.com/opencontainers/runc/security/advisories: GHSA-xr7r-f8xq-vfvv, GHSA-9493-h29p-rfm2
// (with GHSA-qw9x-cqr3-wc7r and GHSA-cgrx-mc8f-2prm, mended in the same releases).
constexpr auto flaws_of_runc = std::to_array<KnownFlaw>({
    {"CVE-2024-21626", "an image can start in a directory of the host", "1.1.12"},
    {"CVE-2025-31133", "a container that is started beside another can write to the host's /proc",
     "1.2.8, 1.3.3, 1.4.0"},
});

// github.com/containerd/containerd/security/advisories: GHSA-36xw-fx78-c5r4, GHSA-c2h3-6mxw-7mvq.
// What only its CRI plugin has is left out: the engine does not use that.
constexpr auto flaws_of_containerd = std::to_array<KnownFlaw>({
    {"CVE-2020-15257", "root in a container on the host's network becomes root on the host",
     "1.3.9, 1.4.3"},
    {"CVE-2021-41103", "users of the host can run and change files of containers", "1.4.11, 1.5.7"},
});

// Lines that are newer than all fixes were made with them; an older one without its own has none.
bool is_mended(const Version& version, std::string_view fixed) {
  Version newest{};
  for (const std::string_view one : split(fixed, ',')) {
    const Version fix = parse(trim(one)).value_or(Version{});
    const bool same_line = version[0] == fix[0] && version[1] == fix[1];
    if (same_line && version >= fix) return true;
    newest = std::max(newest, fix);
  }
  return version >= newest;
}

std::vector<const KnownFlaw*> flaws_of(std::string_view text, std::span<const KnownFlaw> table) {
  std::vector<const KnownFlaw*> found;
  const std::optional<Version> version = parse(text);
  if (!version) return found;
  for (const KnownFlaw& flaw : table) {
    if (!is_mended(*version, flaw.fixed)) found.push_back(&flaw);
  }
  return found;
}

}  // namespace

bool is_plain_version(std::string_view version) {
  return parse(version).has_value();
}

std::optional<std::string_view> engine_end_of_life(std::string_view version,
                                                   std::string_view today) {
  const std::optional<Version> known = parse(version);
  if (!known || today.empty()) return std::nullopt;
  for (const Line& line : engine_lines) {
    if ((*known)[0] != line.major || (line.minor >= 0 && (*known)[1] != line.minor)) continue;
    return line.last_fixes < today ? std::optional(line.last_fixes) : std::nullopt;
  }
  const Line& oldest = engine_lines.back();
  const bool is_older = *known < Version{oldest.major, oldest.minor, 0};
  return is_older ? std::optional<std::string_view>("") : std::nullopt;
}

std::vector<const KnownFlaw*> engine_flaws(std::string_view version) {
  return flaws_of(version, flaws_of_engine);
}

bool is_of_authorization_plugins(std::string_view flaw) {
  const auto found = std::ranges::find(flaws_of_engine, flaw, &KnownFlaw::name);
  return found != flaws_of_engine.end() && found->of_authorization_plugins;
}

std::vector<const KnownFlaw*> runc_flaws(std::string_view version) {
  return flaws_of(version, flaws_of_runc);
}

std::vector<const KnownFlaw*> containerd_flaws(std::string_view version) {
  return flaws_of(version, flaws_of_containerd);
}

}  // namespace plimsoll::rules
