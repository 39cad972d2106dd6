// For tests: what was read, one line for each thing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "feeds/feed_files.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class ReadRecords : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override {
    std::string line = concat(advisory.id, advisory.is_withdrawn ? " withdrawn" : "");
    if (advisory.key != advisory.id) line += concat(" key=", advisory.key);
    append(line, " aliases=", advisory.aliases);
    append(line, " flaws=", advisory.flaws);
    append(line, " cvss=", advisory.cvss);
    if (advisory.rating != Rating::unknown) line += concat(" ", name_of(advisory.rating));
    if (!advisory.summary.empty()) line += concat(" '", advisory.summary, "'");
    records.push_back(std::move(line));
    for (const advisories::AffectedPackage& package : advisory.affected) {
      records.push_back(line_of(package));
    }
  }
  void take(const advisories::ExploitedEntry& entry) override {
    records.push_back(concat(entry.cve, " ", entry.added, " ", entry.due,
                             entry.by_ransomware ? " ransomware" : ""));
  }
  void take(const advisories::PredictionEntry& entry) override {
    records.push_back(concat(entry.cve, " ", std::to_string(entry.probability), " ",
                             std::to_string(entry.percentile)));
  }
  void date_predictions(std::string_view date) override { records.push_back(concat("day ", date)); }
  void refuse(std::string_view id, std::string_view place, std::string_view why) override {
    refused.push_back(concat(id, " ", place, ": ", why));
  }
  void leave_out() override { ++left_out; }

  std::vector<std::string> records;
  std::vector<std::string> refused;
  std::size_t left_out = 0;

 private:
  static void append(std::string& line, std::string_view what,
                     std::span<const std::string_view> names) {
    for (std::size_t i = 0; i < names.size(); ++i) line += concat(i == 0 ? what : ",", names[i]);
  }

  static std::string line_of(const advisories::AffectedPackage& package) {
    std::string line =
        concat("  ", package.ecosystem, package.is_source ? " source " : " ", package.name);
    if (!package.module.empty()) line += concat(" {", package.module, "}");
    for (const advisories::Events& range : package.versions.ranges) {
      line += " [";
      for (const advisories::Event& event : range) {
        constexpr std::string_view signs[] = {">=", "<", "<=", "limit "};
        line += concat(line.ends_with('[') ? "" : " ", signs[static_cast<std::size_t>(event.kind)],
                       event.version);
      }
      line += "]";
    }
    append(line, " versions=", package.versions.versions);
    if (package.state != FixState::none_known) line += concat(" ", name_of(package.state));
    if (package.rating != Rating::unknown) line += concat(" ", name_of(package.rating));
    return line;
  }
};

inline ReadRecords read_records(std::string_view bytes) {
  ReadRecords records;
  read_feed_bytes(bytes, "x", records);
  return records;
}

}  // namespace plimsoll::feeds
