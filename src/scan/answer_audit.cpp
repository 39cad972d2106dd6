#include "scan/answer_audit.h"

#include <cstdio>

#include "advisories/image_answer.h"
#include "app/diagnostics.h"
#include "app/reporting.h"
#include "base/text.h"
#include "scan/target_operand.h"
#include "scan/vulnerability_search.h"

namespace plimsoll::scan {

using namespace plimsoll::app;

namespace {

ExitCode hand_over(const Image& image, const std::vector<Error>& errors) {
  const std::string answer = advisories::encode_answer(image, errors);
  const bool written = std::fwrite(answer.data(), 1, answer.size(), stdout) == answer.size() &&
                       std::fflush(stdout) == 0;
  return written ? ExitCode::clean : ExitCode::failed;
}

}  // namespace

ExitCode answer_audit(const Arguments& arguments) {
  if (arguments.operands.size() != 1) return fail_with({.message = "which image?"});
  const Result<CheckOptions> options = check_options(arguments);
  if (!options) return hand_over({}, {options.error()});
  VulnerabilitySearch vulnerabilities;
  if (const Result<void> ready = vulnerabilities.prepare(arguments, *options); !ready) {
    return hand_over({}, {ready.error()});
  }
  std::vector<Result<image::ImageReading>> readings =
      read_images({concat("docker://", arguments.operands.front())}, arguments);
  if (!readings.front()) return hand_over({}, {readings.front().error()});
  image::ImageReading& reading = *readings.front();
  vulnerabilities.search(reading);
  return hand_over(*reading.image, reading.errors);
}

}  // namespace plimsoll::scan
