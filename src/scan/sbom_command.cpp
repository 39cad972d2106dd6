#include "scan/sbom_command.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "app/diagnostics.h"
#include "app/output.h"
#include "app/reporting.h"
#include "base/clock.h"
#include "base/text.h"
#include "scan/sbom/sbom.h"
#include "scan/summary.h"
#include "scan/target_operand.h"
#include "scan/vulnerability_search.h"

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
  const bool wants_vulnerabilities = arguments.has("vulnerabilities");
  if (wants_vulnerabilities && arguments.value("format") == "spdx") {
    return fail_with({.message = "SPDX 2.3 has no place for vulnerabilities",
                      .hint = "--format cyclonedx has one"},
                     colour);
  }
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  if (!wants_vulnerabilities) options->rules.clear();
  VulnerabilitySearch vulnerabilities;
  if (const Result<void> ready = vulnerabilities.prepare(arguments, *options); !ready) {
    return fail_with(ready.error(), colour);
  }
  Output output{std::string(arguments.value("output"))};
  Result<image::ImageReading> reading = read_operand(arguments);
  if (!reading) return fail_with(reading.error(), colour);
  std::ranges::move(exchanged_layers(*reading->image), std::back_inserter(reading->errors));
  if (wants_vulnerabilities) {
    vulnerabilities.search(*reading);
    for (const std::string& open : reading->image->vulnerabilities
                                       ? reading->image->vulnerabilities->open
                                       : std::vector<std::string>()) {
      reading->errors.push_back({.message = open});
    }
  }
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
