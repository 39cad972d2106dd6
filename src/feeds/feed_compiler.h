// Fills a compiled feed with what the readers of feeds hand on.
#pragma once

#include <string>

#include "advisories/compiled_feed.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class FeedCompiler final : public FeedSink {
 public:
  // The feed outlives this. Places in it that begin with `path` are shown with `name` instead: what
  // is read of a download lies in a file that nobody knows.
  FeedCompiler(advisories::CompiledFeed& feed, std::string path, std::string name)
      : feed_(feed), path_(std::move(path)), name_(std::move(name)) {}

  void take(const advisories::Advisory& advisory) override { feed_.add(advisory); }
  void take(const advisories::ExploitedEntry& entry) override { feed_.add(entry); }
  void take(const advisories::PredictionEntry& entry) override { feed_.add(entry); }
  void date_predictions(std::string_view date) override { feed_.date_predictions(date); }
  void refuse(std::string_view id, std::string_view place, std::string_view why) override {
    feed_.refuse(id,
                 place.starts_with(path_) ? name_ + std::string(place.substr(path_.size()))
                                          : std::string(place),
                 why);
  }
  void leave_out() override { feed_.leave_out(); }

 private:
  advisories::CompiledFeed& feed_;
  std::string path_;
  std::string name_;
};

}  // namespace plimsoll::feeds
