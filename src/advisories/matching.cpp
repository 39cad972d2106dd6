#include "advisories/matching.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "advisories/cvss.h"
#include "advisories/later_release.h"
#include "advisories/lookups.h"
#include "advisories/range_text.h"
#include "advisories/record_url.h"
#include "advisories/versions/versions.h"
#include "base/text.h"
#include "subjects/package_url.h"

namespace plimsoll::advisories {
namespace {

// What people call what has a flaw: packages of one source are one, and so are copies of one
// package of a language.
using Group = std::tuple<PackageKind, std::string_view, std::string_view>;

Group group_of(const Package& package) {
  if (!is_of_system(package.kind)) return {package.kind, package.name, package.version};
  return {package.kind, package.source_name, package.source_version};
}

// A package, and an entry that says that it is affected.
struct Hit {
  const Lookup* lookup = nullptr;
  std::uint32_t record = 0;
  std::string entry;  // the bytes of the PackageEntry
};

class Matching {
 public:
  Matching(const Database& database, const Image& image) : database_(database), image_(image) {}

  Result<VulnerabilityMatch> run() {
    Lookups lookups = lookups_of(database_, image_);
    lookups_ = std::move(lookups.lookups);
    out_.open = std::move(lookups.open);
    if (Result<void> looked_up = look_up(); !looked_up) return std::unexpected(looked_up.error());
    if (Result<void> read = read_details(); !read) return std::unexpected(read.error());
    out_.vulnerabilities.reserve(hits_.size());
    std::vector<Unmended> unmended;
    for (const auto& [flaw_and_group, hits] : hits_) {
      Vulnerability& found =
          out_.vulnerabilities.emplace_back(vulnerability(flaw_and_group.first, hits));
      const bool matters = found.exploited || found.rating >= Rating::high;
      const bool is_of_distribution = is_of_system(std::get<0>(flaw_and_group.second));
      if (matters && is_of_distribution && found.fixed_version.empty()) {
        unmended.push_back({&found, flaw_and_group.first});
      }
    }
    if (Result<void> looked = look_in_later_releases(database_, unmended); !looked) {
      return std::unexpected(looked.error());
    }
    std::ranges::sort(out_.vulnerabilities, comes_before);
    out_.built = database_.contents().built;
    return std::move(out_);
  }

 private:
  using FlawAndGroup = std::pair<std::uint32_t, Group>;

  static bool comes_before(const Vulnerability& a, const Vulnerability& b) {
    const auto order = [](const Vulnerability& v) {
      return std::make_tuple(
          !v.exploited.has_value(), -static_cast<int>(v.rating),
          v.prediction ? prediction_unit - v.prediction->probability : prediction_unit,
          v.fix_state != FixState::fixed, std::string_view(v.id), std::string_view(v.package),
          std::string_view(v.version));
    };
    return order(a) < order(b);
  }

  Result<void> look_up() {
    TableReader table(database_, TableName::packages);
    for (std::size_t first = 0; first < lookups_.size();) {
      std::size_t end = first + 1;
      while (end < lookups_.size() && lookups_[end].key == lookups_[first].key) ++end;
      const std::span<const Lookup> asked = std::span(lookups_).subspan(first, end - first);
      overruled_.clear();
      found_.clear();
      undecided_.assign(asked.size(), 0);
      const Result<void> found =
          table.find(lookups_[first].key, [&](std::string_view bytes) -> Result<void> {
            const Result<PackageEntry> entry = read_value<PackageEntry>(database_, bytes);
            if (!entry) return std::unexpected(entry.error());
            judge(asked, *entry, bytes);
            return {};
          });
      if (!found) return found;
      keep_found(asked);
      first = end;
    }
    return {};
  }

