#include "feeds/formats/advisory_record.h"

#include <gtest/gtest.h>

#include "feeds/recording_sink.h"

namespace plimsoll::feeds {
namespace {

using Lines = std::vector<std::string>;

RecordedPackage package(std::string name, std::vector<std::string> architectures = {},
                        std::string_view fixed = "1") {
  RecordedPackage out;
  out.kind = PackageKind::rpm;
  out.ecosystem = "Red Hat:9";
  out.name = std::move(name);
  out.architectures = std::move(architectures);
  out.events = AdvisoryRecord::range(fixed);
  return out;
}

AdvisoryRecord record() {
  AdvisoryRecord out;
  out.key = out.id = "A-1";
  out.add(package("a"));
  return out;
}

RecordingSink handed_on(const AdvisoryRecord& record) {
  RecordingSink sink;
  hand_on(record, "feed", sink);
  return sink;
}

TEST(AdvisoryRecord, PutsArchitecturesTogether) {
  AdvisoryRecord out;
  out.key = out.id = "A-1";
  out.add(package("a", {"x86_64"}));
  out.add(package("a", {"aarch64", "x86_64"}));
  out.add(package("a", {"x86_64"}, "2"));
  out.add(package("b", {"x86_64"}));
  out.add(package("b"));
  out.add(package("b", {"s390x"}));
  RecordedPackage source = package("a", {"x86_64"});
  source.is_source = true;
  out.add(source);
  RecordedPackage rated = package("a", {"x86_64"});
  rated.rating = Rating::low;
  out.add(rated);
  RecordedPackage decided = package("a", {"x86_64"});
  decided.state = FixState::deferred;
  out.add(decided);
  EXPECT_EQ(
      handed_on(out).lines,
      (Lines{"Red Hat:9 a (aarch64 x86_64) [>=0 <1]", "Red Hat:9 a (x86_64) [>=0 <2]",
             "Red Hat:9 b [>=0 <1]", "Red Hat:9 source a (x86_64) [>=0 <1]",
             "Red Hat:9 a (x86_64) [>=0 <1] low", "Red Hat:9 a (x86_64) [>=0 <1] fix deferred"}));
}

TEST(AdvisoryRecord, IsLeftOutWithoutPackages) {
  AdvisoryRecord out;
  out.key = out.id = "A-1";
  EXPECT_EQ(handed_on(out).left_out, 1u);
  out.is_withdrawn = true;
  EXPECT_EQ(handed_on(out).advisories, 1u);
}

TEST(AdvisoryRecord, WritesNamesAsTheEcosystemDoes) {
  AdvisoryRecord out = record();
  out.affected[0].kind = PackageKind::pypi;
  out.affected[0].name = "Zope_Interface";
  EXPECT_EQ(handed_on(out).lines, Lines{"Red Hat:9 zope-interface [>=0 <1]"});
}

TEST(AdvisoryRecord, IsWithinBounds) {
  const auto refusal_of = [](auto change) {
    AdvisoryRecord out = record();
    change(out);
    const RecordingSink sink = handed_on(out);
    EXPECT_EQ(sink.advisories, sink.refusals.empty() ? 1u : 0u);
    return sink.refusals.empty() ? "" : sink.refusals[0];
  };
  const std::string fits(advisories::max_version_bytes, 'a');
  const std::string longer = fits + "a";
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.id = fits; }), "");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.id = longer; }),
            "feed : it has no id, or none that can be one");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.key.clear(); }),
            "feed A-1: it cannot be told from others");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.aliases = {"a b"}; }),
            "feed A-1: a name of it cannot be one");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.flaws = {"\n"}; }),
            "feed A-1: a name of it cannot be one");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.flaws.resize(1'000, "a"); }), "");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.flaws.resize(1'001, "a"); }),
            "feed A-1: it has too many names");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.cvss = {fits}; }), "");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.cvss = {longer}; }),
            "feed A-1: a score of it is too long");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.affected[0].ecosystem.clear(); }),
            "feed A-1: the ecosystem of a is not said");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.affected[0].module = "a b"; }),
            "feed A-1: the module of a is no name");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.affected[0].architectures = {""}; }),
            "feed A-1: an architecture of a is no word");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) { out.affected[0].events[1].version = longer; }),
            "feed A-1: a version of a cannot be one");
  EXPECT_EQ(refusal_of([&](AdvisoryRecord& out) {
              out.affected[0].events.resize(10'001, {advisories::EventKind::fixed, "1"});
            }),
            "feed A-1: too many events of a");
}

}  // namespace
}  // namespace plimsoll::feeds
