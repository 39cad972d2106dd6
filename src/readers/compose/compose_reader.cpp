// A compose project is read in four steps, each in a file of its own: the files and all that they
// draw in become one tree (project_loader), the tree is held against the specification (schema),
// its services become ContainerSpecs (service_reader), and what the Dockerfiles of the services
// decide is put in (subjects/effective).
#include "readers/compose/compose_reader.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/compose/consistency.h"
#include "readers/compose/project_loader.h"
#include "readers/compose/project_resources.h"
#include "readers/compose/schema.h"
#include "readers/compose/service_reader.h"
#include "readers/dockerfile/dockerfile_reader.h"
#include "subjects/effective.h"

namespace plimsoll {
namespace {

using compose::is_remote;
using compose::Node;
using compose::Pair;
using compose::ProjectLoader;

// Dockerfiles of one project that are read; more services than that are built from them again.
constexpr std::size_t max_dockerfiles = 500;

// Values of all services together.
constexpr std::size_t max_service_values = 1'000'000;

class ProjectReader {
 public:
  ProjectReader(Sources& sources, const Files& files, const ComposeOptions& options)
      : sources_(sources),
        files_(files),
        options_(options),
        loader_(sources, files, reading_.errors) {}

  Reading<ComposeProject> run(const std::vector<std::string>& paths) {
    const Node* const root = loader_.load(paths, options_.environment);
    ComposeProject& project = reading_.value;
    project.directory = loader_.project_directory().empty() ? "." : loader_.project_directory();
    project.sources = loader_.sources();
    project.trees = loader_.trees();
    if (root == nullptr) {
      if (reading_.errors.empty() && !project.sources.empty()) {
        reading_.errors.push_back({.message = "the compose file is empty",
                                   .at = {.source = project.sources.front(), .span = {}}});
      }
      return std::move(reading_);
    }
    read_top_level(*root);
    if (const Node* services = root->find("services")) read_services(*services);
    if (options_.whole_project) {
      compose::check_consistency(*root, reading_.value, loader_, reading_.errors);
    }
    read_dockerfiles();
    return std::move(reading_);
  }

 private:
  void read_top_level(const Node& root) {
    ComposeProject& project = reading_.value;
    if (is_version_1(root)) return;
    compose::check_top_level(root, loader_, reading_.errors);
    if (const Node* name = root.find("name"); name != nullptr && name->is_scalar()) {
      project.name = name->text;
    }
    if (const Node* version = root.find("version"); version != nullptr && version->is_scalar()) {
      project.version = {
          .value = std::string(version->text), .at = loader_.at(*version), .layer = Layer::compose};
    }
    project.networks = compose::read_resources(root.find("networks"), loader_);
    project.volumes = compose::read_resources(root.find("volumes"), loader_);
    project.secrets = compose::read_resources(root.find("secrets"), loader_);
    project.configs = compose::read_resources(root.find("configs"), loader_);
    for (const ComposeResource& network : project.networks) {
      if (network.driver != "overlay" || project.for_swarm) continue;
      project.for_swarm = true;
      project.for_swarm_at = network.at;
    }
  }

  // The first compose format had its services at the top level; every one of them would be an
  // unknown key.
  bool is_version_1(const Node& root) {
    if (root.find("services") != nullptr || root.pairs.empty()) return false;
    const auto service = std::ranges::find_if(root.pairs, [](const Pair& pair) {
      return pair.value->is_mapping() &&
             (pair.value->find("image") != nullptr || pair.value->find("build") != nullptr);
    });
    if (service == root.pairs.end()) return false;
    reading_.errors.push_back({.message =
                                   "the first compose format is no longer read: the file has "
                                   "services at its top level",
                               .at = loader_.key_at(*service),
                               .hint = "put them under a `services:` key"});
    return true;
  }

  bool active(const Node& service) const {
    if (options_.profiles.empty()) return true;
    const Node* const profiles = service.find("profiles");
    if (profiles == nullptr || profiles->items.empty()) return true;
    return std::ranges::any_of(profiles->items, [&](const Node* profile) {
      return std::ranges::find(options_.profiles, profile->text) != options_.profiles.end() ||
             std::ranges::find(options_.profiles, "*") != options_.profiles.end();
    });
  }

  void read_services(const Node& services) {
    compose::ServiceContext context{.loader = loader_,
                                    .files = files_,
                                    .sources = sources_,
                                    .project = reading_.value,
                                    .errors = reading_.errors};
    reading_.value.services.reserve(services.pairs.size());
    std::size_t weight = 0;
    compose::for_each_pair(services, [&](const Pair& entry) {
      if (!active(*entry.value)) return;
      // Bases and aliases make a service larger than what is written of it.
      weight += entry.value->weight;
      if (weight > max_service_values) {
        if (weight - entry.value->weight <= max_service_values) {
          reading_.errors.push_back({.message = "the project's services stand for too many values",
                                     .at = loader_.key_at(entry),
                                     .hint = "1000000 are read, with every base and alias"});
        }
        return;
      }
      compose::check_service(entry.key, *entry.value, loader_, reading_.errors);
      compose::read_service(entry, context);
      note_version(*reading_.value.services.back());
    });
  }

