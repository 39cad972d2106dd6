#include "advisories/matching.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "advisories/cvss.h"
#include "advisories/later_release.h"
#include "advisories/lookups.h"
#include "advisories/range_text.h"
#include "advisories/record_url.h"
#include "advisories/versions/versions.h"
#include "base/arena.h"
#include "base/sort.h"
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

// What the database says of a package.
struct Said {
  std::string_view bytes;
  PackageEntry entry;
};

// A package, and an entry that says that it has the flaw.
struct Hit {
  std::uint32_t flaw = 0;
  Group group;
  const Lookup* lookup = nullptr;
  const Said* said = nullptr;
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
    // What one package has of one flaw stands together, as it was found.
    std::ranges::stable_sort(hits_, [](const Hit& a, const Hit& b) {
      return std::tie(a.flaw, a.group) < std::tie(b.flaw, b.group);
    });
    for (auto first = hits_.begin(); first != hits_.end();) {
      const auto end = std::find_if(first, hits_.end(), [&](const Hit& hit) {
        return hit.flaw != first->flaw || hit.group != first->group;
      });
      Vulnerability& found = out_.vulnerabilities.emplace_back(vulnerability({first, end}));
      const bool matters = found.exploited || found.rating >= Rating::high;
      const bool is_of_distribution = is_of_system(std::get<0>(first->group));
      if (matters && is_of_distribution && found.fixed_version.empty()) {
        unmended.push_back({&found, first->flaw});
      }
      first = end;
    }
    if (Result<void> looked = look_in_later_releases(database_, unmended); !looked) {
      return std::unexpected(looked.error());
    }
    sort_large(out_.vulnerabilities, comes_before);
    out_.built = database_.contents().built;
    return std::move(out_);
  }

 private:
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
            if (Result<void> read = read_value(database_, bytes, entry_); !read) return read;
            judge(asked, entry_);
            if (!affected_.empty()) keep_said(bytes);
            return {};
          });
      if (!found) return found;
      keep_found(asked);
      first = end;
    }
    return {};
  }

  // Which of the packages have what an entry is about.
  void judge(std::span<const Lookup> asked, const PackageEntry& entry) {
    versions_.set(entry.entry);
    affected_.clear();
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
        answer = is_affected(package.kind, versions_.get(), asked[i].version);
        judged = asked[i].version;
      }
      if (answer == Affected::no) continue;
      if (answer == Affected::undecided) {
        if (!is_acquittal) ++undecided_[i];
        continue;
      }
      if (is_acquittal) {
        for (const std::uint32_t flaw : entry.flaws) overruled_.insert({i, flaw});
      } else {
        affected_.push_back(i);
      }
    }
  }

  // The bytes are of an entry that has been read: what is kept of it views a copy of them.
  void keep_said(std::string_view bytes) {
    bytes = bytes_.copy(bytes);
    const Said& said = said_.emplace_back(bytes, *read_value<PackageEntry>(database_, bytes));
    for (const std::size_t i : affected_) {
      for (const std::uint32_t flaw : said.entry.flaws) found_.push_back({i, flaw, &said});
    }
  }

  void keep_found(std::span<const Lookup> asked) {
    for (const Found& found : found_) {
      if (overruled_.contains({found.lookup, found.flaw})) continue;
      const Lookup& lookup = asked[found.lookup];
      hits_.push_back({found.flaw, group_of(image_.packages[lookup.package]), &lookup, found.said});
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (undecided_[i] == 0) continue;
      out_.open.push_back(concat(
          asked[i].name, " ", asked[i].version, ": the version cannot be compared with those of ",
          counted(undecided_[i], "record", "records"), " of ", asked[i].ecosystem));
    }
  }

  Result<void> read_details() {
    std::vector<std::uint32_t> flaw_numbers;
    std::vector<std::uint32_t> record_numbers;
    for (const Hit& hit : hits_) {
      flaw_numbers.push_back(hit.flaw);
      record_numbers.push_back(hit.said->entry.record);
    }
    Result<NumberedValues<FlawDetails>> flaws =
        NumberedValues<FlawDetails>::read(database_, TableName::flaws, std::move(flaw_numbers));
    if (!flaws) return std::unexpected(flaws.error());
    flaws_ = std::move(*flaws);
    for (const FlawDetails& flaw : flaws_->values()) record_numbers.push_back(flaw.record);
    Result<NumberedValues<RecordDetails>> records =
        read_records(database_, std::move(record_numbers));
    if (!records) return std::unexpected(records.error());
    records_ = std::move(*records);
    return {};
  }

  // Of hits of one flaw and one group.
  Vulnerability vulnerability(std::span<const Hit> hits) {
    const FlawDetails& flaw = flaws_->at(hits.front().flaw);
    Vulnerability out;
    out.id = flaw.id;
    const auto [kind, name, version] = hits.front().group;
    out.package = name;
    out.version = version;
    std::vector<std::string_view> names;
    std::vector<const Said*> said;
    Rating of_record = Rating::unknown;
    std::string_view cvss_of_record;
    for (const Hit& hit : hits) {
      out.packages.push_back(hit.lookup->package);
      // What packages of one source have in common is said once.
      const bool is_repeated = std::ranges::any_of(said, [&](const Said* other) {
        return other == hit.said || other->bytes == hit.said->bytes;
      });
      if (is_repeated) continue;
      said.push_back(hit.said);
      const PackageEntry& entry = hit.said->entry;
      const RecordDetails& record = records_->at(entry.record);
      names.push_back(record.id);
      names.insert(names.end(), record.aliases.begin(), record.aliases.end());
      out.rating = std::max(out.rating, entry.entry.rating);
      of_record = std::max(of_record, record.rating);
      if (cvss_of_record.empty()) cvss_of_record = record.cvss;
      out.evidence.push_back({.record = std::string(record.id),
                              .source = database_.contents().sources.at(record.source).name,
                              .ecosystem = std::string(hit.lookup->ecosystem),
                              .package = std::string(hit.lookup->name),
                              .version = std::string(hit.lookup->version),
                              .range = range_text(entry.entry),
                              .modified = std::string(record.modified)});
    }
    sort_unique(names);
    std::erase(names, out.id);
    out.aliases.assign(names.begin(), names.end());
    sort_unique(out.packages);
    for (const std::size_t index : out.packages) out.named.push_back(named(index));
    set_fix(out, kind, said);
    rate(out, flaw, of_record, cvss_of_record);
    const RecordDetails& best = records_->at(flaw.record);
    out.summary = best.summary;
    out.url = best.url.empty() ? record_url(out.id, out.evidence.front().ecosystem)
                               : std::string(best.url);
    out.exploited = exploited_of(flaw);
    out.prediction = prediction_of(database_, flaw);
    return out;
  }

  const VulnerablePackage& named(std::size_t index) {
    const auto [named, is_new] = named_.try_emplace(index);
    if (is_new) {
      const Package& package = image_.packages[index];
      named->second = {
          .name = package.name,
          .purl = to_string(package_url_of(package, image_.os ? &*image_.os : nullptr)),
          .path = package.path,
          .layer = package.layer < image_.layers.size() ? image_.layers[package.layer].diff_id
                                                        : std::string()};
    }
    return named->second;
  }

  // The lowest version behind the installed one that none of the entries is about.
  static void set_fix(Vulnerability& out, PackageKind kind, const std::vector<const Said*>& said) {
    // Packages of one source can have other versions than it; the records name theirs.
    const std::string_view installed = out.evidence.front().version;
    std::vector<EntryVersions> affected;
    for (const Said* const one : said) affected.emplace_back(one->entry.entry);
    std::string_view best;
    for (const Said* const one : said) {
      const StoredEntry& entry = one->entry.entry;
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
    const Said* said = nullptr;
  };

  const Database& database_;
  const Image& image_;
  std::vector<Lookup> lookups_;
  // Of the key that is being looked up.
  std::set<std::pair<std::size_t, std::uint32_t>> overruled_;
  std::vector<Found> found_;
  std::vector<std::size_t> undecided_;
  // Of the entry that is being judged: what it says, and of which packages.
  PackageEntry entry_;
  EntryVersions versions_;
  std::vector<std::size_t> affected_;
  Arena bytes_;            // of said_
  std::deque<Said> said_;  // by the hits
  std::vector<Hit> hits_;
  std::optional<NumberedValues<FlawDetails>> flaws_;
  std::optional<NumberedValues<RecordDetails>> records_;
  std::unordered_map<std::size_t, VulnerablePackage> named_;  // by their index
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