  // Which of the packages an entry is about, and what it says of them.
  void judge(std::span<const Lookup> asked, const PackageEntry& entry, std::string_view bytes) {
    const EntryVersions versions(entry.entry);
    const bool is_acquittal = entry.entry.state == FixState::not_affected;
    std::string_view judged;  // several packages of one source have one version
    Affected answer = Affected::no;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Package& package = image_.packages[asked[i].package];
      if (!is_of_module(package, entry.entry.module) ||
          !is_of_architecture(package, entry.entry.architectures)) {
        continue;
      }
      if (is_acquittal && entry.entry.ranges.empty()) {
        answer = Affected::yes;
      } else if (judged.data() == nullptr || judged != asked[i].version) {
        answer = is_affected(package.kind, versions.get(), asked[i].version);
        judged = asked[i].version;
      }
      if (answer == Affected::no) continue;
      if (answer == Affected::undecided) {
        if (!is_acquittal) ++undecided_[i];
        continue;
      }
      for (const std::uint32_t flaw : entry.flaws) {
        if (is_acquittal) {
          overruled_.insert({i, flaw});
        } else {
          found_.push_back({i, flaw, {&asked[i], entry.record, std::string(bytes)}});
        }
      }
    }
  }

  void keep_found(std::span<const Lookup> asked) {
    for (Found& found : found_) {
      if (overruled_.contains({found.lookup, found.flaw})) continue;
      const Package& package = image_.packages[asked[found.lookup].package];
      hits_[{found.flaw, group_of(package)}].push_back(std::move(found.hit));
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (undecided_[i] == 0) continue;
      out_.open.push_back(concat(
          asked[i].name, " ", asked[i].version, ": the version cannot be compared with those of ",
          counted(undecided_[i], "record", "records"), " of ", asked[i].ecosystem));
    }
  }

  Result<void> read_details() {
    std::set<std::uint32_t> flaw_numbers;
    std::set<std::uint32_t> record_numbers;
    for (const auto& [flaw_and_group, hits] : hits_) {
      flaw_numbers.insert(flaw_and_group.first);
      for (const Hit& hit : hits) record_numbers.insert(hit.record);
    }
    Result<NumberedValues<FlawDetails>> flaws =
        read_numbered<FlawDetails>(database_, TableName::flaws, flaw_numbers);
    if (!flaws) return std::unexpected(flaws.error());
    flaws_ = std::move(*flaws);
    for (const auto& [number, flaw] : flaws_.values) record_numbers.insert(flaw.record);
    Result<NumberedValues<RecordDetails>> records = read_records(database_, record_numbers);
    if (!records) return std::unexpected(records.error());
    records_ = std::move(*records);
    return {};
  }

  Vulnerability vulnerability(std::uint32_t number, const std::vector<Hit>& hits) const {
    const FlawDetails& flaw = flaws_.at(number);
    const Package& first = image_.packages[hits.front().lookup->package];
    Vulnerability out;
    out.id = flaw.id;
    const auto [kind, name, version] = group_of(first);
    out.package = name;
    out.version = version;
    std::set<std::string> names;
    std::set<std::size_t> packages;
    std::set<std::pair<std::uint32_t, std::string>> said;
    std::vector<StoredEntry> entries;
    Rating of_record = Rating::unknown;
    std::string_view cvss_of_record;
    for (const Hit& hit : hits) {
      packages.insert(hit.lookup->package);
      // What packages of one source have in common is said once.
      if (!said.insert({hit.record, hit.entry}).second) continue;
      // Its bytes have been read before.
      const PackageEntry entry = *read_value<PackageEntry>(database_, hit.entry);
      const RecordDetails& record = records_.at(hit.record);
      names.insert(std::string(record.id));
      names.insert(record.aliases.begin(), record.aliases.end());
      out.rating = std::max(out.rating, entry.entry.rating);
      of_record = std::max(of_record, record.rating);
      if (cvss_of_record.empty()) cvss_of_record = record.cvss;
      out.evidence.push_back({.record = std::string(record.id),
                              .source = database_.contents().sources.at(record.source).name,
                              .ecosystem = hit.lookup->ecosystem,
                              .package = std::string(hit.lookup->name),
                              .version = std::string(hit.lookup->version),
                              .range = range_text(entry.entry),
                              .modified = std::string(record.modified)});
      entries.push_back(entry.entry);
    }
    names.erase(out.id);
    out.aliases.assign(names.begin(), names.end());
    out.packages.assign(packages.begin(), packages.end());
    for (const std::size_t index : out.packages) {
      const Package& package = image_.packages[index];
      out.named.push_back(
          {.name = package.name,
           .purl = to_string(package_url_of(package, image_.os ? &*image_.os : nullptr)),
           .path = package.path,
           .layer = package.layer < image_.layers.size() ? image_.layers[package.layer].diff_id
                                                         : std::string()});
    }
    set_fix(out, kind, entries);
    rate(out, flaw, of_record, cvss_of_record);
    const RecordDetails& best = records_.at(flaw.record);
    out.summary = best.summary;
    out.url = best.url.empty() ? record_url(out.id, out.evidence.front().ecosystem)
                               : std::string(best.url);
    out.exploited = exploited_of(flaw);
    out.prediction = prediction_of(database_, flaw);
    return out;
  }

