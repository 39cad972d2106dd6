#include "advisories/matching.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "advisories/cvss.h"
#include "advisories/ecosystems.h"
#include "advisories/range_text.h"
#include "advisories/record_url.h"
#include "advisories/versions/versions.h"
#include "base/text.h"
#include "subjects/package_url.h"

namespace plimsoll::advisories {
namespace {

// One name of one package, to be looked up.
struct Query {
  std::string key;
  std::string ecosystem;
  std::string_view name;     // as it is looked up
  std::string_view version;  // that is compared
  std::size_t package = 0;
};

// What people call what has a flaw: packages of one source are one, and so are copies of one
// package of a language.
using Group = std::tuple<PackageKind, std::string_view, std::string_view>;

Group group_of(const Package& package) {
  if (!is_of_system(package.kind)) return {package.kind, package.name, package.version};
  return {package.kind, package.source_name, package.source_version};
}

// A package, and an entry that says that it is affected.
struct Hit {
  const Query* query = nullptr;
  std::uint32_t record = 0;
  std::string entry;  // the bytes of the PackageEntry
};

class Matching {
 public:
  Matching(const Database& database, const Image& image) : database_(database), image_(image) {}

  Result<VulnerabilityMatch> run() {
    gather_queries();
    if (Result<void> looked_up = look_up(); !looked_up) return std::unexpected(looked_up.error());
    if (Result<void> read = read_details(); !read) return std::unexpected(read.error());
    for (const auto& [flaw_and_group, hits] : hits_) {
      out_.vulnerabilities.push_back(vulnerability(flaw_and_group.first, hits));
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

  void gather_queries() {
    std::optional<Ecosystem> system;
    if (image_.os) system = ecosystem_of(*image_.os);
    const bool knows_system = system && database_.knows(system->name);
    std::map<std::string, std::size_t> not_known;
    for (std::size_t i = 0; i < image_.packages.size(); ++i) {
      const Package& package = image_.packages[i];
      if (!is_of_system(package.kind)) {
        if (knows_system && !package.owner.empty()) continue;
        add_query(std::string(ecosystem_of_language(package.kind)), false, i);
        if (!database_.knows(ecosystem_of_language(package.kind))) {
          ++not_known[std::string(ecosystem_of_language(package.kind))];
        }
        continue;
      }
      if (is_beside_kernel(package)) continue;
      if (!knows_system || system->kind != package.kind) {
        ++not_known[name_of_system(system, package.kind)];
        continue;
      }
      // Records of the same distribution can name both: some say themselves which they mean.
      add_query(system->name, true, i);
      if (package.kind == PackageKind::rpm || package.kind == PackageKind::apk) {
        add_query(system->name, false, i);
      }
    }
    for (const auto& [name, packages] : not_known) {
      out_.open.push_back(concat("the database knows nothing of ", name, ": ",
                                 counted(packages, "package is", "packages are"), " not judged"));
    }
    std::ranges::stable_sort(queries_, {}, &Query::key);
  }

  std::string name_of_system(const std::optional<Ecosystem>& system, PackageKind kind) const {
    if (system && system->kind == kind) return system->name;
    if (!image_.os) return concat(name_of(kind), " packages without a distribution (os-release)");
    if (system) return concat(name_of(kind), " packages on ", system->name);
    return image_.os->pretty_name.empty() ? concat(image_.os->id, " ", image_.os->version_id)
                                          : image_.os->pretty_name;
  }

  void add_query(std::string ecosystem, bool is_source, std::size_t index) {
    const Package& package = image_.packages[index];
    const std::string_view name = is_source ? package.source_name : package.name;
    Query query;
    query.key = package_key(ecosystem, normal_name(package.kind, name), is_source);
    query.ecosystem = std::move(ecosystem);
    query.name = name;
    query.version = is_source ? package.source_version : package.version;
    query.package = index;
    queries_.push_back(std::move(query));
  }

  Result<void> look_up() {
    TableReader table(database_, TableName::packages);
    for (std::size_t first = 0; first < queries_.size();) {
      std::size_t end = first + 1;
      while (end < queries_.size() && queries_[end].key == queries_[first].key) ++end;
      const std::span<const Query> asked = std::span(queries_).subspan(first, end - first);
      overruled_.clear();
      found_.clear();
      undecided_.assign(asked.size(), 0);
      const Result<void> found =
          table.find(queries_[first].key, [&](std::string_view bytes) -> Result<void> {
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
  void judge(std::span<const Query> asked, const PackageEntry& entry, std::string_view bytes) {
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

  void keep_found(std::span<const Query> asked) {
    for (Found& found : found_) {
      if (overruled_.contains({found.query, found.flaw})) continue;
      const Package& package = image_.packages[asked[found.query].package];
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
    std::set<std::uint32_t> numbers;
    TableReader flaws(database_, TableName::flaws);
    std::set<std::uint32_t> flaw_numbers;
    for (const auto& [flaw_and_group, hits] : hits_) flaw_numbers.insert(flaw_and_group.first);
    for (const std::uint32_t number : flaw_numbers) {
      const Result<void> found =
          flaws.find(number_key(number), [&](std::string_view bytes) -> Result<void> {
            std::string& kept = flaw_bytes_[number];
            kept = bytes;
            const Result<FlawDetails> details = read_value<FlawDetails>(database_, kept);
            if (!details) return std::unexpected(details.error());
            flaws_[number] = *details;
            numbers.insert(details->record);
            return {};
          });
      if (!found) return found;
    }
    for (const auto& [flaw_and_group, hits] : hits_) {
      for (const Hit& hit : hits) numbers.insert(hit.record);
    }
    TableReader records(database_, TableName::records);
    for (const std::uint32_t number : numbers) {
      const Result<void> found =
          records.find(number_key(number), [&](std::string_view bytes) -> Result<void> {
            std::string& kept = record_bytes_[number];
            kept = bytes;
            const Result<RecordDetails> details = read_value<RecordDetails>(database_, kept);
            if (!details) return std::unexpected(details.error());
            records_[number] = *details;
            return {};
          });
      if (!found) return found;
    }
    return {};
  }

  Vulnerability vulnerability(std::uint32_t number, const std::vector<Hit>& hits) const {
    const FlawDetails& flaw = flaws_.at(number);
    const Package& first = image_.packages[hits.front().query->package];
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
      packages.insert(hit.query->package);
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
                              .ecosystem = hit.query->ecosystem,
                              .package = std::string(hit.query->name),
                              .version = std::string(hit.query->version),
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
    if (flaw.is_exploited) {
      out.exploited = KnownExploited{std::string(flaw.exploited_since),
                                     std::string(flaw.exploited_due), flaw.by_ransomware};
    }
    if (flaw.probability > 0) {
      out.prediction = ExploitPrediction{flaw.probability, flaw.percentile,
                                         database_.contents().predictions_date};
    }
    return out;
  }

  // The lowest version behind the installed one that none of the entries is about.
  static void set_fix(Vulnerability& out, PackageKind kind,
                      const std::vector<StoredEntry>& entries) {
    // Packages of one source can have other versions than it; the records name theirs.
    const std::string_view installed = out.evidence.front().version;
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
          const bool is_clean = std::ranges::all_of(entries, [&](const StoredEntry& other) {
            return is_affected(kind, EntryVersions(other).get(), event.version) == Affected::no;
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
    std::size_t query = 0;  // among those that ask for one key
    std::uint32_t flaw = 0;
    Hit hit;
  };

  const Database& database_;
  const Image& image_;
  std::vector<Query> queries_;
  // Of the key that is being looked up.
  std::set<std::pair<std::size_t, std::uint32_t>> overruled_;
  std::vector<Found> found_;
  std::vector<std::size_t> undecided_;
  std::map<FlawAndGroup, std::vector<Hit>> hits_;
  // What the details view.
  std::map<std::uint32_t, std::string> flaw_bytes_;
  std::map<std::uint32_t, std::string> record_bytes_;
  std::map<std::uint32_t, FlawDetails> flaws_;
  std::map<std::uint32_t, RecordDetails> records_;
  VulnerabilityMatch out_;
};

}  // namespace

bool is_of_module(const Package& package, std::string_view module) {
  // Builds of modules say so in their release, also where an inventory knows no label.
  const bool is_modular = !package.module.empty() || package.version.contains(".module");
  if (module.empty()) return !is_modular;
  if (!is_modular) return false;
  if (module == any_module || package.module.empty()) return true;
  const std::string_view label = package.module;
  return label.starts_with(module) &&
         (label.size() == module.size() || label[module.size()] == ':');
}

bool is_of_architecture(const Package& package, std::string_view architectures) {
  if (architectures.empty() || package.architecture.empty()) return true;
  for (const std::string_view architecture : split(architectures, ' ')) {
    if (architecture == package.architecture || architecture == "noarch") return true;
  }
  return false;
}

bool is_beside_kernel(const Package& package) {
  const std::string_view name = package.name;
  const std::string_view source = package.source_name;
  switch (package.kind) {
    case PackageKind::deb: {
      const bool is_of_kernel = source == "linux" || source.starts_with("linux-signed") ||
                                (source.starts_with("linux-") && is_digit(source.at(6)));
      return is_of_kernel && !name.starts_with("linux-image") && !name.starts_with("linux-modules");
    }
    case PackageKind::apk: return name == "linux-headers";
    case PackageKind::rpm: {
      if (source != "kernel" && !source.starts_with("kernel-")) return name == "linux-glibc-devel";
      constexpr std::array<std::string_view, 6> beside{"headers", "devel", "tools",
                                                       "doc",     "abi",   "macros"};
      return !name.starts_with("kernel") || std::ranges::any_of(beside, [&](std::string_view part) {
        return name.contains(part);
      });
    }
    default: return false;
  }
}

Result<VulnerabilityMatch> match(const Database& database, const Image& image) {
  return Matching(database, image).run();
}

}  // namespace plimsoll::advisories
