// Gauges without timestamps: the collector knows when the file was written.
#include <array>
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
  const std::array<std::pair<std::string_view, std::size_t>, 3> looked_at{
      {{"engine", totals.daemons}, {"container", totals.containers}, {"host", totals.hosts}}};
  for (const auto& [subject, count] : looked_at) {
    sample(text, "plimsoll_checked", concat("subject=\"", subject, "\""), count);
  }
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace plimsoll
