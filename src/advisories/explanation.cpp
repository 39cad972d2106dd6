#include "advisories/explanation.h"

#include <algorithm>
#include <map>
#include <set>

#include "advisories/lookups.h"
#include "advisories/range_text.h"
#include "advisories/record_url.h"
#include "advisories/versions/versions.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

std::string comparison_text(PackageKind kind, std::string_view version, const Event& event) {
  const Order order = compare_versions(kind, version, event.version);
  if (!order) return concat(version, " cannot be compared with ", event.version);
  return concat(version,
                *order < 0   ? " is before "
                : *order > 0 ? " is after "
                             : " is the same as ",
                event.version);
}

// The version against each that the ranges name.
std::string comparisons_of(PackageKind kind, std::string_view version, const StoredEntry& entry) {
  std::vector<std::string> out;
  for (const std::vector<Event>& range : entry.ranges) {
    for (const Event& event : range) {
      if (event.version == "0" || event.version == "*") continue;
      out.push_back(comparison_text(kind, version, event));
    }
  }
  return join(out, ", ");
}

class Explaining {
 public:
  explicit Explaining(const Database& database) : database_(database) {}

  Result<Explanation> run(const std::string& name, const Image* image) {
    if (Result<void> read = read_name(name); !read) return std::unexpected(read.error());
    if (Result<void> read = read_flaws(); !read) return std::unexpected(read.error());
    if (Result<void> read = read_records(); !read) return std::unexpected(read.error());
    const Result<void> read = image == nullptr ? read_affected() : judge(*image);
    if (!read) return std::unexpected(read.error());
    return std::move(out_);
  }

 private:
  Result<void> read_name(const std::string& name) {
    TableReader names(database_, TableName::names);
    return names.find(name, [&](std::string_view bytes) -> Result<void> {
      const Result<NameEntry> entry = read_value<NameEntry>(database_, bytes);
      if (!entry) return std::unexpected(entry.error());
      flaws_.insert(entry->flaws.begin(), entry->flaws.end());
      records_.insert(entry->records.begin(), entry->records.end());
      return {};
    });
  }

  Result<void> read_flaws() {
    const auto flaws = NumberedValues<FlawDetails>::read(database_, TableName::flaws,
                                                         {flaws_.begin(), flaws_.end()});
    if (!flaws) return std::unexpected(flaws.error());
    std::vector<std::uint32_t> best;
    for (const FlawDetails& flaw : flaws->values()) best.push_back(flaw.record);
    const auto records = advisories::read_records(database_, std::move(best));
    if (!records) return std::unexpected(records.error());
    for (const FlawDetails& flaw : flaws->values()) {
      KnownFlaw& known = out_.flaws.emplace_back();
      known.id = flaw.id;
      known.summary = records->at(flaw.record).summary;
      known.cvss = flaw.cvss;
      known.exploited = exploited_of(flaw);
      known.prediction = prediction_of(database_, flaw);
    }
    return {};
  }

  Result<void> read_records() {
    const auto records = advisories::read_records(database_, {records_.begin(), records_.end()});
    if (!records) return std::unexpected(records.error());
    for (const std::uint32_t number : records->numbers()) {
      const RecordDetails& record = records->at(number);
      index_of_record_[number] = out_.records.size();
      out_.records.push_back(
          {.id = std::string(record.id),
           .aliases = {record.aliases.begin(), record.aliases.end()},
           .summary = std::string(record.summary),
           .feed = database_.contents().sources[record.source].name,
           .published = std::string(record.published),
           .modified = std::string(record.modified),
           .url = record.url.empty() ? record_url(record.id, {}) : std::string(record.url)});
    }
    return {};
  }

  bool is_about(const PackageEntry& entry) const { return records_.contains(entry.record); }

  // Every package has to be looked at: nothing leads from a record to its packages.
  Result<void> read_affected() {
    if (records_.empty()) return {};
    TableReader table(database_, TableName::packages);
    return table.for_each([&](std::string_view key, std::string_view bytes) -> Result<void> {
      const Result<PackageEntry> entry = read_value<PackageEntry>(database_, bytes);
      if (!entry) return std::unexpected(entry.error());
      if (!is_about(*entry)) return {};
      const std::vector<std::string_view> parts = split(key, '\0');
      if (parts.size() < 2) return failure(damaged_database(database_, "a package has no name"));
      out_.affected.push_back({.record = out_.records[index_of_record_.at(entry->record)].id,
                               .ecosystem = std::string(parts.at(0)),
                               .package = std::string(parts.at(1)),
                               .range = range_text(entry->entry),
                               .state = entry->entry.state});
      return {};
    });
  }

  Result<void> judge(const Image& image) {
    const Lookups lookups = lookups_of(database_, image);
    out_.open = lookups.open;
    TableReader table(database_, TableName::packages);
    for (const Lookup& lookup : lookups.lookups) {
      const Result<void> found =
          table.find(lookup.key, [&](std::string_view bytes) -> Result<void> {
            const Result<PackageEntry> entry = read_value<PackageEntry>(database_, bytes);
            if (!entry) return std::unexpected(entry.error());
            if (is_about(*entry)) out_.judgements.push_back(judgement(image, lookup, *entry));
            return {};
          });
      if (!found) return found;
    }
    return {};
  }

  Judgement judgement(const Image& image, const Lookup& lookup, const PackageEntry& entry) const {
    const Package& package = image.packages[lookup.package];
    const KnownRecord& record = out_.records[index_of_record_.at(entry.record)];
    Judgement out{.record = record.id,
                  .feed = record.feed,
                  .modified = record.modified,
                  .ecosystem = std::string(lookup.ecosystem),
                  .name = std::string(lookup.name),
                  .version = std::string(lookup.version),
                  .range = range_text(entry.entry),
                  .comparison = comparisons_of(package.kind, lookup.version, entry.entry),
                  .state = entry.entry.state,
                  .package = lookup.package,
                  .why = {}};
    if (!is_of_module(package, entry.entry.module)) {
      out.why = entry.entry.module.empty() ? std::string("it is about packages of no module")
                                           : concat("it is about the module ", entry.entry.module);
    } else if (!is_of_architecture(package, entry.entry.architectures)) {
      out.why = concat("it is about ", entry.entry.architectures);
    } else if (entry.entry.state == FixState::not_affected && entry.entry.ranges.empty()) {
      out.why = "it says that the package is not affected";
    } else {
      out.answer = is_affected(package.kind, EntryVersions(entry.entry).get(), lookup.version);
    }
    return out;
  }

  const Database& database_;
  std::set<std::uint32_t> flaws_;
  std::set<std::uint32_t> records_;
  std::map<std::uint32_t, std::size_t> index_of_record_;
  Explanation out_;
};

}  // namespace

Result<Explanation> explain(const Database& database, const std::string& name, const Image* image) {
  return Explaining(database).run(name, image);
}

}  // namespace plimsoll::advisories
