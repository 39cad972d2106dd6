// Every format against the file in tests/golden that holds what it should write. PLIMSOLL_ACCEPT=1
// writes the files anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "reports/excerpt.h"
#include "reports/report.h"
#include "reports/sarif.h"
#include "support/repository.h"

namespace plimsoll {
namespace {

constinit const Rule sample_privileged = {
    .name = "privileged",
    .title = "container runs privileged",
    .severity = Severity::critical,
    .topic = "capabilities",
    .subjects = {Subject::container},
    .rationale = "A privileged container is root on the host.",
    .remediation = "Remove `privileged`.",
    .limits = "`docker exec --privileged` is not seen.",
    .references = {guideline("S1", "Daemon Privileges"), cis("5.5"), hadolint("DL9999")},
};

const Rule* find_sample(std::string_view name) {
  return name == sample_privileged.name ? &sample_privileged : nullptr;
}

Location find(const Source& source, std::string_view text) {
  const auto at = static_cast<std::uint32_t>(source.text().find(text));
  return {&source, {at, at + static_cast<std::uint32_t>(text.size())}};
}

Finding finding(std::string_view rule, Severity severity, std::string message, Location at,
                std::string remedy = {}) {
  return {.rule = rule,
          .severity = severity,
          .message = std::move(message),
          .at = at,
          .subject = "container",
          .remedy = std::move(remedy),
          .decided_by = Layer::compose,
          .related = {},
          .subject_at = {},
          .fix = {}};
}

// A report with one of everything.
Report sample() {
  Report report;
  Sources& sources = *report.sources.emplace_back(std::make_unique<Sources>());
  const Source& compose = sources.add("./deploy/my app/compose.yaml",
                                      "services:\n"
                                      "  web:\n"
                                      "    image: nginx:1.27\n"
                                      "    privileged: true\n"
                                      "\tcomment: \"größe 漢字\" # \x1b[31m\n"
                                      "  db:\n"
                                      "    image: postgres:16\n"
                                      "    privileged: true\n");
  const Source& run = sources.add("run.sh", "docker run -v a:/a -v b:/a nginx\n");

  report.findings.push_back(finding("root-user", Severity::high, "service \"web\" runs as root",
                                    find(compose, "web"), "set user: 10001:10001"));
  report.findings.back().decided_by = Layer::dockerfile;
  report.findings.back().fix = unsafe_fix({});
  report.findings.back().fix.refusal = "it is decided in another file";
  report.findings.push_back(finding("privileged", Severity::critical,
                                    "service \"web\" runs privileged", find(compose, "true"),
                                    "remove privileged"));
  report.findings.back().fix = safe_fix({});
  report.findings.back().fix.edits = {{find(compose, "    privileged: true\n"), {}, {}, {}}};
  report.findings.push_back(
      finding("odd-text", Severity::medium, "the text \"\x1b[0m\" is odd", find(compose, "漢字")));
  Location second = find(compose, "  db:");
  second.span.end = static_cast<std::uint32_t>(compose.text().size());
  report.findings.push_back(
      finding("long-thing", Severity::info, "service \"db\" is long", second));
  report.findings.push_back(finding("mount-twice", Severity::low, "the container mounts /a twice",
                                    find(run, "b:/a"), "remove one of the mounts"));
  report.findings.back().related = {find(run, "a:/a"), "the first mount"};
  Location again = find(compose, "privileged: true\n  ");
  again.span = {static_cast<std::uint32_t>(compose.text().rfind("true")),
                static_cast<std::uint32_t>(compose.text().rfind("true") + 4)};
  report.suppressed.push_back(
      {finding("privileged", Severity::critical, "service \"db\" runs privileged", again),
       "it formats the disks", find(compose, "# ")});
  report.errors.push_back({.message = "an unknown flag --nam",
                           .at = find(run, "-v a"),
                           .hint = "did you mean --name?",
                           .file = {}});
  report.errors.push_back(
      {.message = "the file is no regular file", .at = {}, .hint = {}, .file = "/dev/zero"});
  report.files = 12;
  report.compose_projects = 1;
  report.run_lines = 3;
  return report;
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = test::source_path("tests/golden/" + name);
  if (std::getenv("PLIMSOLL_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing: run with PLIMSOLL_ACCEPT=1";
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(file), {})) << path;
}

template <class Write>
std::string written(Write&& write) {
  std::ostringstream out;
  write(out);
  return out.str();
}

std::string whole_text(const Report& report, const ReportOptions& options = {}) {
  Totals totals;
  totals.add(report);
  return text_of(report, options) + text_summary(totals, options);
}

TEST(TextReport, ShowsPlaceLineCaretAndAdvice) {
  expect_golden("report.txt", whole_text(sample()));
}

TEST(TextReport, ColoursAndShowsTheSuppressed) {
  expect_golden("report-colour.txt",
                whole_text(sample(), {.colour = true, .show_suppressed = true}));
}

TEST(TextReport, SaysWhatWasLookedAtWhenNothingIsFound) {
  Report report;
  EXPECT_EQ(whole_text(report),
            "0 files seen, nothing checked: no Dockerfile, compose file, docker run line or engine "
            "JSON\n");
  report.files = 12;
  report.dockerfiles = 1;
  report.json_documents = 2;
  EXPECT_EQ(whole_text(report), "12 files checked (1 Dockerfile, 2 JSON documents): no findings\n");
  report.errors.push_back({.message = "no"});
  EXPECT_EQ(
      whole_text(report),
      "12 files checked (1 Dockerfile, 2 JSON documents): no findings; incomplete: 1 error\n");
}

TEST(TextReport, WritesErrors) {
  const Report report = sample();
  std::string text;
  for (const Error& error : report.errors) {
    text += written([&](std::ostream& out) { write_error(error, false, out); });
  }
  text += written([&](std::ostream& out) {
    write_error({.message = "no such file", .hint = "give a path", .file = "a\nb"}, false, out);
  });
  EXPECT_EQ(text,
            "run.sh:1:12: error: an unknown flag --nam\n"
            "   1 | docker run -v a:/a -v b:/a nginx\n"
            "     |            ^^^^ hint: did you mean --name?\n"
            "/dev/zero: error: the file is no regular file\n"
            "a\\x0ab: error: no such file\n"
            "  hint: give a path\n");
}

TEST(JsonReport, IsGolden) {
  const Report report = sample();
  expect_golden("report.json", written([&](std::ostream& out) {
                  write_json(report, {.colour = false, .show_suppressed = true}, out);
                }));
}

TEST(JsonReport, LeavesOutTheSuppressed) {
  const Report report = sample();
  const std::string text = written([&](std::ostream& out) { write_json(report, {}, out); });
  EXPECT_FALSE(text.contains("\"suppressed\": ["));
  EXPECT_TRUE(text.contains("\"suppressed\": 1"));
}

TEST(SarifReport, IsGolden) {
  const Report report = sample();
  expect_golden("report.sarif", written([&](std::ostream& out) {
                  write_sarif(report, {.colour = false, .show_suppressed = true}, find_sample, out);
                }));
}

std::string fingerprints(const std::string& text, std::initializer_list<std::uint32_t> offsets) {
  Report report;
  const Source& source = report.sources.emplace_back(std::make_unique<Sources>())->add("a", text);
  for (const std::uint32_t at : offsets) {
    report.findings.push_back(finding("r", Severity::low, "m", {&source, {at, at + 1}}));
  }
  const std::string sarif =
      written([&](std::ostream& out) { write_sarif(report, {}, find_sample, out); });
  std::string found;
  const std::string_view key = "\"primaryLocationLineHash\": \"";
  for (std::size_t at = sarif.find(key); at != std::string::npos; at = sarif.find(key, at + 1)) {
    found += sarif.substr(at + key.size(), 18) + " ";
  }
  return found;
}

TEST(SarifReport, FingerprintsFollowALineThatMoves) {
  EXPECT_EQ(fingerprints("one\n  two\n", {6}), fingerprints("\n\n\ntwo\r\n", {3}));
  EXPECT_NE(fingerprints("one\n", {0}), fingerprints("two\n", {0}));
  const std::string twice = fingerprints("one\none\n", {0, 4});
  EXPECT_EQ(twice.substr(0, 16), twice.substr(19, 16));
  EXPECT_EQ(twice.substr(16, 2), ":1");
  EXPECT_EQ(twice.substr(35, 2), ":2");
}

Excerpt excerpt(const Source& source, std::uint32_t begin, std::uint32_t end) {
  return excerpt_of({&source, {begin, end}});
}

TEST(Excerpt, CountsColumnsOfATerminal) {
  const Source source("a",
                      "a\tb漢é!\x07"
                      "e\xCC\x81x\xFFy\n");
  EXPECT_EQ(excerpt(source, 0, 1).text, "a   b漢é!\\x07e\xCC\x81x\\xffy");
  EXPECT_EQ(excerpt(source, 2, 3).caret_column, 4u);     // b, after the tab
  EXPECT_EQ(excerpt(source, 3, 6).caret_width, 2u);      // the wide character
  EXPECT_EQ(excerpt(source, 6, 8).caret_column, 7u);     // é
  EXPECT_EQ(excerpt(source, 9, 10).caret_width, 4u);     // the bell
  EXPECT_EQ(excerpt(source, 13, 14).caret_column, 14u);  // x, after e and its accent
}

TEST(Excerpt, HoldsOddPlaces) {
  const Source source("a", "one\r\n\ntwo");
  EXPECT_EQ(excerpt(source, 0, 9).caret_width, 3u);   // several lines
  EXPECT_EQ(excerpt(source, 3, 3).caret_column, 3u);  // at the line's end
  EXPECT_EQ(excerpt(source, 4, 5).caret_column, 3u);  // inside the line ending
  EXPECT_EQ(excerpt(source, 5, 6).text, "");          // an empty line
  EXPECT_EQ(excerpt(source, 9, 9).caret_column, 3u);  // the end of the text
  EXPECT_EQ(excerpt(source, 90, 99).caret_width, 1u);
  const Source empty("a", "");
  EXPECT_EQ(excerpt(empty, 0, 0).text, "");
}

TEST(Excerpt, CutsLongLines) {
  const std::string line = std::string(5000, 'a') + "NEEDLE" + std::string(5000, 'b');
  const Source source("a", line);
  const Excerpt middle = excerpt(source, 5000, 5006);
  EXPECT_LE(columns_of(middle.text), max_excerpt_columns);
  EXPECT_TRUE(middle.text.starts_with("…aaa"));
  EXPECT_TRUE(middle.text.ends_with("bbb…"));
  EXPECT_EQ(middle.text.find("NEEDLE"), middle.caret_column + 2);  // the ellipsis has three bytes
  EXPECT_EQ(middle.caret_width, 6u);
  const Excerpt all = excerpt(source, 0, 10006);
  EXPECT_LE(all.caret_width, max_excerpt_columns);
  EXPECT_TRUE(excerpt(source, 10005, 10006).text.ends_with("bbb"));
}

}  // namespace
}  // namespace plimsoll
