// What is kept of a feed's records, as bytes: what a compiled feed (compiled_feed.h) and the
// database (database.h) hold. All texts are views into the bytes that they were read from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/advisory.h"

namespace plimsoll::advisories {

// One package that a record is about.
struct StoredEntry {
  PackageKind kind = PackageKind::deb;
  std::string_view ecosystem;
  std::string_view name;
  bool is_source = false;
  std::string_view module;
  std::string_view architectures;
  FixState state = FixState::none_known;
  Rating rating = Rating::unknown;
  std::vector<std::vector<Event>> ranges;
  std::vector<std::string_view> versions;  // listed, and in none of the ranges
};

// What is said of a record as a whole.
struct StoredHead {
  std::string_view key;
  std::string_view id;
  std::vector<std::string_view> aliases;
  std::vector<std::string_view> flaws;
  std::string_view summary;
  std::string_view url;
  std::string_view published;
  std::string_view modified;
  bool is_withdrawn = false;
  Rating rating = Rating::unknown;
  std::vector<std::string_view> cvss;
};

struct StoredRecord {
  StoredHead head;
  std::vector<StoredEntry> entries;
};

// The ranges of an entry as is_affected() takes them; views into the entry.
class EntryVersions {
 public:
  EntryVersions() = default;
  explicit EntryVersions(const StoredEntry& entry) { set(entry); }
  void set(const StoredEntry& entry) {
    ranges_.assign(entry.ranges.begin(), entry.ranges.end());
    versions_ = entry.versions;
  }
  AffectedVersions get() const { return {ranges_, versions_}; }

 private:
  std::vector<Events> ranges_;
  std::span<const std::string_view> versions_;
};

}  // namespace plimsoll::advisories
