#include "scan/image_command.h"

#include "app/diagnostics.h"
#include "app/reporting.h"
#include "scan/summary.h"
#include "scan/target_operand.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

ExitCode image_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  const RealFiles files;
  const std::unique_ptr<Policies> policies = load_policies({}, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options->policies = policies.get();

  ReportOutput output(arguments);
  Result<image::ImageReading> reading = read_operand(arguments);
  if (!reading) return fail_with(reading.error(), colour);
  output.close_with(summary_of(*reading->image));
  output.add(check_image(std::move(reading->sources), *reading->image, std::move(reading->errors),
                         *options));
  return output.finish();
}

}  // namespace plimsoll::scan
