#include "scan/target_operand.h"

#include <cstdlib>

#include "base/text.h"
#include "image/layer_cache.h"
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

// XDG Base Directory Specification; nothing where there is no home to keep it in.
std::string usual_cache_directory() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return concat(cache, "/plimsoll/layers");
  const char* const home = std::getenv("HOME");
  const bool is_there =
      home != nullptr && *home == '/' && RealFiles().kind(home) == FileKind::directory;
  return is_there ? concat(home, "/.cache/plimsoll/layers") : std::string();
}

std::unique_ptr<image::LayerCache> open_cache(const app::Arguments& arguments) {
  std::string directory(arguments.value("cache-dir"));
  if (directory.empty()) directory = usual_cache_directory();
  if (directory.empty() || arguments.has("no-cache")) return nullptr;
  return std::make_unique<image::LayerCache>(std::move(directory));
}

}  // namespace

Result<image::ImageReading> read_operand(const app::Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return failure({.message = arguments.operands.empty() ? "which image?" : "one image at a time",
                    .hint = concat("plimsoll ", arguments.command->name,
                                   " TARGET, such as nginx:1.27 or archive://FILE")});
  }
  const std::string& text = arguments.operands.front();
  const std::unique_ptr<image::LayerCache> cache = open_cache(arguments);
  const image::ReadOptions options{
      .architecture = std::string(arguments.value("platform")), .threads = 0, .cache = cache.get()};
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
