// A sink for tests that writes down what it is given, one line each.
#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "feeds/feed_format.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class RecordingSink : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override {
    ++advisories;
    std::string head =
        concat(advisory.key, "|", advisory.id, "|", list_of(advisory.aliases), "|",
               list_of(advisory.flaws), "|", advisory.summary, "|", advisory.published, "|",
               advisory.modified, "|", name_of(advisory.rating), "|", list_of(advisory.cvss));
    if (advisory.is_withdrawn) head += "|withdrawn";
    heads.push_back(std::move(head));
    for (const advisories::AffectedPackage& package : advisory.affected) {
      ++packages;
      if (!keep_packages) continue;
      std::string line =
          concat(package.ecosystem, " ", package.is_source ? "source " : "", package.name);
      if (!package.module.empty()) line += concat(" {", package.module, "}");
      if (!package.architectures.empty()) line += concat(" (", package.architectures, ")");
      for (const advisories::Events range : package.versions.ranges) {
        line += " [";
        for (const advisories::Event& event : range) {
          constexpr std::string_view marks[] = {">=", "<", "<=", "limit ", ">"};
          line += concat(line.ends_with('[') ? "" : " ", marks[static_cast<int>(event.kind)],
                         event.version);
        }
        line += "]";
      }
      if (package.state != FixState::none_known) line += concat(" ", name_of(package.state));
      if (package.rating != Rating::unknown) line += concat(" ", name_of(package.rating));
      lines.push_back(std::move(line));
    }
  }
  void take(const advisories::ExploitedEntry&) override {}
  void take(const advisories::PredictionEntry&) override {}
  void date_predictions(std::string_view) override {}
  void refuse(std::string_view id, std::string_view place, std::string_view why) override {
    refusals.push_back(concat(place, " ", id, ": ", why));
  }
  void leave_out() override { ++left_out; }

  bool keep_packages = true;
  std::size_t advisories = 0;
  std::size_t packages = 0;
  std::size_t left_out = 0;
  std::vector<std::string> heads;
  std::vector<std::string> lines;
  std::vector<std::string> refusals;

 private:
  static std::string list_of(std::span<const std::string_view> texts) {
    return join(std::vector<std::string>(texts.begin(), texts.end()), " ");
  }
};

// What a format makes of a text.
inline RecordingSink read_text(const FeedFormat& format, std::string_view text) {
  RecordingSink sink;
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  format.read({padded, "feed"}, parser, sink);
  return sink;
}

}  // namespace plimsoll::feeds
