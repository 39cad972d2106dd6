// A feed, read: only what matching asks for, in a form that takes no reading. The database is made
// of these, and they are what is kept of a feed so that one that has not changed is not read again.
//
// Ranges say which versions are affected. Many feeds list every single version beside them, and
// most of their bytes are such lists; a listed version that the ranges cover already is dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/advisory.h"
#include "advisories/stored.h"
#include "base/binary_codec.h"

namespace plimsoll::advisories {

// A record that was left out because something is wrong with it.
struct RefusedRecord {
  std::string id;
  std::string place;
  std::string why;
};

// What became of a feed.
struct FeedCounts {
  std::uint64_t json_bytes = 0;  // unpacked
  std::uint64_t records = 0;     // taken
  std::uint64_t left_out = 0;    // about nothing that can be in an image
  std::uint64_t refused = 0;
  std::uint64_t listed = 0;       // versions that a feed lists
  std::uint64_t listed_kept = 0;  // and that no range covers
};

// At most so many refused records are kept with their reasons; all are counted.
inline constexpr std::size_t max_refused_shown = 100;

// Shares of one in hundred-thousandths, as FIRST writes them.
struct StoredPrediction {
  std::string cve;
  std::uint32_t probability = 0;
  std::uint32_t percentile = 0;
};
struct StoredExploited {
  std::string cve, added, due;
  bool by_ransomware = false;
};

// A record from its bytes, which outlive it; nothing when they are none.
std::optional<StoredRecord> read_record(std::string_view bytes);
// Its head and its first package alone, where it has any: a fraction of the work.
struct StoredBeginning {
  StoredHead head;
  std::optional<StoredEntry> first;
};
std::optional<StoredBeginning> read_beginning(std::string_view bytes);

class CompiledFeed {
 public:
  void add(const Advisory& advisory);
  void add(const ExploitedEntry& entry);
  void add(const PredictionEntry& entry);
  void date_predictions(std::string_view date) { predictions_date_ = date; }
  void refuse(std::string_view id, std::string_view place, std::string_view why);
  void leave_out() { ++counts_.left_out; }
  void count_bytes(std::uint64_t bytes) { counts_.json_bytes += bytes; }

  const FeedCounts& counts() const { return counts_; }
  const std::vector<RefusedRecord>& refused() const { return refused_; }
  const std::vector<StoredExploited>& exploited() const { return exploited_; }
  const std::vector<StoredPrediction>& predictions() const { return predictions_; }
  const std::string& predictions_date() const { return predictions_date_; }

  // Hands on the bytes of each record in the order in which they were added; they last as long as
  // the feed. False when these are the bytes of no record, which those of a feed that was made here
  // never are.
  using Visit = std::function<void(std::string_view bytes)>;
  bool for_each_record(const Visit& visit) const;

  std::string encode() const;
  // Nothing when these are not the bytes of a feed, whole. They may be anybody's.
  static std::optional<CompiledFeed> decode(std::string_view bytes);

 private:
  friend struct CompiledFeedMembers;

  FeedCounts counts_;
  std::vector<RefusedRecord> refused_;
  std::vector<StoredExploited> exploited_;
  std::vector<StoredPrediction> predictions_;
  std::string predictions_date_;
  std::string records_;  // each with its length in front
};

}  // namespace plimsoll::advisories
