#include "scan/target_operand.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "app/diagnostics.h"
#include "base/child_process.h"
#include "base/text.h"
#include "base/user_cache.h"
#include "image/fetched_blobs.h"
#include "image/layer_cache.h"
#include "scan/engine_image.h"
#include "scan/progress.h"
#include "scan/sandbox.h"
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

// "" for none.
std::string cache_directory(const app::Arguments& arguments) {
  if (arguments.has("no-cache")) return {};
  const std::string_view said = arguments.value("cache-dir");
  if (!said.empty()) return std::string(said);
  const std::string cache = user_cache(cache_environment(), RealFiles());
  return cache.empty() ? cache : concat(cache, "/layers");
}

// A bare name means the engine; who has none may mean the registry.
Error instead_of_engine(Error error, const std::string& text) {
  if (text.starts_with(engine_scheme)) return error;
  error.hint += concat(error.hint.empty() ? "" : "; or ", "plimsoll image ", registry_scheme, text,
                       " reads it from its registry");
  return error;
}

Result<image::OpenedTarget> open_registry_image(const std::string& text,
                                                const app::Arguments& arguments) {
  std::vector<std::string> words{text.substr(registry_scheme.size())};
  for (std::string& host : arguments.list("insecure-registry")) words.push_back(std::move(host));
  Result<std::unique_ptr<image::FetchedBlobs>> store = image::FetchedBlobs::start(
      program_beside("plimsoll-fetch"), words, std::max(1u, std::thread::hardware_concurrency()));
  if (store) return image::FetchedTarget{std::move(*store)};
  Error error = store.error();
  if (error.file.empty()) error.file = text;
  return failure(std::move(error));
}

Result<image::OpenedTarget> open_operand(const std::string& text, const app::Arguments& arguments) {
  const RealFiles files;
  if (text.starts_with(registry_scheme)) return open_registry_image(text, arguments);
  if (const std::string name = engine_name(text, files); !name.empty()) {
    Result<image::OpenedTarget> found = open_engine_image(
        name,
        engine::choose_endpoint({.host = std::string(arguments.value("host")),
                                 .context = std::string(arguments.value("context"))},
                                engine::process_environment(), files),
        files);
    if (!found) return failure(instead_of_engine(found.error(), text));
    return found;
  }
  const Result<image::Target> target = image::parse_target(text);
  if (!target) return failure(target.error());
  return image::open_target(*target);
}

// What is still to be done when the targets are open.
Rights needed_rights(const std::vector<Result<image::OpenedTarget>>& targets,
                     const app::Arguments& arguments) {
  Rights rights;
  for (const Result<image::OpenedTarget>& target : targets) {
    if (!target) continue;
    for (std::string& directory : image::directories_of(*target)) {
      rights.readable.push_back(std::move(directory));
    }
    rights.reads_overlay_marks =
        rights.reads_overlay_marks || std::holds_alternative<image::UnpackedTarget>(*target);
  }
  rights.reads_any_file = !rights.readable.empty();
  if (std::string cache = cache_directory(arguments); !cache.empty()) {
    rights.writable.push_back(std::move(cache));
  }
  if (const std::string output(arguments.value("output")); !output.empty()) {
    // The report replaces its file when it is whole.
    const std::string real = RealFiles().real_path(output);
    const std::string directory(parent_path(real.empty() ? output : real));
    rights.writable.push_back(directory.empty() ? "." : directory);
    rights.writes_any_directory = true;
  }
  return rights;
}

}  // namespace

std::vector<Result<image::ImageReading>> read_images(const std::vector<std::string>& targets,
                                                     const app::Arguments& arguments) {
  std::optional<image::Platform> platform;
  if (const std::string_view wanted = arguments.value("platform"); !wanted.empty()) {
    platform = image::parse_platform(wanted);
    if (!platform) {
      std::vector<Result<image::ImageReading>> refused;
      for (std::size_t i = 0; i < targets.size(); ++i) {
        refused.push_back(
            failure({.message = concat("\"", wanted, "\" is no platform"),
                     .hint = "it is one such as arm64, linux/amd64 or linux/arm/v7"}));
      }
      return refused;
    }
  }
  // Of those that run an audit wants to know the packages alone.
  const std::string_view command = arguments.command->name;
  const bool searches_secrets =
      command != "sbom" && command != "audit" && !arguments.has("tree") && !arguments.has("diff");
  std::vector<Result<image::OpenedTarget>> opened;
  for (const std::string& target : targets) opened.push_back(open_operand(target, arguments));
  std::optional<image::LayerCache> cache;
  if (std::string directory = cache_directory(arguments); !directory.empty()) {
    cache.emplace(std::move(directory), searches_secrets ? "with secrets" : "");
  }
  if (const Result<void> given_up = give_up_all_but(needed_rights(opened, arguments)); !given_up) {
    app::print_warning(
        concat("images are read with more rights than that needs: ", given_up.error().message),
        arguments.value("color"));
  }
  std::vector<Result<image::ImageReading>> readings;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!opened[i]) {
      readings.push_back(failure(opened[i].error()));
      continue;
    }
    const bool is_input =
        targets[i] == "-" || targets[i] == "archive://-" || targets[i] == "sbom://-";
    const std::string name = is_input ? "standard input" : targets[i];
    image::ReadProgress progress;
    const ProgressLine line(arguments, name, progress);
    readings.push_back(image::read_image(
        name, std::move(*opened[i]),
        {.platform = platform,
         .threads = 0,
         .cache = cache ? &*cache : nullptr,
         .progress = &progress,
         .secrets = searches_secrets ? image::SearchSecrets::yes : image::SearchSecrets::no}));
  }
  return readings;
}

Result<image::ImageReading> read_operand(const app::Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return failure({.message = arguments.operands.empty() ? "which image?" : "one image at a time",
                    .hint = concat("plimsoll ", arguments.command->name,
                                   " TARGET, such as nginx:1.27 or archive://FILE")});
  }
  return std::move(read_images(arguments.operands, arguments).front());
}

}  // namespace plimsoll::scan