  // `version` belongs to the file; the first service carries the note, so that it is reported once.
  void note_version(ContainerSpec& service) {
    if (!reading_.value.version.written() || reading_.value.services.size() > 1) return;
    service.obsolete.push_back({.kind = ObsoleteSpelling::Kind::compose_version_key,
                                .text = reading_.value.version.value,
                                .at = reading_.value.version.at});
  }

  // --- Dockerfiles
  // --------------------------------------------------------------------------------

  void read_dockerfiles() {
    ComposeProject& project = reading_.value;
    for (std::size_t i = 0; i < project.builds.size(); ++i) {
      const ComposeBuild& build = project.builds[i];
      const auto service = std::ranges::find_if(project.services, [&](const auto& candidate) {
        return candidate->name == build.service;
      });
      if (service == project.services.end()) continue;
      ContainerSpec& spec = **service;
      const Dockerfile* const dockerfile = dockerfile_of(build);
      if (dockerfile == nullptr) continue;
      std::optional<std::size_t> stage;
      if (!build.target.value.empty() && !build.target.unresolved) {
        if (const Stage* target = dockerfile->find_stage(build.target.value)) stage = target->index;
      } else if (!dockerfile->stages.empty() && !build.target.unresolved) {
        stage = dockerfile->stages.size() - 1;
      }
      if (!stage) continue;
      spec.dockerfile = dockerfile;
      spec.dockerfile_stage = *stage;
      apply_dockerfile(spec, *dockerfile, *stage);
    }
    std::unordered_map<std::string_view, const ContainerSpec*> builders;
    for (const auto& service : project.services) {
      apply_unknown_image(*service);
      resolve_image(*service);
      if (service->builds_image) builders.emplace(service->image.value, service.get());
    }
    if (builders.empty()) return;
    for (const auto& service : project.services) {
      if (service->builds_image || service->image.value.empty()) continue;
      const auto builder = builders.find(service->image.value);
      if (builder != builders.end()) service->image_builder = builder->second;
    }
  }

  const Dockerfile* dockerfile_of(const ComposeBuild& build) {
    const bool known_context =
        !is_remote(build.context) && build.context.find('$') == std::string::npos;
    const std::string context =
        known_context ? normal_path(join_path(loader_.project_directory(), build.context))
                      : std::string();
    const Source* source = nullptr;
    if (build.dockerfile_inline.written()) {
      if (build.dockerfile_inline.unresolved) return nullptr;
      // Its places are its own: the text as the builder gets it stands nowhere in the compose file.
      const Location& at = build.dockerfile_inline.at;
      source = &sources_.add(concat(at.source->path(), ":", build.service, ":dockerfile_inline"),
                             build.dockerfile_inline.value);
    } else {
      if (!known_context || build.dockerfile.find('$') != std::string::npos) return nullptr;
      const std::string path = normal_path(join_path(
          context, build.dockerfile.empty() ? std::string_view("Dockerfile") : build.dockerfile));
      if (files_.kind(path) != FileKind::file) return nullptr;
      if (const Dockerfile* known = known_dockerfile(path, build)) return known;
      if (reading_.value.dockerfiles.size() >= max_dockerfiles) return nullptr;
      Result<std::string> text = files_.read(path);
      if (!text) {
        reading_.errors.push_back(std::move(text.error()));
        return nullptr;
      }
      source = &sources_.add(path, std::move(*text));
    }
    DockerfileOptions options;
    if (known_context && files_.kind(context) == FileKind::directory) {
      options.context = context;
      options.files = &files_;
    }
    options.build_arguments = arguments_of(build);
    Result<Dockerfile> dockerfile = read_dockerfile(*source, options);
    if (!dockerfile) {
      reading_.errors.push_back(std::move(dockerfile.error()));
      return nullptr;
    }
    reading_.value.dockerfiles.push_back(std::make_unique<Dockerfile>(std::move(*dockerfile)));
    read_.push_back({.path = std::string(source->path()), .arguments = options.build_arguments});
    return reading_.value.dockerfiles.back().get();
  }

  // Of one whose value is not known here the name.
  static std::vector<std::string> arguments_of(const ComposeBuild& build) {
    std::vector<std::string> arguments;
    for (const Located<std::string>& argument : build.args) {
      const std::string& value = argument.value;
      arguments.push_back(argument.unresolved ? value.substr(0, value.find('=')) : value);
    }
    return arguments;
  }

