// A database is made, compressed, looked up by keys and judged by groups so that it is fast. What
// comes of that must be what comes of asking every entry of every record about every package.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <set>

#include "advisories/lookups.h"
#include "advisories/matching.h"
#include "support/made_database.h"
#include "support/made_versions.h"

namespace plimsoll::advisories {
namespace {

using test::MadeDatabase;
using test::MadeRecord;

struct System {
  std::string_view ecosystem;
  std::string_view other_release;
  std::string_view os;
  std::string_view os_version;
  PackageKind kind;
};
constexpr System systems[] = {
    {"Debian:12", "Debian:13", "debian", "12", PackageKind::deb},
    {"AlmaLinux:9", "AlmaLinux:8", "almalinux", "9.3", PackageKind::rpm},
    {"Alpine:v3.18", "Alpine:v3.19", "alpine", "3.18.2", PackageKind::apk},
    {"npm", "PyPI", "debian", "12", PackageKind::npm},
};

// Everything of few kinds, so that much meets.
class Made {
 public:
  Made(const System& system, std::uint32_t seed)
      : system_(system), random_(seed), versions_(system.kind, seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }
  std::string_view one_of(std::initializer_list<std::string_view> words) {
    return words.begin()[below(words.size())];
  }

  MadeRecord record() {
    // A small pool: of several copies of one record the newest counts.
    MadeRecord out{.id = concat("CVE-2026-", std::to_string(1000 + below(60)))};
    out.modified = one_of({"2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"});
    out.is_withdrawn = below(12) == 0;
    if (below(4) == 0) {
      out.id[0] = 'X';
      out.flaws = {"CVE-2026-1001", "CVE-2026-1002"};
    }
    for (std::size_t i = 0; i <= below(3); ++i) {
      std::string written;
      for (const char sign : {'+', '-', '+', '='}) {
        if (written.empty() || below(2) == 0)
          written += concat(std::string(1, sign), version(), " ");
      }
      if (below(3) == 0) written += concat("| +0 -", version());
      if (below(3) == 0) written += concat(" .", version());
      AffectedPackage& package =
          out.package(below(5) == 0 ? system_.other_release : system_.ecosystem,
                      one_of({"a", "b", "c"}), written);
      if (is_of_system(package.kind) && below(4) == 0) package.is_source = !package.is_source;
      if (package.kind == PackageKind::rpm) {
        package.module = one_of({"", "", "m:1", "m:2", "?"});
        package.architectures = one_of({"", "", "x86_64", "aarch64 x86_64", "noarch"});
      }
      if (below(8) == 0) package.state = FixState::not_affected;
    }
    return out;
  }

  Package package() {
    Package out;
    out.kind = system_.kind;
    out.name = one_of({"a", "b", "c"});
    out.version = version();
    out.source_name = is_of_system(out.kind) ? one_of({"a", "b", "c"}) : out.name;
    out.source_version = is_of_system(out.kind) ? version() : out.version;
    out.architecture = one_of({"", "x86_64", "aarch64"});
    out.module = system_.kind == PackageKind::rpm ? one_of({"", "m:1:20260101:abc", "m:2"}) : "";
    out.owner = is_of_system(out.kind) ? "" : one_of({"", "", "node-made"});
    return out;
  }

 private:
  // A few, so that borders are met.
  std::string version() {
    if (pool_.size() < 12) pool_.push_back(versions_.next());
    std::string text = pool_[below(pool_.size())];
    return text.empty() || text.contains(' ') ? "1" : text;
  }

  const System& system_;
  std::mt19937_64 random_;
  test::MadeVersions versions_;
  std::vector<std::string> pool_;
};

using Findings = std::set<std::pair<std::size_t, std::string>>;

// The flaws of one package, by asking everything about it.
std::set<std::string> naive(const std::deque<MadeRecord>& records, const System& system,
                            const Package& package, bool knows_system) {
  std::map<std::string, const MadeRecord*> newest;
  for (const MadeRecord& record : records) {
    const MadeRecord*& kept = newest[record.id];
    if (kept == nullptr || record.modified > kept->modified) kept = &record;
  }
  std::set<std::string> found;
  std::set<std::tuple<std::string, bool>> acquitted;
  std::set<std::tuple<std::string, bool>> affected;
  for (const auto& [id, record] : newest) {
    if (record->is_withdrawn) continue;
    std::vector<std::string> flaws(record->flaws.begin(), record->flaws.end());
    if (flaws.empty()) flaws.push_back(id);
    for (const AffectedPackage& entry : record->affected) {
      const std::string& name = entry.is_source ? package.source_name : package.name;
      const std::string& version = entry.is_source ? package.source_version : package.version;
      if (entry.ecosystem != system.ecosystem || entry.name != name) continue;
      if (package.kind == PackageKind::deb && !entry.is_source) continue;
      if (!is_of_system(package.kind) && knows_system && !package.owner.empty()) continue;
      if (!is_of_module(package, entry.module)) continue;
      if (!is_of_architecture(package, entry.architectures)) continue;
      if (is_affected(package.kind, entry.versions, version) != Affected::yes) continue;
      const bool is_acquittal = entry.state == FixState::not_affected;
      for (const std::string& flaw : flaws) {
        (is_acquittal ? acquitted : affected).emplace(flaw, entry.is_source);
      }
    }
  }
  for (const auto& one : affected) {
    if (!acquitted.contains(one)) found.insert(std::get<0>(one));
  }
  return found;
}

TEST(MatchingProperty, IsWhatAskingEveryEntryGives) {
  std::size_t findings = 0;
  std::size_t packages = 0;
  for (const System& system : systems) {
    for (std::uint32_t seed = 1; seed <= 25; ++seed) {
      Made made(system, seed);
      MadeDatabase database;
      std::deque<MadeRecord> records;
      for (int i = 0; i < 80; ++i) records.push_back(made.record());
      const bool knows_system = seed % 2 == 0;
      if (!is_of_system(system.kind) && knows_system) {
        records.emplace_back(MadeRecord{.id = "CVE-2026-9999"}).package("Debian:12", "other", "+0");
      }
      for (const MadeRecord& record : records) {
        database.add(record);
        if (made.below(20) == 0) database.next_feed();
      }
      Image image;
      image.os = OsRelease{std::string(system.os), std::string(system.os_version), ""};
      for (int i = 0; i < 40; ++i) image.packages.push_back(made.package());
      const Database opened = database.database();
      const Result<VulnerabilityMatch> match = advisories::match(opened, image);
      ASSERT_TRUE(match) << match.error().message;
      Findings ours;
      for (const Vulnerability& vulnerability : match->vulnerabilities) {
        for (const std::size_t index : vulnerability.packages) {
          ours.emplace(index, vulnerability.id);
        }
      }
      Findings theirs;
      for (std::size_t i = 0; i < image.packages.size(); ++i) {
        for (const std::string& flaw : naive(records, system, image.packages[i], knows_system)) {
          theirs.emplace(i, flaw);
        }
      }
      EXPECT_EQ(ours, theirs) << system.ecosystem << ", seed " << seed;
      findings += theirs.size();
      packages += image.packages.size();
    }
  }
  EXPECT_GT(findings, packages / 2) << "too little was found to tell anything";
}

}  // namespace
}  // namespace plimsoll::advisories
