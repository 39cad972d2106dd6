#include "advisories/range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <compare>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisories/versions/versions.h"
#include "base/text.h"
#include "support/made_versions.h"

namespace plimsoll::advisories {
namespace {

// "+1.0 -2.0 =3.0 >4.0 |5.0": introduced, fixed, last affected, introduced after, limit.
std::vector<Event> events_of(std::string_view text) {
  std::vector<Event> out;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    const EventKind kind = word.front() == '+'   ? EventKind::introduced
                           : word.front() == '-' ? EventKind::fixed
                           : word.front() == '=' ? EventKind::last_affected
                           : word.front() == '>' ? EventKind::introduced_after
                                                 : EventKind::limit;
    out.push_back({kind, word.substr(1)});
  }
  return out;
}

// The answers for several versions: "yny?".
std::string answers(PackageKind kind, std::string_view events, std::string_view versions) {
  const std::vector<Event> range = events_of(events);
  std::string out;
  for (const std::string_view version : split(versions, ' ')) {
    switch (is_affected(kind, range, version)) {
      case Affected::no: out += 'n'; break;
      case Affected::yes: out += 'y'; break;
      case Affected::undecided: out += '?'; break;
    }
  }
  return out;
}

TEST(Range, IsFromAnIntroductionToAnEnd) {
  struct Row {
    std::string_view events, versions, answers;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", "1.0.0", "n"},
           {"+0", "0.0.0-a 0.0.0 9.0.0", "yyy"},
           {"+1.0.0", "0.9.0 1.0.0-rc 1.0.0 2.0.0", "nnyy"},
           {"+0 -1.0.0", "0.1.0 1.0.0-rc 1.0.0 1.0.1", "yynn"},
           {"+0 =1.0.0", "0.1.0 1.0.0 1.0.1-a 1.0.1", "yynn"},
           {"+1.0.0 -1.0.5 +2.0.0 -2.0.3", "0.9.0 1.0.0 1.0.5 1.9.0 2.0.0 2.0.2 2.0.3", "nynnyyn"},
           // In any order.
           {"-2.0.3 +2.0.0 -1.0.5 +1.0.0", "0.9.0 1.0.0 1.0.5 1.9.0 2.0.0 2.0.2 2.0.3", "nynnyyn"},
           {"-1.0.0 +0", "0.1.0 1.0.0", "yn"},
           // Two events at one version: the later one of the record.
           {"+1.0.0 -2.0.0 +2.0.0 -3.0.0", "1.0.0 2.0.0 3.0.0", "yyn"},
           {"+1.0.0 -1.0.0", "0.9.0 1.0.0 1.1.0", "nnn"},
           {"+1.0.0 =1.0.0", "0.9.0 1.0.0 1.0.1", "nyn"},
           {">1.0.0", "0.9.0 1.0.0 1.0.1-a 1.0.1", "nnyy"},
           {">1.0.0 -2.0.0", "1.0.0 1.0.1 2.0.0", "nyn"},
           {">1.0.0 =1.5.0", "1.0.0 1.0.1 1.5.0 1.5.1", "nyyn"},
           {">0", "0.0.0-a 1.0.0", "yy"},
           // Never affected.
           {"+0 -0", "0.0.0-a 0.0.0 1.0.0", "nnn"},
           {"-1.0.0", "0.9.0 1.0.0", "nn"},
           // Limits: before one of them is enough.
           {"+1.0.0 |2.0.0", "0.9.0 1.9.0 2.0.0 3.0.0", "nynn"},
           {"+1.0.0 |2.0.0 |3.0.0", "1.9.0 2.0.0 3.0.0", "yyn"},
           {"+1.0.0 |2.0.0 |*", "1.9.0 2.0.0 3.0.0", "yyy"},
       }) {
    EXPECT_EQ(answers(PackageKind::npm, row.events, row.versions), row.answers) << row.events;
  }
}

TEST(Range, IsInTheOrderOfTheEcosystem) {
  EXPECT_EQ(
      answers(PackageKind::deb, "+0 -2.36-9+deb12u10", "0~a 2.36-9+deb12u9 2.36-9+deb12u10 1:1"),
      "yynn");
  EXPECT_EQ(answers(PackageKind::rpm, "+0 -1:3.0.7-27.el9", "3.0.9-1.el9 1:3.0.7-9.el9"), "yy");
  EXPECT_EQ(answers(PackageKind::maven, "+2.0-beta9 -2.15.0", "2.0-beta8 2.0-rc1 2.14.1 2.15.0"),
            "nyyn");
  EXPECT_EQ(answers(PackageKind::golang, "+1.21.0-0 -1.21.4", "go1.21rc2 go1.20.9 go1.21.4"),
            "ynn");
}

