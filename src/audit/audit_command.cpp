#include "audit/audit_command.h"

#include <algorithm>
#include <iostream>

#include "app/diagnostics.h"
#include "app/reporting.h"
#include "audit/firewall_rules.h"
#include "audit/gather.h"
#include "audit/vulnerabilities.h"
#include "base/text.h"
#include "base/utf8.h"
#include "fix/host_files.h"
#include "reports/recommendations.h"

namespace plimsoll::audit {
namespace {

using namespace plimsoll::app;

Parts parts_of(const std::vector<std::string>& names) {
  if (names.empty()) return Parts{};
  const auto has = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  return {.engine = has("engine"),
          .containers = has("containers"),
          .images = has("images"),
          .host = has("host")};
}

// Files of an earlier audit are replaced.
std::optional<Error> write_fixes(const Report& report, const std::string& directory) {
  for (const fix::HostFixFile& file : fix::host_fix_files(report.findings)) {
    Output output(join_path(directory, file.name));
    output.stream() << file.text;
    if (std::optional<Error> error = output.finish()) return error;
    std::cerr << concat("wrote ", printable(join_path(directory, file.name)), "\n");
  }
  return std::nullopt;
}

ExitCode show_answers(const Report& report, const LookedAt& looked_at, const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  for (const Error& error : report.errors) print_error(error, colour);
  const std::vector<Section> sections = arguments.value("by") == "cis"
                                            ? answers_by_cis(report, looked_at)
                                            : answers_by_guideline(report, looked_at);
  Output output{std::string(arguments.value("output"))};
  if (arguments.value("format") == "json") {
    write_answers_json(sections, output.stream());
  } else {
    write_answers_text(sections, report_options(arguments), output.stream());
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  Totals totals;
  totals.add(report);
  return exit_code_of(totals, arguments.value("fail-on"));
}

}  // namespace

ExitCode audit_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);

  const RealFiles files;
  const std::unique_ptr<Policies> policies = load_policies({}, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options->policies = policies.get();
  Wanted wanted{.parts = parts_of(arguments.list("only")), .containers = arguments.operands};
  if (!wanted.containers.empty()) {
    // Who names containers wants to hear of them alone.
    if (arguments.list("only").empty()) {
      wanted.parts = {.engine = false, .containers = true, .images = false, .host = false};
    }
    wanted.parts.containers = true;
  }
  const Result<engine::Endpoint> endpoint =
      engine::choose_endpoint({.host = std::string(arguments.value("host")),
                               .context = std::string(arguments.value("context"))},
                              engine::process_environment(), files);
  const std::string_view view = arguments.value("by");
  const std::string_view format = arguments.value("format");
  if (!view.empty() && !format.empty() && format != "text" && format != "json") {
    return fail_with({.message = concat("--by has no ", format, " format"),
                      .hint = "use -f text or -f json, or leave --by out"},
                     colour);
  }
  // What is left out of a list would look like a pass.
  if (!view.empty()) options->least_severity = Severity::info;
  const std::string fixes(arguments.value("write-fixes"));
  if (arguments.has("prove") && fixes.empty()) {
    return fail_with({.message = "--prove is of use only with --write-fixes",
                      .hint = "plimsoll audit --write-fixes DIRECTORY --prove"},
                     colour);
  }
  if (!fixes.empty() && files.kind(fixes) != FileKind::directory) {
    return fail_with({.message = "is no directory", .file = fixes}, colour);
  }
  Vulnerabilities vulnerabilities;
  if (const Result<void> ready = vulnerabilities.prepare(arguments, *options, files); !ready) {
    return fail_with(ready.error(), colour);
  }
  Gathered gathered =
      gather(endpoint, wanted, files, [&](std::vector<RunningImage> images, bool is_here) {
        vulnerabilities.look_into(std::move(images), is_here);
      });
  vulnerabilities.finish(gathered, files);
  Live live = std::move(gathered.live);
  if (!fixes.empty() && live.host != nullptr) {
    const FirewallRun run{.path = join_path(fixes, "docker-user-rules.sh"),
                          .proves = arguments.has("prove"),
                          .quiet = arguments.has("quiet")};
    // The other files are worth having without it.
    if (const std::optional<Error> error = write_firewall_rules(live, run, files)) {
      print_error(*error, colour);
    }
  }
  const LookedAt looked_at{.engine = live.daemon != nullptr && live.judged == Live::OfDaemon::all,
                           .containers = live.lists_containers,
                           .images = gathered.lists_images,
                           .host = live.host != nullptr,
                           .rules = options->rules};
  Report report = check_live(std::move(live), *options);
  report.database_age = vulnerabilities.database_age();
  if (!fixes.empty()) {
    if (const std::optional<Error> error = write_fixes(report, fixes)) {
      return fail_with(*error, colour);
    }
  }
  if (!view.empty()) return show_answers(report, looked_at, arguments);
  ReportOutput output(arguments);
  if (!arguments.has("quiet")) output.close_with(vulnerabilities.closing_line());
  output.add(std::move(report));
  return output.finish();
}

}  // namespace plimsoll::audit