  // Services that are built from one file with the same arguments share it.
  const Dockerfile* known_dockerfile(const std::string& path, const ComposeBuild& build) const {
    const std::vector<std::string> arguments = arguments_of(build);
    for (std::size_t i = 0; i < read_.size(); ++i) {
      if (read_[i].path == path && read_[i].arguments == arguments) {
        return reading_.value.dockerfiles[i].get();
      }
    }
    return nullptr;
  }

  struct ReadDockerfile {
    std::string path;
    std::vector<std::string> arguments;
  };

  Sources& sources_;
  const Files& files_;
  const ComposeOptions& options_;
  Reading<ComposeProject> reading_;
  ProjectLoader loader_;
  std::vector<ReadDockerfile> read_;
};

}  // namespace

Reading<ComposeProject> read_compose(const std::vector<std::string>& paths, Sources& sources,
                                     const Files& files, const ComposeOptions& options) {
  Reading<ComposeProject> reading = ProjectReader(sources, files, options).run(paths);
  return reading;
}

namespace {

constexpr std::string_view compose_sections[] = {"configs",  "include",  "models",
                                                 "name",     "networks", "secrets",
                                                 "services", "version",  "volumes"};

// Top-level keys of other kinds of files that have a `services` or an `include`, too.
constexpr std::string_view foreign_keys[] = {
    "AWSTemplateFormatVersion",
    "Resources",
    "_format_version",
    "apiVersion",
    "before_script",
    "default",
    "image",
    "imports",
    "jobs",
    "kind",
    "on",
    "openapi",
    "parameters",
    "pipeline",
    "resources",
    "script",
    "stages",
    "steps",
    "swagger",
    "workflow",
};

struct TopLevelKey {
  std::string_view name;
  bool maybe_mapping = false;  // nothing, a brace or an anchor follows in its line
  bool inline_mapping = false;
  std::size_t after = 0;  // the next line
};

// The keys at the first column of a block mapping.
std::vector<TopLevelKey> top_level_keys(std::string_view text) {
  std::vector<TopLevelKey> keys;
  for (std::size_t at = 0; at < text.size() && keys.size() < 1000;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || is_space(line[0]) || line[0] == '#') continue;
    const bool quoted = line[0] == '"' || line[0] == '\'';
    const std::size_t stop = quoted ? line.find(line[0], 1) : line.find(':');
    if (stop == std::string_view::npos) continue;
    const std::size_t colon = quoted ? stop + 1 : stop;
    if (colon >= line.size() || line[colon] != ':') continue;
    const std::string_view rest = trim(line.substr(colon + 1));
    if (colon + 1 < line.size() && !is_blank(line[colon + 1])) continue;
    keys.push_back({.name = trim(line.substr(quoted ? 1 : 0, stop - (quoted ? 1 : 0))),
                    .maybe_mapping = rest.empty() || std::string_view("#{&*!").contains(rest[0]),
                    .inline_mapping = rest.starts_with('{'),
                    .after = at});
  }
  return keys;
}

// Whether the first entry below a key looks like one of a mapping.
bool mapping_follows(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string_view content = trim(line);
    at = end + 1;
    if (content.empty() || content[0] == '#') continue;
    if (!is_blank(line[0]) || content[0] == '-') return false;
    // `_defaults:` and class names are those of a Symfony container.
    const std::string_view name = content.substr(0, content.find(':'));
    return name.size() < content.size() && name != "_defaults" &&
           name.find('\\') == std::string_view::npos;
  }
  return false;
}

bool is_section(std::string_view name) {
  return name.starts_with("x-") ||
         std::ranges::find(compose_sections, name) != std::end(compose_sections);
}

bool looks_like_compose_json(std::string_view text) {
  const Source source("", std::string(text));
  Arena arena;
  const auto reading = compose::read_yaml(source, 0, arena, nullptr);
  if (!reading || reading->documents.empty()) return false;
  const Node* const services = reading->documents[0]->find("services");
  return services != nullptr && services->is_mapping() &&
         std::ranges::all_of(reading->documents[0]->pairs,
                             [](const Pair& pair) { return is_section(pair.key); });
}

}  // namespace

bool looks_like_compose(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') return looks_like_compose_json(text);
  const std::vector<TopLevelKey> keys = top_level_keys(text);
  bool services = false;
  bool includes = false;
  bool only_sections = true;
  for (const TopLevelKey& key : keys) {
    if (std::ranges::find(foreign_keys, key.name) != std::end(foreign_keys)) return false;
    only_sections = only_sections && is_section(key.name);
    if (key.name == "include") includes = true;
    if (key.name == "services" && key.maybe_mapping) {
      services = key.inline_mapping || mapping_follows(text, key.after);
    }
  }
  return services || (includes && only_sections);
}

}  // namespace plimsoll
