// For fuzzers: a sink that ends the program when it is given what no reader may give, and reads all
// of what it is given.
#pragma once

#include <cstdlib>
#include <string_view>

#include "advisories/ecosystems.h"
#include "base/utf8.h"
#include "feeds/feed_format.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class CheckingSink final : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override {
    check_name(advisory.id);
    check(!advisory.key.empty());
    check_text(advisory.key, 4 * advisories::max_version_bytes);
    check_text(advisory.summary, advisories::max_summary_bytes);
    check(!advisory.summary.contains('\n'));
    check(advisory.affected.size() <= advisories::max_affected);
    for (const auto* names : {&advisory.aliases, &advisory.flaws}) {
      check(names->size() <= advisories::max_names);
      for (const std::string_view name : *names) check_name(name);
    }
    check(advisory.cvss.size() <= advisories::max_names);
    for (const std::string_view vector : advisory.cvss) {
      check_text(vector, advisories::max_version_bytes);
    }
    for (const advisories::AffectedPackage& package : advisory.affected) check_package(package);
  }
  void take(const advisories::ExploitedEntry& entry) override {
    check(entry.cve.starts_with("CVE-") && entry.added.size() == 10);
  }
  void take(const advisories::PredictionEntry& entry) override {
    check(entry.cve.starts_with("CVE-"));
    check(entry.probability >= 0 && entry.probability <= 1);
    check(entry.percentile >= 0 && entry.percentile <= 1);
  }
  void date_predictions(std::string_view date) override { check(date.size() == 10); }
  void refuse(std::string_view, std::string_view place, std::string_view why) override {
    check(!place.empty() && !why.empty() && !why.ends_with('.'));
  }
  void leave_out() override {}

 private:
  static void check(bool holds) {
    if (!holds) std::abort();
  }
  static void check_text(std::string_view text, std::size_t max_bytes) {
    check(text.size() <= max_bytes && !first_invalid_utf8(text));
  }
  static void check_name(std::string_view text) {
    check(!text.empty());
    check_text(text, advisories::max_version_bytes);
  }
  static void check_package(const advisories::AffectedPackage& package) {
    check_name(package.name);
    check(package.name == advisories::normal_name(package.kind, package.name));
    check(!package.ecosystem.empty());
    check_text(package.module, advisories::max_summary_bytes);
    check(package.state != FixState::fixed);
    const advisories::AffectedVersions& versions = package.versions;
    check(!versions.ranges.empty() || !versions.versions.empty() ||
          package.state != FixState::none_known);
    std::size_t events = 0;
    for (const advisories::Events range : versions.ranges) {
      check(!range.empty());
      events += range.size();
      for (const advisories::Event& event : range) check_name(event.version);
    }
    check(events <= advisories::max_events);
    check(versions.versions.size() <= advisories::max_versions);
    for (const std::string_view version : versions.versions) check_name(version);
  }
};

// Gives a text to a format, recognised or not.
inline void read_checked(const FeedFormat& format, std::string_view text) {
  CheckingSink sink;
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  format.read({padded, "x"}, parser, sink);
}

}  // namespace plimsoll::feeds
