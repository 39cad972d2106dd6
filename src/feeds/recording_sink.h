// For tests: a sink that writes down what it is given, one line for each thing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "feeds/feed_files.h"
#include "feeds/feed_format.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class RecordingSink : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override {
    ++advisories;
    packages += advisory.affected.size();
    heads.push_back(head_of(advisory));
    if (!keep_packages) return;
    records.push_back(record_of(advisory));
    for (const advisories::AffectedPackage& package : advisory.affected) {
      lines.push_back(line_of(package));
      records.push_back(concat("  ", lines.back()));
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
    refusals.push_back(concat(place, " ", id, ": ", why));
  }
  void leave_out() override { ++left_out; }

  bool keep_packages = true;  // otherwise a large feed is counted, and its heads are kept
  std::size_t advisories = 0;
  std::size_t packages = 0;
  std::size_t left_out = 0;
  // All in its order: what an advisory says beside its times, its packages behind it and indented.
  std::vector<std::string> records;
  std::vector<std::string> heads;     // all that each advisory says of itself, "" where it does not
  std::vector<std::string> lines;     // the packages of all advisories
  std::vector<std::string> refused;   // by id: "A-1 feed: it has no name"
  std::vector<std::string> refusals;  // by place: "feed A-1: it has no name"

 private:
  static std::string names_of(std::span<const std::string_view> names, std::string_view separator) {
    return join(std::vector<std::string>(names.begin(), names.end()), separator);
  }

  static std::string head_of(const advisories::Advisory& advisory) {
    return concat(advisory.key, "|", advisory.id, "|", names_of(advisory.aliases, " "), "|",
                  names_of(advisory.flaws, " "), "|", advisory.summary, "|", advisory.published,
                  "|", advisory.modified, "|", name_of(advisory.rating), "|",
                  names_of(advisory.cvss, " "), advisory.is_withdrawn ? "|withdrawn" : "");
  }

  static std::string record_of(const advisories::Advisory& advisory) {
    std::string line = concat(advisory.id, advisory.is_withdrawn ? " withdrawn" : "");
    if (advisory.key != advisory.id) line += concat(" key=", advisory.key);
    append(line, " aliases=", advisory.aliases);
    append(line, " flaws=", advisory.flaws);
    append(line, " cvss=", advisory.cvss);
    if (advisory.rating != Rating::unknown) line += concat(" ", name_of(advisory.rating));
    if (!advisory.summary.empty()) line += concat(" '", advisory.summary, "'");
    return line;
  }

  static std::string line_of(const advisories::AffectedPackage& package) {
    std::string line =
        concat(package.ecosystem, package.is_source ? " source " : " ", package.name);
    if (!package.module.empty()) line += concat(" {", package.module, "}");
    if (!package.architectures.empty()) line += concat(" (", package.architectures, ")");
    for (const advisories::Events range : package.versions.ranges) {
      line += " [";
      for (const advisories::Event& event : range) {
        constexpr std::string_view signs[] = {">=", "<", "<=", "limit ", ">"};
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

  static void append(std::string& line, std::string_view what,
                     std::span<const std::string_view> names) {
    if (!names.empty()) line += concat(what, names_of(names, ","));
  }
};

// What is read of a feed's bytes.
inline RecordingSink read_records(std::string_view bytes) {
  RecordingSink sink;
  read_feed_bytes(bytes, "x", sink);
  return sink;
}

// What a format makes of a text, recognised or not.
inline RecordingSink read_text(const FeedFormat& format, std::string_view text) {
  RecordingSink sink;
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  format.read({padded, "feed"}, parser, sink);
  return sink;
}

}  // namespace plimsoll::feeds
