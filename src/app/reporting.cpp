#include "app/reporting.h"

#include <unistd.h>

#include <algorithm>

#include "app/diagnostics.h"
#include "app/output.h"
#include "app/rule_names.h"
#include "base/clock.h"

namespace plimsoll::app {
namespace {

bool reaches_threshold(const Totals& totals, std::string_view threshold) {
  if (threshold == "never") return false;
  const Severity least = severity_of(threshold).value_or(Severity::medium);
  for (std::size_t i = static_cast<std::size_t>(least); i < totals.by_severity.size(); ++i) {
    if (totals.by_severity[i] != 0) return true;
  }
  return false;
}

ReportOptions report_options(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  ReportOptions options;
  options.colour =
      arguments.value("output").empty() ? use_colour(colour, STDOUT_FILENO) : colour == "always";
  options.show_suppressed = arguments.has("show-suppressed");
  options.summary = !arguments.has("quiet");
  return options;
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

ReportOutput::ReportOutput(const Arguments& arguments)
    : colour_(arguments.value("color")),
      format_(arguments.value("format")),
      threshold_(arguments.value("fail-on")),
      options_(report_options(arguments)),
      output_(std::string(arguments.value("output"))) {}

std::string ReportOutput::render(const Report& part) const {
  return is_one_document() ? std::string() : text_of(part, options_);
}

void ReportOutput::take(Report part, std::string rendered) {
  for (const Error& error : part.errors) print_error(error, colour_);
  totals_.add(part);
  output_.stream() << rendered;
  if (is_one_document()) append(whole_, std::move(part));
}

void ReportOutput::add(Report part) {
  std::string rendered = render(part);
  take(std::move(part), std::move(rendered));
}

ExitCode ReportOutput::finish() {
  std::ranges::sort(whole_.findings, comes_before);
  std::ranges::sort(whole_.suppressed, comes_before, &SuppressedFinding::finding);
  if (format_ == "json") {
    write_json(whole_, options_, output_.stream());
  } else if (format_ == "sarif") {
    write_sarif(whole_, options_, output_.stream());
  } else {
    output_.stream() << text_summary(totals_, options_);
  }
  if (const std::optional<Error> error = output_.finish()) return fail_with(*error, colour_);
  if (totals_.errors != 0) return ExitCode::incomplete;
  return reaches_threshold(totals_, threshold_) ? ExitCode::findings : ExitCode::clean;
}

}  // namespace plimsoll::app
