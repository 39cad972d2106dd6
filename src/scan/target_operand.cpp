#include "scan/target_operand.h"

#include "base/text.h"
#include "net/proxy.h"
#include "registry/registry_store.h"
#include "scan/engine_image.h"
#include "subjects/image_reference.h"

namespace plimsoll::scan {
namespace {

constexpr std::string_view engine_scheme = "docker://";
constexpr std::string_view registry_scheme = "registry://";

// What an engine is asked for: "docker://nginx", or a bare name where no file has it.
std::string engine_name(const std::string& text, const Files& files) {
  if (text.starts_with(engine_scheme)) return text.substr(engine_scheme.size());
  const bool is_path = text.contains("://") || text.starts_with('/') || text.starts_with('.') ||
                       text.ends_with(".tar") || files.kind(text) != FileKind::missing;
  return !is_path && parse_image_reference(text) ? text : std::string();
}

// A bare name means the engine; who has none may mean the registry.
Error instead_of_engine(Error error, const std::string& text) {
  if (text.starts_with(engine_scheme)) return error;
  error.hint += concat(error.hint.empty() ? "" : "; or ", "plimsoll image ", registry_scheme, text,
                       " reads it from its registry");
  return error;
}

}  // namespace

Result<image::ImageReading> read_operand(const app::Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return failure({.message = arguments.operands.empty() ? "which image?" : "one image at a time",
                    .hint = concat("plimsoll ", arguments.command->name,
                                   " TARGET, such as nginx:1.27 or archive://FILE")});
  }
  const std::string& text = arguments.operands.front();
  image::ReadOptions options;
  if (const std::string_view wanted = arguments.value("platform"); !wanted.empty()) {
    options.platform = image::parse_platform(wanted);
    if (!options.platform) {
      return failure({.message = concat("\"", wanted, "\" is no platform"),
                      .hint = "it is one such as arm64, linux/amd64 or linux/arm/v7"});
    }
  }
  const RealFiles files;
  if (text.starts_with(registry_scheme)) {
    registry::Options how{.environment = registry::credential_environment(),
                          .http = {.user_agent = concat("plimsoll/", PLIMSOLL_VERSION),
                                   .proxies = net::proxy_environment()},
                          .without_tls = arguments.list("insecure-registry"),
                          .pause = {}};
    Result<std::unique_ptr<image::BlobStore>> store =
        registry::open_registry_store(text.substr(registry_scheme.size()), std::move(how), files);
    if (!store) {
      Error error = store.error();
      if (error.file.empty()) error.file = text;
      return failure(std::move(error));
    }
    return image::read_image(text, **store, options);
  }
  if (const std::string name = engine_name(text, files); !name.empty()) {
    const Result<image::UnpackedImage> found = find_engine_image(
        name,
        engine::choose_endpoint({.host = std::string(arguments.value("host")),
                                 .context = std::string(arguments.value("context"))},
                                engine::process_environment(), files),
        files);
    if (!found) return failure(instead_of_engine(found.error(), text));
    return image::read_image(text, *found, options);
  }
  const Result<image::Target> target = image::parse_target(text);
  if (!target) return failure(target.error());
  return image::read_image(text, *target, options);
}

}  // namespace plimsoll::scan
