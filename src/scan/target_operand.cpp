#include "scan/target_operand.h"

#include "base/text.h"
#include "scan/engine_image.h"
#include "subjects/image_reference.h"

namespace plimsoll::scan {
namespace {

constexpr std::string_view engine_scheme = "docker://";

// What an engine is asked for: "docker://nginx", or a bare name where no file has it.
std::string engine_name(const std::string& text, const Files& files) {
  if (text.starts_with(engine_scheme)) return text.substr(engine_scheme.size());
  const bool is_path = text.contains("://") || text.starts_with('/') || text.starts_with('.') ||
                       text.ends_with(".tar") || files.kind(text) != FileKind::missing;
  return !is_path && parse_image_reference(text) ? text : std::string();
}

}  // namespace

Result<image::ImageReading> read_operand(const app::Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return failure({.message = arguments.operands.empty() ? "which image?" : "one image at a time",
                    .hint = concat("plimsoll ", arguments.command->name,
                                   " TARGET, such as nginx:1.27 or archive://FILE")});
  }
  const std::string& text = arguments.operands.front();
  const image::ReadOptions options{.architecture = std::string(arguments.value("platform")),
                                   .threads = 0,
                                   .secrets = arguments.command->name == "image"
                                                  ? image::SearchSecrets::yes
                                                  : image::SearchSecrets::no};
  const RealFiles files;
  if (const std::string name = engine_name(text, files); !name.empty()) {
    const Result<image::UnpackedImage> found = find_engine_image(
        name,
        engine::choose_endpoint({.host = std::string(arguments.value("host")),
                                 .context = std::string(arguments.value("context"))},
                                engine::process_environment(), files),
        files);
    if (!found) return failure(found.error());
    return image::read_image(text, *found, options);
  }
  const Result<image::Target> target = image::parse_target(text);
  if (!target) return failure(target.error());
  return image::read_image(text, *target, options);
}

}  // namespace plimsoll::scan
