// A sink for fuzzers: whatever a format was given, what it hands on is as Advisory promises it.
#pragma once

#include <cstdlib>

#include "advisories/ecosystems.h"
#include "feeds/feed_format.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class CheckingSink : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override {
    check(!advisory.key.empty() && is_name(advisory.id));
    check(advisory.summary.size() <= advisories::max_summary_bytes);
    check(advisory.summary.find('\n') == std::string_view::npos);
    check(advisory.aliases.size() <= advisories::max_names);
    check(advisory.flaws.size() <= advisories::max_names);
    check(advisory.affected.size() <= advisories::max_affected);
    check(!advisory.affected.empty() || advisory.is_withdrawn);
    for (const advisories::AffectedPackage& package : advisory.affected) {
      check(is_name(package.name) && !package.ecosystem.empty());
      check(package.name == advisories::normal_name(package.kind, package.name));
      check(package.state != FixState::fixed);
      check(!package.versions.ranges.empty() || package.state == FixState::not_affected);
      for (const advisories::Events range : package.versions.ranges) {
        check(range.size() <= advisories::max_events);
        for (const advisories::Event& event : range) check(is_name(event.version));
      }
    }
  }
  void take(const advisories::ExploitedEntry&) override {}
  void take(const advisories::PredictionEntry&) override {}
  void date_predictions(std::string_view) override {}
  void refuse(std::string_view, std::string_view place, std::string_view why) override {
    check(place == "feed" && !why.empty());
  }
  void leave_out() override {}

 private:
  static void check(bool holds) {
    if (!holds) std::abort();
  }
  static bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= advisories::max_version_bytes;
  }
};

inline void read_checked(const FeedFormat& format, std::string_view text) {
  CheckingSink sink;
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  format.read({padded, "feed"}, parser, sink);
}

}  // namespace plimsoll::feeds
