#include "app/reporting.h"

#include <unistd.h>

#include <algorithm>

#include "app/diagnostics.h"
#include "app/output.h"
#include "app/rule_names.h"
#include "base/clock.h"

namespace plimsoll::app {
namespace {

bool reaches_threshold(const Report& report, std::string_view threshold) {
  if (threshold == "never") return false;
  const Severity least = severity_of(threshold).value_or(Severity::medium);
  return std::ranges::any_of(report.findings,
                             [&](const Finding& finding) { return finding.severity >= least; });
}

}  // namespace

Result<CheckOptions> check_options(const Arguments& arguments) {
  Result<std::vector<const Rule*>> rules =
      select_rules(arguments.list("select"), arguments.list("ignore"));
  if (!rules) return failure(std::move(rules.error()));
  CheckOptions options;
  options.rules = std::move(*rules);
  options.least_severity = severity_of(arguments.value("severity")).value_or(Severity::info);
  options.today = today();
  options.policy.today = options.today;
  options.shellcheck = arguments.has("shellcheck");
  return options;
}

ExitCode write_report(const Report& report, const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  for (const Error& error : report.errors) print_error(error, colour);
  const std::string path(arguments.value("output"));
  Output output = path.empty() ? Output() : Output(path);
  ReportOptions options;
  options.colour = path.empty() ? use_colour(colour, STDOUT_FILENO) : colour == "always";
  options.show_suppressed = arguments.has("show-suppressed");
  options.summary = !arguments.has("quiet");
  const std::string_view format = arguments.value("format");
  if (format == "json") {
    write_json(report, options, output.stream());
  } else if (format == "sarif") {
    write_sarif(report, options, output.stream());
  } else {
    write_text(report, options, output.stream());
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  if (!report.errors.empty()) return ExitCode::incomplete;
  return reaches_threshold(report, arguments.value("fail-on")) ? ExitCode::findings
                                                               : ExitCode::clean;
}

}  // namespace plimsoll::app
