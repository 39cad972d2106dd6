// Where the readers of feeds hand on what they read, and what they do with a record that is not as
// it must be: they refuse it, with its id and its place, and read on.
#pragma once

#include <string_view>

#include "advisories/advisory.h"

namespace plimsoll::feeds {

// Views hold for the call alone.
class FeedSink {
 public:
  virtual ~FeedSink() = default;

  virtual void take(const advisories::Advisory& advisory) = 0;
  virtual void take(const advisories::ExploitedEntry& entry) = 0;
  virtual void take(const advisories::PredictionEntry& entry) = 0;
  // The day of the predictions, as the feed says it; before the first of them.
  virtual void date_predictions(std::string_view date) = 0;

  // A record that is left out because something is wrong with it. `id` is its id as far as it could
  // be read, or "". `why` starts in lower case and has no full stop.
  virtual void refuse(std::string_view id, std::string_view place, std::string_view why) = 0;
  // A record, or the part of one about one package, that is left out because it is about nothing
  // that can be in an image (an ecosystem that Plimsoll does not read, commits of a repository).
  // No fault: it is counted alone.
  virtual void leave_out() = 0;
};

}  // namespace plimsoll::feeds
