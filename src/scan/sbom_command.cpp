#include "scan/sbom_command.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "app/diagnostics.h"
#include "app/output.h"
#include "base/clock.h"
#include "base/text.h"
#include "scan/sbom/sbom.h"
#include "scan/summary.h"
#include "scan/target_operand.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

namespace {

// What stands in an inventory is taken for what is in the image: `plimsoll image` has a rule for
// layers that are not what they are called, and an inventory has none.
std::vector<Error> exchanged_layers(const Image& image) {
  std::vector<Error> out;
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    const ImageLayer& layer = image.layers[i];
    const bool is_stored_one = layer.is_what_manifest_names();
    if (is_stored_one && layer.is_what_configuration_names()) continue;
    out.push_back({.message = concat("is not the layer that the ",
                                     is_stored_one ? "configuration" : "manifest",
                                     " names: do not believe what the inventory says of it"),
                   .file = concat(image.target, ", layer ", std::to_string(i + 1))});
  }
  return out;
}

}  // namespace

ExitCode sbom_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Output output{std::string(arguments.value("output"))};
  Result<image::ImageReading> reading = read_operand(arguments);
  if (!reading) return fail_with(reading.error(), colour);
  std::ranges::move(exchanged_layers(*reading->image), std::back_inserter(reading->errors));
  const std::string_view format = arguments.value("format");
  if (format == "spdx") {
    output.stream() << spdx(*reading->image, now());
  } else {
    output.stream() << cyclonedx(
        *reading->image,
        format == "cyclonedx-1.5" ? CycloneDxVersion::v1_5 : CycloneDxVersion::v1_6, now());
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  if (reading->image->unknown_components > 0) {
    print_warning(concat("left out: ", unknown_components_of(*reading->image)), colour);
  }
  return end_with(reading->errors, colour);
}

}  // namespace plimsoll::scan
