// Gauges without timestamps: the collector knows when the file was written.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <tuple>

#include "base/text.h"
#include "reports/report.h"

namespace plimsoll {
namespace {

void begin(std::string& text, std::string_view name, std::string_view help) {
  text += concat("# HELP ", name, " ", help, "\n# TYPE ", name, " gauge\n");
}

// `labels` holds words of ours (rules, severities, subjects), none of which needs an escape.
void sample(std::string& text, std::string_view name, std::string_view labels, std::size_t value) {
  const std::string in_braces = labels.empty() ? std::string() : concat("{", labels, "}");
  text += concat(name, in_braces, " ", std::to_string(value), "\n");
}

// Flaws of several packages and images are findings of their own; an alert asks for these numbers.
void vulnerabilities(std::string& text, const Report& report) {
  std::array<std::size_t, 5> all{};
  std::array<std::size_t, 5> with_fix{};
  std::size_t exploited = 0;
  for (const Finding& finding : report.findings) {
    if (finding.vulnerability == nullptr) continue;
    const auto severity = static_cast<std::size_t>(finding.severity);
    ++all[severity];
    if (!finding.vulnerability->fixed_version.empty()) ++with_fix[severity];
    if (finding.vulnerability->exploited) ++exploited;
  }
  const auto by_severity = [&](std::string_view name, std::string_view help,
                               const std::array<std::size_t, 5>& counts) {
    begin(text, name, help);
    for (std::size_t i = counts.size(); i-- > 0;) {
      sample(text, name, concat("severity=\"", name_of(static_cast<Severity>(i)), "\""), counts[i]);
    }
  };
  by_severity("plimsoll_vulnerabilities", "Known vulnerabilities, by severity.", all);
  by_severity("plimsoll_fixable_vulnerabilities", "Those that a known version is without.",
              with_fix);
  begin(text, "plimsoll_exploited_vulnerabilities", "Those that CISA knows to be exploited.");
  sample(text, "plimsoll_exploited_vulnerabilities", {}, exploited);
}

}  // namespace

void write_prometheus(const Report& report, std::ostream& out) {
  Totals totals;
  totals.add(report);
  std::string text;
  begin(text, "plimsoll_info", "The program that made this file.");
  sample(text, "plimsoll_info", "version=\"" PLIMSOLL_VERSION "\"", 1);

  begin(text, "plimsoll_severity_findings", "Findings of a severity.");
  for (std::size_t i = totals.by_severity.size(); i-- > 0;) {
    sample(text, "plimsoll_severity_findings",
           concat("severity=\"", name_of(static_cast<Severity>(i)), "\""), totals.by_severity[i]);
  }

  using Kind = std::tuple<std::string_view, std::string_view, Severity>;
  std::map<Kind, std::size_t> counts;
  for (const Finding& finding : report.findings) {
    ++counts[{finding.rule, finding.subject, finding.severity}];
  }
  begin(text, "plimsoll_findings",
        "Findings of a rule, by what it judged and how severe they are.");
  for (const auto& [kind, count] : counts) {
    const auto& [rule, subject, severity] = kind;
    sample(text, "plimsoll_findings",
           concat("rule=\"", rule, "\",subject=\"", subject, "\",severity=\"", name_of(severity),
                  "\""),
           count);
  }

  begin(text, "plimsoll_open_questions", "Questions that stay open: not looked at is not passed.");
  sample(text, "plimsoll_open_questions", {}, totals.open_questions);
  begin(text, "plimsoll_errors", "What could not be read.");
  sample(text, "plimsoll_errors", {}, totals.errors);
  begin(text, "plimsoll_checked", "What was looked at.");
  const std::array<std::pair<std::string_view, std::size_t>, 4> looked_at{
      {{"engine", totals.daemons},
       {"container", totals.containers},
       {"image", totals.images},
       {"host", totals.hosts}}};
  for (const auto& [subject, count] : looked_at) {
    sample(text, "plimsoll_checked", concat("subject=\"", subject, "\""), count);
  }
  if (report.database_age) {
    begin(text, "plimsoll_db_age_seconds", "How long ago the database of advisories was made.");
    sample(text, "plimsoll_db_age_seconds", {},
           static_cast<std::size_t>(std::max<std::int64_t>(*report.database_age, 0)));
    vulnerabilities(text, report);
  }
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace plimsoll
