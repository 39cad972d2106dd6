#include "scan/sbom_command.h"

#include "app/diagnostics.h"
#include "app/output.h"
#include "base/clock.h"
#include "scan/sbom/sbom.h"
#include "scan/target_operand.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

ExitCode sbom_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Output output{std::string(arguments.value("output"))};
  const Result<image::ImageReading> reading = read_operand(arguments);
  if (!reading) return fail_with(reading.error(), colour);
  const std::string_view format = arguments.value("format");
  if (format == "spdx") {
    output.stream() << spdx(*reading->image, now());
  } else {
    output.stream() << cyclonedx(
        *reading->image,
        format == "cyclonedx-1.5" ? CycloneDxVersion::v1_5 : CycloneDxVersion::v1_6, now());
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  for (const Error& error : reading->errors) print_error(error, colour);
  return reading->errors.empty() ? ExitCode::clean : ExitCode::incomplete;
}

}  // namespace plimsoll::scan
