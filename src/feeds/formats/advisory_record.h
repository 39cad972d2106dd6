// A record while a format reads it: what an Advisory has, with texts of its own, and the checks
// that each has to pass whatever it was read from.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "advisories/advisory.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

struct RecordedEvent {
  advisories::EventKind kind = advisories::EventKind::introduced;
  std::string version;

  bool operator==(const RecordedEvent&) const = default;
};

struct RecordedPackage {
  PackageKind kind = PackageKind::deb;
  std::string ecosystem;
  std::string name;  // as the feed writes it
  bool is_source = false;
  std::string module;
  std::vector<std::string> architectures;  // in any order, repeated or not; none for all
  std::vector<RecordedEvent> events;       // of its one range; none where nothing is affected
  FixState state = FixState::none_known;
  Rating rating = Rating::unknown;
};

struct AdvisoryRecord {
  std::string key;
  std::string id;
  std::vector<std::string> aliases;
  std::vector<std::string> flaws;
  std::string summary;  // of any length and number of lines
  std::string url;
  std::string published;
  std::string modified;
  bool is_withdrawn = false;
  Rating rating = Rating::unknown;
  std::vector<std::string> cvss;
  std::vector<RecordedPackage> affected;

  // The range of a repair: all before `fixed`, or all where it is "", from `introduced` on.
  static std::vector<RecordedEvent> range(std::string_view fixed,
                                          std::string_view introduced = "0");
  // Adds a package, or its architectures to one that is the same in all else. Keeps one more than
  // the bound at most.
  void add(RecordedPackage package);

 private:
  // Where a package stands in `affected`, by all that tells packages apart.
  std::unordered_map<std::string, std::size_t> places_;
};

// Refuses what passes a bound or names nothing, leaves out what is about no package, and gives the
// sink the rest.
void hand_on(const AdvisoryRecord& record, std::string_view place, FeedSink& sink);

}  // namespace plimsoll::feeds
