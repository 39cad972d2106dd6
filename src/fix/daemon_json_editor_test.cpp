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
  EXPECT_EQ(after("  \n", {icc}), "{\n  \"icc\": false\n}\n");
  EXPECT_EQ(after("\r\n", {icc}), "{\r\n  \"icc\": false\r\n}\r\n");
  EXPECT_EQ(after(" ", {icc}), "{\n  \"icc\": false\n}");
  EXPECT_EQ(after("\xEF\xBB\xBF", {icc}), "\xEF\xBB\xBF{\n  \"icc\": false\n}\n");
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

TEST(DaemonJsonEditor, WritesTheKeyOfSeveralMembersOnce) {
  const std::vector<Change> options{change::set_daemon("log-opts.max-size", "\"10m\""),
                                    change::set_daemon("log-opts.max-file", "\"3\"")};
  EXPECT_EQ(after("{\"icc\": false}", options),
            "{\"icc\": false, \"log-opts\": {\"max-size\": \"10m\", \"max-file\": \"3\"}}");
  EXPECT_EQ(after("{\"log-opts\": {}}", options),
            "{\"log-opts\": {\"max-size\": \"10m\", \"max-file\": \"3\"}}");
  EXPECT_EQ(after("{\"log-opts\": {\"max-file\": \"1\"}}", options),
            "{\"log-opts\": {\"max-file\": \"3\", \"max-size\": \"10m\"}}");
  constexpr std::string_view whole =
      "{\n  \"log-opts\": {\"max-size\": \"10m\", \"max-file\": \"3\"}\n}\n";
  EXPECT_EQ(after("{}\n", options), whole);
  EXPECT_EQ(after("", options), whole);
}

TEST(DaemonJsonEditor, ReachesIntoObjectsInObjects) {
  const std::vector<Change> limits{change::set_daemon("default-ulimits.nofile.Hard", "64"),
                                   change::set_daemon("icc", "false"),
                                   change::set_daemon("default-ulimits.nofile.Soft", "32"),
                                   change::set_daemon("default-ulimits.nproc.Hard", "8")};
  EXPECT_EQ(after("{\n  \"debug\": true\n}", limits),
            "{\n  \"debug\": true,\n"
            "  \"default-ulimits\": {\"nofile\": {\"Hard\": 64, \"Soft\": 32}, "
            "\"nproc\": {\"Hard\": 8}},\n"
            "  \"icc\": false\n}");
  EXPECT_EQ(after("{\"icc\": true, \"default-ulimits\": {\"nofile\": {\"Soft\": 1}}}", limits),
            "{\"icc\": false, \"default-ulimits\": {\"nofile\": {\"Soft\": 32, \"Hard\": 64}, "
            "\"nproc\": {\"Hard\": 8}}}");
}

TEST(DaemonJsonEditor, LaysObjectsOutAsTheFileDoes) {
  const std::vector<Change> options{change::set_daemon("log-opts.max-size", "\"10m\""),
                                    change::set_daemon("log-opts.max-file", "\"3\"")};
  EXPECT_EQ(after("{\r\n\t\"builder\": {\r\n\t\t\"gc\": {}\r\n\t}\r\n}", options),
            "{\r\n\t\"builder\": {\r\n\t\t\"gc\": {}\r\n\t},\r\n\t\"log-opts\": {\r\n"
            "\t\t\"max-size\": \"10m\",\r\n\t\t\"max-file\": \"3\"\r\n\t}\r\n}");
  EXPECT_EQ(after("{\n  \"log-opts\": {\n    \"tag\": \"a\"\n  }\n}", options),
            "{\n  \"log-opts\": {\n    \"tag\": \"a\",\n    \"max-file\": \"3\",\n"
            "    \"max-size\": \"10m\"\n  }\n}");
  EXPECT_EQ(after("{\n  \"builder\": {\n    \"gc\": {}\n  },\n  \"log-opts\": {}\n}", options),
            "{\n  \"builder\": {\n    \"gc\": {}\n  },\n  \"log-opts\": {\n"
            "    \"max-size\": \"10m\",\n    \"max-file\": \"3\"\n  }\n}");
}

TEST(DaemonJsonEditor, MakesFixesOfSeveralRulesTogether) {
  const Source source("daemon.json", "{\"log-opts\": {\"tag\": \"a\"}, \"runtimes\": {}}");
  std::vector<WantedFix> wanted;
  const auto want = [&](std::vector<Change> changes) {
    Finding finding;
    finding.subject_at = {&source, {}};
    finding.fix = unsafe_fix(std::move(changes));
    WantedFix& fix = wanted.emplace_back();
    fix.order = std::to_string(wanted.size());
    const Result<std::vector<Edit>> edits = daemon_json_edits(finding);
    for (const Edit& edit : *edits) {
      fix.splices.push_back({edit.at.span, edit.text, edit.slot});
    }
  };
  want({change::set_daemon("log-opts.max-size", "\"10m\""),
        change::set_daemon("log-opts.max-file", "\"3\"")});
  want({change::set_daemon("default-ulimits.nofile", "1"), change::set_daemon("log-opts.x", "2")});
  want({change::set_daemon("runtimes.a", "{}"), change::set_daemon("icc", "false")});
  // These would write a key that others write: the next round looks at them again.
  want({change::set_daemon("default-ulimits.nproc", "1")});
  want({change::set_daemon("icc", "true")});
  want({change::set_daemon("log-opts.max-file", "\"5\"")});
  const Combination together = combine(source.text(), wanted);
  EXPECT_EQ(together.deferred, (std::vector<std::size_t>{3, 4, 5}));
  EXPECT_EQ(spliced(source.text(), together.splices),
            "{\"log-opts\": {\"tag\": \"a\", \"max-file\": \"3\", \"max-size\": \"10m\", "
            "\"x\": 2}, \"runtimes\": {\"a\": {}}, \"default-ulimits\": {\"nofile\": 1}, "
            "\"icc\": false}");
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
