#include "scan/target_operand.h"

#include "base/text.h"

namespace plimsoll::scan {

Result<image::ImageReading> read_operand(const app::Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return failure({.message = arguments.operands.empty() ? "which image?" : "one image at a time",
                    .hint = concat("plimsoll ", arguments.command->name,
                                   " TARGET, such as archive://FILE or dir://DIRECTORY")});
  }
  const std::string& text = arguments.operands.front();
  const Result<image::Target> target = image::parse_target(text);
  if (!target) return failure(target.error());
  return image::read_image(
      text, *target, {.architecture = std::string(arguments.value("platform")), .threads = 0});
}

}  // namespace plimsoll::scan