  // The lowest version behind the installed one that none of the entries is about.
  static void set_fix(Vulnerability& out, PackageKind kind,
                      const std::vector<StoredEntry>& entries) {
    // Packages of one source can have other versions than it; the records name theirs.
    const std::string_view installed = out.evidence.front().version;
    const std::vector<EntryVersions> affected(entries.begin(), entries.end());
    std::string_view best;
    for (const StoredEntry& entry : entries) {
      out.fix_state = std::max(out.fix_state, entry.state);
      for (const std::vector<Event>& range : entry.ranges) {
        for (const Event& event : range) {
          if (event.kind != EventKind::fixed) continue;
          if (compare_versions(kind, event.version, installed) != std::strong_ordering::greater) {
            continue;
          }
          if (!best.empty() &&
              compare_versions(kind, event.version, best) != std::strong_ordering::less) {
            continue;
          }
          const bool is_clean = std::ranges::all_of(affected, [&](const EntryVersions& other) {
            return is_affected(kind, other.get(), event.version) == Affected::no;
          });
          if (is_clean) best = event.version;
        }
      }
    }
    if (best.empty()) return;
    out.fixed_version = best;
    out.fix_state = FixState::fixed;
  }

  // The distribution knows how the flaw matters in what it has built; then what can be computed;
  // then what somebody wrote of the record as a whole, which for a repair of several flaws is the
  // worst of them.
  static void rate(Vulnerability& out, const FlawDetails& flaw, Rating of_record,
                   std::string_view cvss_of_record) {
    const std::string_view ecosystem = out.evidence.front().ecosystem;
    const std::string family(ecosystem.substr(0, ecosystem.find(':')));
    const std::string_view vector = flaw.cvss.empty() ? cvss_of_record : flaw.cvss;
    const std::optional<CvssScore> score = score_of(vector);
    if (score) {
      out.cvss = vector;
      out.score_tenths = score->tenths;
    }
    if (out.rating != Rating::unknown) {
      out.rated_by = family;
    } else if (score) {
      out.rating = score->rating;
      out.rated_by = score->version;
    } else if (of_record != Rating::unknown) {
      out.rating = of_record;
      out.rated_by = out.evidence.front().record.starts_with("GHSA-") ? "GitHub" : family;
    }
  }

  struct Found {
    std::size_t lookup = 0;  // among those that ask for one key
    std::uint32_t flaw = 0;
    Hit hit;
  };

  const Database& database_;
  const Image& image_;
  std::vector<Lookup> lookups_;
  // Of the key that is being looked up.
  std::set<std::pair<std::size_t, std::uint32_t>> overruled_;
  std::vector<Found> found_;
  std::vector<std::size_t> undecided_;
  std::map<FlawAndGroup, std::vector<Hit>> hits_;
  NumberedValues<FlawDetails> flaws_;
  NumberedValues<RecordDetails> records_;
  VulnerabilityMatch out_;
};

}  // namespace

Result<VulnerabilityMatch> match(const Database& database, const Image& image) {
  return Matching(database, image).run();
}

void leave_out_without_fix(VulnerabilityMatch& match) {
  match.without_fix_left_out += std::erase_if(
      match.vulnerabilities, [](const Vulnerability& v) { return v.fixed_version.empty(); });
}

}  // namespace plimsoll::advisories
