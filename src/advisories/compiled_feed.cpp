#include "advisories/compiled_feed.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisories/stored_codec.h"

namespace plimsoll::advisories {
namespace {

// More than any feed has of all lists together; it bounds what a few bytes can ask for.
constexpr std::uint64_t max_items = 100'000'000;
constexpr std::uint64_t max_items_of_record = 10'000'000;

std::uint32_t stored_share(double share) {
  return static_cast<std::uint32_t>(std::lround(std::clamp(share, 0.0, 1.0) * prediction_unit));
}

template <class T>
std::vector<T> list_of(std::span<const T> items) {
  return {items.begin(), items.end()};
}

}  // namespace

template <class Archive>
void members(Archive& archive, Is<FeedCounts> auto& counts) {
  archive(counts.json_bytes, counts.records, counts.left_out, counts.refused, counts.listed,
          counts.listed_kept);
}

template <class Archive>
void members(Archive& archive, Is<RefusedRecord> auto& refused) {
  archive(refused.id, refused.place, refused.why);
}

template <class Archive>
void members(Archive& archive, Is<StoredExploited> auto& entry) {
  archive(entry.cve, entry.added, entry.due, entry.by_ransomware);
}

template <class Archive>
void members(Archive& archive, Is<StoredPrediction> auto& entry) {
  archive(entry.cve, entry.probability, entry.percentile);
}

struct CompiledFeedMembers {
  template <class Archive>
  static void of(Archive& archive, Is<CompiledFeed> auto& feed) {
    archive(feed.counts_, feed.refused_, feed.exploited_, feed.predictions_, feed.predictions_date_,
            feed.records_);
  }
};

void CompiledFeed::add(const Advisory& advisory) {
  StoredRecord record{.head = {.key = advisory.key,
                               .id = advisory.id,
                               .aliases = list_of(advisory.aliases),
                               .flaws = list_of(advisory.flaws),
                               .summary = advisory.summary,
                               .url = advisory.url,
                               .published = advisory.published,
                               .modified = advisory.modified,
                               .is_withdrawn = advisory.is_withdrawn,
                               .rating = advisory.rating,
                               .cvss = list_of(advisory.cvss)},
                      .entries = {}};
  // What was withdrawn is known by its key alone.
  for (const AffectedPackage& affected : advisory.affected) {
    if (advisory.is_withdrawn) break;
    StoredEntry& entry = record.entries.emplace_back();
    entry.kind = affected.kind;
    entry.ecosystem = affected.ecosystem;
    entry.name = affected.name;
    entry.is_source = affected.is_source;
    entry.module = affected.module;
    entry.architectures = affected.architectures;
    entry.state = affected.state;
    entry.rating = affected.rating;
    for (const Events range : affected.versions.ranges) entry.ranges.push_back(list_of(range));
    const AffectedVersions by_ranges{affected.versions.ranges, {}};
    for (const std::string_view version : affected.versions.versions) {
      if (is_affected(affected.kind, by_ranges, version) != Affected::yes) {
        entry.versions.push_back(version);
      }
    }
    counts_.listed += affected.versions.versions.size();
    counts_.listed_kept += entry.versions.size();
  }
  ++counts_.records;
  Writer writer;
  writer(record);
  Writer framed;
  framed(writer.take());
  records_ += framed.take();
}

void CompiledFeed::add(const ExploitedEntry& entry) {
  exploited_.push_back({std::string(entry.cve), std::string(entry.added), std::string(entry.due),
                        entry.by_ransomware});
}

void CompiledFeed::add(const PredictionEntry& entry) {
  predictions_.push_back(
      {std::string(entry.cve), stored_share(entry.probability), stored_share(entry.percentile)});
}

void CompiledFeed::refuse(std::string_view id, std::string_view place, std::string_view why) {
  ++counts_.refused;
  if (refused_.size() < max_refused_shown) {
    refused_.push_back({std::string(id), std::string(place), std::string(why)});
  }
}

std::optional<StoredRecord> read_record(std::string_view bytes) {
  Reader reader(bytes, max_items_of_record);
  StoredRecord record;
  reader(record);
  if (!reader.is_whole()) return std::nullopt;
  return record;
}

std::optional<StoredBeginning> read_beginning(std::string_view bytes) {
  Reader reader(bytes, max_items_of_record);
  StoredBeginning out;
  std::uint64_t entries = 0;
  reader(out.head, entries);
  if (entries > 0) reader(out.first.emplace());
  if (reader.has_failed()) return std::nullopt;
  return out;
}

bool CompiledFeed::for_each_record(const Visit& visit) const {
  Reader reader(records_, max_items);
  while (!reader.at_end()) {
    std::string_view bytes;
    reader(bytes);
    if (!reader.has_failed()) visit(bytes);
  }
  return !reader.has_failed();
}

std::string CompiledFeed::encode() const {
  Writer writer;
  CompiledFeedMembers::of(writer, *this);
  return writer.take();
}

std::optional<CompiledFeed> CompiledFeed::decode(std::string_view bytes) {
  Reader reader(bytes, max_items);
  CompiledFeed feed;
  CompiledFeedMembers::of(reader, feed);
  bool are_records = reader.is_whole();
  are_records = are_records && feed.for_each_record([&](std::string_view record) {
    are_records = are_records && read_record(record).has_value();
  }) && are_records;
  if (!are_records) return std::nullopt;
  return feed;
}

}  // namespace plimsoll::advisories
