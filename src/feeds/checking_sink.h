// For fuzzers: a sink that ends the program when it is given what no reader may give, and reads all
// of what it is given.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "feeds/feed_sink.h"

namespace plimsoll::feeds {

class CheckingSink final : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override {
    check(!advisory.id.empty() && !advisory.key.empty());
    check_text(advisory.summary, advisories::max_summary_bytes);
    check_text(advisory.id, advisories::max_version_bytes);
    check_text(advisory.key, 3 * advisories::max_version_bytes);
    check(advisory.affected.size() <= advisories::max_affected);
    check(advisory.aliases.size() <= advisories::max_names);
    check(advisory.flaws.size() <= advisories::max_names);
    for (const auto* names : {&advisory.aliases, &advisory.flaws, &advisory.cvss}) {
      for (const std::string_view name : *names) check_text(name, advisories::max_version_bytes);
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
  static void check_package(const advisories::AffectedPackage& package) {
    check(!package.name.empty() && !package.ecosystem.empty());
    check_text(package.name, advisories::max_version_bytes);
    check_text(package.module, advisories::max_summary_bytes);
    std::size_t events = 0;
    for (const advisories::Events range : package.versions.ranges) {
      check(!range.empty());
      events += range.size();
      for (const advisories::Event& event : range) {
        check(!event.version.empty());
        check_text(event.version, advisories::max_version_bytes);
      }
    }
    check(events <= advisories::max_events);
    check(package.versions.versions.size() <= advisories::max_versions);
    for (const std::string_view version : package.versions.versions) {
      check(!version.empty());
      check_text(version, advisories::max_version_bytes);
    }
  }
};

}  // namespace plimsoll::feeds
