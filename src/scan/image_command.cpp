#include "scan/image_command.h"

#include "app/diagnostics.h"
#include "app/reporting.h"
#include "base/text.h"
#include "image/image_reader.h"
#include "scan/summary.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

ExitCode image_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  if (arguments.operands.size() != 1) {
    return fail_with(
        {.message = arguments.operands.empty() ? "which image?" : "one image at a time",
         .hint = "plimsoll image TARGET, such as archive://FILE or dir://DIRECTORY"},
        colour);
  }
  const RealFiles files;
  const std::unique_ptr<Policies> policies = load_policies({}, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options->policies = policies.get();

  const std::string& text = arguments.operands.front();
  const Result<image::Target> target = image::parse_target(text);
  if (!target) return fail_with(target.error(), colour);
  Result<image::ImageReading> reading = image::read_image(
      text, *target, {.architecture = std::string(arguments.value("platform")), .threads = 0});
  if (!reading) return fail_with(reading.error(), colour);

  ReportOutput output(arguments);
  output.close_with(summary_of(*reading->image));
  output.add(check_image(std::move(reading->sources), *reading->image, std::move(reading->errors),
                         *options));
  return output.finish();
}

}  // namespace plimsoll::scan
