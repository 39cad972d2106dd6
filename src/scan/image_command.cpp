#include "scan/image_command.h"

#include "app/diagnostics.h"
#include "app/output.h"
#include "app/reporting.h"
#include "scan/dockerfile_places.h"
#include "scan/image_diff.h"
#include "scan/layer_tree.h"
#include "scan/summary.h"
#include "scan/target_operand.h"
#include "scan/vulnerability_search.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

namespace {

ExitCode show_tree(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Output output{std::string(arguments.value("output"))};
  const Result<image::ImageReading> reading = read_operand(arguments);
  if (!reading) return fail_with(reading.error(), colour);
  if (reading->image->is_inventory) {
    return fail_with(
        {.message = "is an inventory, which has no layers", .file = reading->image->target},
        colour);
  }
  output.stream() << layer_tree(*reading);
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  return end_with(reading->errors, colour);
}

ExitCode show_diff(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  if (arguments.operands.size() != 2) {
    return fail_with({.message = "a difference is one of two images",
                      .hint = "plimsoll image --diff nginx:1.26 nginx:1.27"},
                     colour);
  }
  Output output{std::string(arguments.value("output"))};
  const std::vector<Result<image::ImageReading>> readings =
      read_images(arguments.operands, arguments);
  for (const Result<image::ImageReading>& reading : readings) {
    if (!reading) return fail_with(reading.error(), colour);
  }
  const ImageDiff diff = diff_of(*readings[0]->image, *readings[1]->image);
  output.stream() << diff.text;
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  const ExitCode of_first = end_with(readings[0]->errors, colour);
  const ExitCode of_second = end_with(readings[1]->errors, colour);
  if (of_first != ExitCode::clean) return of_first;
  if (of_second != ExitCode::clean) return of_second;
  return diff.is_empty ? ExitCode::clean : ExitCode::findings;
}

}  // namespace

ExitCode image_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  const bool is_report = !arguments.has("tree") && !arguments.has("diff");
  if (!is_report && !arguments.value("format").empty() && arguments.value("format") != "text") {
    return fail_with({.message = "--tree and --diff are for people: they are written as text",
                      .hint = "plimsoll sbom writes what an image holds for programs"},
                     colour);
  }
  if (arguments.has("diff")) return show_diff(arguments);
  if (arguments.has("tree")) return show_tree(arguments);
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  const RealFiles files;
  const std::unique_ptr<Policies> policies = load_policies({}, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options->policies = policies.get();

  std::optional<std::string> dockerfile;
  const std::string dockerfile_path(arguments.value("dockerfile"));
  if (!dockerfile_path.empty()) {
    Result<std::string> text = files.read(dockerfile_path);
    if (!text) return fail_with(text.error(), colour);
    dockerfile = std::move(*text);
  }
  VulnerabilitySearch vulnerabilities;
  if (const Result<void> ready = vulnerabilities.prepare(arguments, *options); !ready) {
    return fail_with(ready.error(), colour);
  }
  ReportOutput output(arguments);
  Result<image::ImageReading> reading = read_operand(arguments);
  if (!reading) return fail_with(reading.error(), colour);
  if (dockerfile) {
    const Result<void> placed =
        place_in_dockerfile(dockerfile_path, std::move(*dockerfile), *reading);
    if (!placed) return fail_with(placed.error(), colour);
  }
  vulnerabilities.search(*reading);
  output.close_with(summary_of(*reading->image));
  output.add(check_image(std::move(reading->sources), *reading->image, std::move(reading->errors),
                         *options));
  return output.finish();
}

}  // namespace plimsoll::scan