// What is no version leaves open only what hangs on it.
TEST(Range, CanBeUndecided) {
  EXPECT_EQ(answers(PackageKind::npm, "+0", "latest"), "y");
  EXPECT_EQ(answers(PackageKind::npm, "+0 -1.0.0", "latest"), "?");
  EXPECT_EQ(answers(PackageKind::npm, "+1.0.0", "latest"), "?");
  EXPECT_EQ(answers(PackageKind::npm, ">1.0.0", "latest"), "?");
  EXPECT_EQ(answers(PackageKind::npm, "-1.0.0", "latest"), "n");
  EXPECT_EQ(answers(PackageKind::npm, "+2.0.0 -soon", "1.0.0 2.0.0"), "n?");
  EXPECT_EQ(answers(PackageKind::npm, "+once -2.0.0", "1.0.0 2.0.0"), "??");
  EXPECT_EQ(answers(PackageKind::npm, "+1.0.0 |soon", "0.9.0 1.0.0"), "n?");
  EXPECT_EQ(answers(PackageKind::npm, "+1.0.0 |soon |2.0.0", "1.0.0 2.0.0"), "y?");
}

TEST(Range, IsOneOfSeveralBesideAList) {
  const std::vector<Event> first = events_of("+1.0 -1.5");
  const std::vector<Event> second = events_of("+2.0 -2.5");
  const std::vector<Event> open = events_of("+soon -2.5");
  const std::vector<Events> ranges{first, second};
  const std::vector<Events> ranges_with_open{first, open};
  const std::vector<std::string_view> listed{"0.5", "0.7-final-2"};
  const auto by = [&](const std::vector<Events>& of, std::string_view version) {
    return is_affected(PackageKind::pypi, AffectedVersions{of, listed}, version);
  };
  EXPECT_EQ(by(ranges, "0.5"), Affected::yes);
  EXPECT_EQ(by(ranges, "0.5.0"), Affected::yes);        // the same version
  EXPECT_EQ(by(ranges, "0.7-final-2"), Affected::yes);  // no version, but listed
  EXPECT_EQ(by(ranges, "0.6"), Affected::no);
  EXPECT_EQ(by(ranges, "1.2"), Affected::yes);
  EXPECT_EQ(by(ranges, "1.7"), Affected::no);
  EXPECT_EQ(by(ranges, "2.2"), Affected::yes);
  EXPECT_EQ(by(ranges_with_open, "1.2"), Affected::yes);
  EXPECT_EQ(by(ranges_with_open, "1.7"), Affected::undecided);
}

// The schema's own way: go through the events in their order, and keep what the last one said.
bool is_affected_by_the_schema(PackageKind kind, std::vector<Event> events,
                               std::string_view version) {
  const auto compare = [&](std::string_view a, std::string_view b) -> std::strong_ordering {
    if (a == "0" || b == "0") return (a != "0") <=> (b != "0");
    return *compare_versions(kind, a, b);
  };
  bool limited = false;
  bool before_a_limit = false;
  for (const Event& event : events) {
    if (event.kind != EventKind::limit) continue;
    limited = true;
    before_a_limit = before_a_limit || event.version == "*" || compare(version, event.version) < 0;
  }
  if (limited && !before_a_limit) return false;
  std::ranges::stable_sort(events, [&](const Event& a, const Event& b) {
    return a.kind != EventKind::limit && b.kind != EventKind::limit &&
           compare(a.version, b.version) < 0;
  });
  bool affected = false;
  for (const Event& event : events) {
    if (event.kind == EventKind::introduced && compare(version, event.version) >= 0)
      affected = true;
    if (event.kind == EventKind::fixed && compare(version, event.version) >= 0) affected = false;
    if (event.kind == EventKind::last_affected && compare(version, event.version) > 0) {
      affected = false;
    }
  }
  return affected;
}

TEST(Range, IsWhatTheSchemaSaysOfMadeOnes) {
  for (const PackageKind kind : {PackageKind::deb, PackageKind::rpm, PackageKind::gem}) {
    test::MadeVersions made(kind, 6);
    std::vector<std::string> versions{"0"};
    while (versions.size() < 40) {
      std::string version = made.next();
      if (compare_versions(kind, version, version)) versions.push_back(std::move(version));
    }
    std::mt19937 random(6);
    std::size_t affected = 0;
    for (int round = 0; round < 5'000; ++round) {
      std::vector<Event> events;
      for (std::size_t i = random() % 6; i > 0; --i) {
        // Few limits.
        constexpr std::array<EventKind, 7> kinds{
            EventKind::introduced, EventKind::introduced, EventKind::introduced,   EventKind::fixed,
            EventKind::fixed,      EventKind::limit,      EventKind::last_affected};
        events.push_back({kinds[random() % kinds.size()], versions[random() % versions.size()]});
      }
      // Limits have no place among the events.
      std::ranges::stable_partition(
          events, [](const Event& event) { return event.kind != EventKind::limit; });
      const std::string& version = versions[random() % versions.size()];
      const bool expected = is_affected_by_the_schema(kind, events, version);
      affected += expected ? 1 : 0;
      EXPECT_EQ(is_affected(kind, events, version), expected ? Affected::yes : Affected::no);
    }
    EXPECT_GT(affected, 500u);
  }
}

}  // namespace
}  // namespace plimsoll::advisories
