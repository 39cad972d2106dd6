// Databases of advisories of a few records, made for a test.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisories/compiled_feed.h"
#include "advisories/database.h"
#include "advisories/database_writer.h"
#include "advisories/ecosystems.h"
#include "base/text.h"
#include "support/program.h"

namespace plimsoll::test {

// A record with what most tests say of one; the rest is set on it.
struct MadeRecord {
  std::string id;
  std::vector<std::string_view> aliases = {};
  std::vector<std::string_view> flaws = {};
  std::string_view summary = "something is wrong";
  std::string_view modified = "2026-01-01T00:00:00Z";
  std::vector<std::string_view> cvss = {};
  Rating rating = Rating::unknown;
  bool is_withdrawn = false;
  std::vector<advisories::AffectedPackage> affected = {};
  // What the packages view.
  std::deque<std::string> texts = {};
  std::deque<std::vector<advisories::Event>> events = {};
  std::deque<std::vector<advisories::Events>> ranges = {};
  std::deque<std::vector<std::string_view>> versions = {};

  // A package and its versions: "+1.0 -2.0 =3.0" for introduced, fixed and last affected, "|"
  // between ranges, ".1.5" for a listed version.
  advisories::AffectedPackage& package(std::string_view ecosystem, std::string_view name,
                                       std::string_view written) {
    const advisories::Ecosystem known = *advisories::ecosystem_of(ecosystem);
    std::vector<advisories::Events>& package_ranges = ranges.emplace_back();
    std::vector<std::string_view>& listed = versions.emplace_back();
    for (const std::string_view range : split(texts.emplace_back(written), '|')) {
      std::vector<advisories::Event>& range_events = events.emplace_back();
      for (const std::string_view word : split(range, ' ')) {
        if (word.empty()) continue;
        if (word.front() == '.') {
          listed.push_back(word.substr(1));
          continue;
        }
        const advisories::EventKind kind = word.front() == '+' ? advisories::EventKind::introduced
                                           : word.front() == '-'
                                               ? advisories::EventKind::fixed
                                               : advisories::EventKind::last_affected;
        range_events.push_back({kind, word.substr(1)});
      }
      if (!range_events.empty()) package_ranges.emplace_back(range_events);
    }
    advisories::AffectedPackage& out = affected.emplace_back();
    out.kind = known.kind;
    out.ecosystem = texts.emplace_back(known.name);
    out.name = texts.emplace_back(advisories::normal_name(known.kind, name));
    out.is_source = known.names_sources;
    out.versions = {package_ranges, listed};
    return out;
  }
};

inline void add(advisories::CompiledFeed& feed, const MadeRecord& record) {
  advisories::Advisory advisory;
  advisory.key = record.id;
  advisory.id = record.id;
  advisory.aliases = record.aliases;
  advisory.flaws = record.flaws;
  advisory.summary = record.summary;
  advisory.modified = record.modified;
  advisory.published = record.modified;
  advisory.cvss = record.cvss;
  advisory.rating = record.rating;
  advisory.is_withdrawn = record.is_withdrawn;
  advisory.affected = record.affected;
  feed.add(advisory);
}

// Feeds, and the database that is made from them in a directory of its own.
class MadeDatabase {
 public:
  MadeDatabase() { feeds_.emplace_back(); }

  advisories::CompiledFeed& feed() { return feeds_.back(); }
  void next_feed() { feeds_.emplace_back(); }
  void add(const MadeRecord& record) { test::add(feed(), record); }

  std::string path() const { return directory_.path() + "/advisories.db"; }
  Result<advisories::WrittenDatabase> write(std::string_view sign_key = {}) const {
    std::vector<advisories::FeedToWrite> feeds;
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      advisories::FeedToWrite& feed = feeds.emplace_back();
      feed.source.name = concat("feed-", std::to_string(i), ".json");
      feed.feed = &feeds_[i];
    }
    return advisories::write_database(path(), feeds,
                                      {.built = "2026-02-01T00:00:00Z", .sign_key = sign_key});
  }
  Result<advisories::Database> open(std::string_view trusted_keys = {}) const {
    return advisories::Database::open(path(), trusted_keys);
  }
  // Written and opened; what must not fail.
  advisories::Database database() const {
    if (const auto written = write(); !written) throw std::runtime_error(written.error().message);
    return std::move(*open());
  }

 private:
  TemporaryDirectory directory_;
  std::deque<advisories::CompiledFeed> feeds_;
};

}  // namespace plimsoll::test
