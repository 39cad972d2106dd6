#include "scan/check_images.h"

#include <set>

#include "app/commands/check_files.h"
#include "app/diagnostics.h"
#include "base/text.h"
#include "readers/compose/compose_reader.h"
#include "scan/target_operand.h"
#include "scan/vulnerability_search.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

namespace {

// As the engine has it. Compose names what it builds without a name by the project and the service.
std::string image_of(const ComposeProject& project, const ContainerSpec& service) {
  if (!service.image.value.empty()) return service.image.value;
  return service.builds_image ? concat(project.name, "-", service.name) : std::string();
}

std::vector<std::string> targets_of(const std::vector<Input>& inputs, const Files& files) {
  std::set<std::string> images;
  for (const Input& input : inputs) {
    if (input.kind != InputKind::compose) continue;
    Sources sources;
    const Reading<ComposeProject> reading = read_compose(input.paths, sources, files);
    for (const auto& service : reading.value.services) {
      std::string image = image_of(reading.value, *service);
      // A variable that nobody has given a value names no image.
      if (!image.empty() && !image.contains('$')) images.insert("docker://" + std::move(image));
    }
  }
  return {images.begin(), images.end()};
}

}  // namespace

ExitCode check_with_images(const Arguments& arguments) {
  ReportOutput output(arguments);
  CheckedFiles checked;
  if (const auto failed = check_files(arguments, checked, output)) return *failed;
  VulnerabilitySearch vulnerabilities;
  if (const Result<void> ready = vulnerabilities.prepare(arguments, checked.options); !ready) {
    return fail_with(ready.error(), arguments.value("color"));
  }
  const std::vector<std::string> targets = targets_of(checked.found.inputs, checked.files);
  std::vector<Result<image::ImageReading>> readings = read_images(targets, arguments);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    if (!readings[i]) {
      Report unseen;
      unseen.errors.push_back(readings[i].error());
      if (unseen.errors.back().file.empty()) unseen.errors.back().file = targets[i];
      output.add(std::move(unseen));
      continue;
    }
    image::ImageReading& reading = *readings[i];
    vulnerabilities.search(reading);
    output.add(check_image(std::move(reading.sources), *reading.image, std::move(reading.errors),
                           checked.options));
  }
  return output.finish();
}

}  // namespace plimsoll::scan
