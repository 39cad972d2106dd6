#include "app/reporting.h"

#include <unistd.h>

#include <algorithm>

#include "app/diagnostics.h"
#include "app/output.h"
#include "app/rule_names.h"
#include "base/clock.h"
#include "base/text.h"

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

}  // namespace

ReportOptions report_options(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  ReportOptions options;
  options.colour =
      arguments.value("output").empty() ? use_colour(colour, STDOUT_FILENO) : colour == "always";
  options.show_suppressed = arguments.has("show-suppressed");
  options.summary = !arguments.has("quiet");
  return options;
}

namespace {

Error no_such_path(const std::string& path, const Files& files) {
  Error error{.message = "there is no such file or directory", .file = path};
  const std::string directory(parent_path(path));
  const Result<std::vector<DirectoryEntry>> entries =
      files.list(directory.empty() ? "." : directory);
  if (!entries) return error;
  std::vector<std::string_view> names;
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  if (const auto near = nearest(file_name(path), names)) {
    error.hint = concat("did you mean \"", join_path(directory, *near), "\"?");
  }
  return error;
}

}  // namespace

std::optional<Error> missing_path(const std::vector<std::string>& paths, const Files& files) {
  for (const std::string& path : paths) {
    if (files.kind(path) == FileKind::missing) return no_such_path(path, files);
  }
  return std::nullopt;
}

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
  // The text report marks what can be fixed; these two say how.
  const std::string_view format = arguments.value("format");
  if (format == "json" || format == "sarif") options.edits = Certainty::unsafe;
  return options;
}

std::unique_ptr<Policies> load_policies(const std::vector<Input>& inputs,
                                        std::string_view text_name, const Files& files,
                                        const Arguments& arguments) {
  auto policies = std::make_unique<Policies>(files, policy_files_outside_trees(), today());
  policies->load("");
  policies->load(std::string(parent_path(text_name)));
  for (const Input& input : inputs) {
    policies->load(std::string(parent_path(input.paths.front())));
  }
  for (const Error& error : policies->errors()) print_error(error, arguments.value("color"));
  return policies->errors().empty() ? std::move(policies) : nullptr;
}

ExitCode exit_code_of(const Totals& totals, std::string_view threshold) {
  if (totals.errors != 0 || totals.open_questions != 0) return ExitCode::incomplete;
  return reaches_threshold(totals, threshold) ? ExitCode::findings : ExitCode::clean;
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

void ReportOutput::take(std::size_t, Report part, std::string rendered) {
  for (const Error& error : part.errors) print_error(error, colour_);
  totals_.add(part);
  output_.stream() << rendered;
  if (is_one_document()) append(whole_, std::move(part));
}

void ReportOutput::add(Report part) {
  std::string rendered = render(part);
  take(0, std::move(part), std::move(rendered));
}

ExitCode ReportOutput::finish() {
  std::ranges::sort(whole_.findings, comes_before);
  std::ranges::sort(whole_.suppressed, comes_before, &SuppressedFinding::finding);
  if (format_ == "json") {
    write_json(whole_, options_, output_.stream());
  } else if (format_ == "sarif") {
    write_sarif(whole_, options_, output_.stream());
  } else if (format_ == "prometheus") {
    write_prometheus(whole_, output_.stream());
  } else {
    output_.stream() << text_summary(totals_, options_) << closing_;
  }
  if (const std::optional<Error> error = output_.finish()) return fail_with(*error, colour_);
  return exit_code_of(totals_, threshold_);
}

}  // namespace plimsoll::app
