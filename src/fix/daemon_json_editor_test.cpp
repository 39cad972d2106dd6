#include "fix/daemon_json_editor.h"

#include <gtest/gtest.h>

#include "fix/combine.h"

namespace plimsoll::fix {
namespace {

// The text after one finding's changes, or why they cannot be made.
std::string after(const std::string& text, std::vector<Change> changes) {
  const Source source("daemon.json", text);
  Finding finding;
  finding.subject_at = {&source, {}};
  for (Change& change : changes) {
    if (!change.at.span.empty()) change.at.source = &source;
  }
  finding.fix = unsafe_fix(std::move(changes));
  const Result<std::vector<Edit>> edits = daemon_json_edits(finding);
  if (!edits) return edits.error().message;
  WantedFix wanted;
  for (const Edit& edit : *edits) wanted.splices.push_back({edit.at.span, edit.text, edit.slot});
  return spliced(text, combine(text, std::vector{wanted}).splices);
}

Change removal(std::uint32_t begin, std::uint32_t end) {
  Change change;
  change.kind = Change::Kind::remove;
  change.at.span = {begin, end};
  return change;
}

TEST(DaemonJsonEditor, AddsADirectiveAsTheFileIsLaidOut) {
  const Change icc = change::set_daemon("icc", "false");
  EXPECT_EQ(after("{\n    \"debug\": true\n}\n", {icc}),
            "{\n    \"debug\": true,\n    \"icc\": false\n}\n");
  EXPECT_EQ(after("{\r\n\t\"debug\": true\r\n}", {icc}),
            "{\r\n\t\"debug\": true,\r\n\t\"icc\": false\r\n}");
  EXPECT_EQ(after("{\"debug\": true}", {icc}), "{\"debug\": true, \"icc\": false}");
  EXPECT_EQ(after("{}\n", {icc}), "{\n  \"icc\": false\n}\n");
  EXPECT_EQ(after("", {icc}), "{\n  \"icc\": false\n}\n");
}

TEST(DaemonJsonEditor, RewritesWhatIsWritten) {
  EXPECT_EQ(after("{ \"icc\" :true }", {change::set_daemon("icc", "false")}), "{ \"icc\" :false }");
}

TEST(DaemonJsonEditor, ReachesIntoAnObject) {
  const Change size = change::set_daemon("log-opts.max-size", "\"10m\"");
  EXPECT_EQ(after("{\"icc\": false}", {size}),
            "{\"icc\": false, \"log-opts\": {\"max-size\": \"10m\"}}");
  EXPECT_EQ(after("{\"log-opts\": {\"max-file\": \"3\"}}", {size}),
            "{\"log-opts\": {\"max-file\": \"3\", \"max-size\": \"10m\"}}");
  EXPECT_EQ(after("{\"log-opts\": {}}", {size}), "{\"log-opts\": {\"max-size\": \"10m\"}}");
  EXPECT_EQ(after("{\"log-opts\": 3}", {size}), "\"log-opts\" is no object");
}

TEST(DaemonJsonEditor, TakesAnEntryOutOfItsList) {
  EXPECT_EQ(after("{\"hosts\": [\"a\", \"b\"]}", {removal(11, 14)}), "{\"hosts\": [\"b\"]}");
  EXPECT_EQ(after("{\"hosts\": [\"a\", \"b\"]}", {removal(16, 19)}), "{\"hosts\": [\"a\"]}");
  EXPECT_EQ(after("{\"hosts\": [\"a\"]}", {removal(11, 14)}), "{\"hosts\": []}");
}

TEST(DaemonJsonEditor, RefusesWhatIsDecidedElsewhere) {
  const Source flags("/proc/1/cmdline", "--icc=true");
  Change change = change::set_daemon("icc", "false");
  change.at = {&flags, {0, 10}};
  const Source source("daemon.json", "{}");
  Finding finding;
  finding.subject_at = {&source, {}};
  finding.fix = unsafe_fix({change});
  EXPECT_EQ(daemon_json_edits(finding).error().message, "it is decided by /proc/1/cmdline");
}

}  // namespace
}  // namespace plimsoll::fix
