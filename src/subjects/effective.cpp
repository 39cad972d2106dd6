#include "subjects/effective.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace plimsoll {
namespace {

// The stages that an image is made of, the first base first.
std::vector<const Stage*> chain_of(const Dockerfile& dockerfile, std::size_t stage) {
  std::vector<const Stage*> chain;
  while (stage < dockerfile.stages.size()) {
    const Stage& current = dockerfile.stages[stage];
    chain.push_back(&current);
    // A stage can only be built on an earlier one.
    if (!current.base.stage || *current.base.stage >= stage) break;
    stage = *current.base.stage;
  }
  std::ranges::reverse(chain);
  return chain;
}

Located<std::string> located(const DockerfileWord& word) {
  return {.value = std::string(word.text),
          .at = word.at,
          .layer = Layer::dockerfile,
          .unresolved = word.unresolved};
}

// As the engine gets it: exec form its words, shell form one line.
Located<std::vector<std::string>> command_of(const Instruction& instruction) {
  Located<std::vector<std::string>> command{
      .value = {}, .at = instruction.at, .layer = Layer::dockerfile, .unresolved = false};
  for (const DockerfileWord& word : instruction.words) command.value.emplace_back(word.text);
  return command;
}

void apply_healthcheck(ContainerSpec& spec, const Instruction& instruction) {
  Healthcheck check{.defined = true, .disabled = instruction.healthcheck_none, .test = {}};
  if (!instruction.healthcheck_none) {
    check.test.emplace_back(instruction.exec_form ? "CMD" : "CMD-SHELL");
    for (const DockerfileWord& word : instruction.words) check.test.emplace_back(word.text);
  }
  spec.healthcheck = {.value = std::move(check),
                      .at = instruction.at,
                      .layer = Layer::dockerfile,
                      .unresolved = false};
}

void apply_volume(ContainerSpec& spec, const DockerfileWord& word) {
  const bool known = std::ranges::any_of(
      spec.mounts, [&](const Mount& mount) { return mount.target == word.text; });
  if (known) return;
  Mount& mount = spec.mounts.emplace_back();
  mount.target = word.text;
  mount.from_image = true;
  mount.at = mount.source_at = word.at;
  mount.layer = Layer::dockerfile;
  mount.unresolved = word.unresolved;
}

void apply_label(ContainerSpec& spec, const DockerfileAssignment& assignment) {
  const auto known = std::ranges::find_if(
      spec.labels, [&](const Label& label) { return label.name == assignment.name.text; });
  Label label{.name = std::string(assignment.name.text),
              .value = std::string(assignment.value.text),
              .at = assignment.name.at,
              .layer = Layer::dockerfile};
  if (known == spec.labels.end()) {
    spec.labels.push_back(std::move(label));
  } else if (known->layer == Layer::dockerfile) {
    *known = std::move(label);
  }
}

void apply_variable(ContainerSpec& spec, const DockerfileAssignment& assignment) {
  const auto known = std::ranges::find_if(spec.environment, [&](const EnvironmentVariable& entry) {
    return entry.name == assignment.name.text;
  });
  EnvironmentVariable variable{.name = std::string(assignment.name.text),
                               .value = std::string(assignment.value.text),
                               .at = assignment.name.at,
                               .value_at = assignment.value.at,
                               .layer = Layer::dockerfile,
                               .unresolved = assignment.value.unresolved};
  if (known == spec.environment.end()) {
    spec.environment.push_back(std::move(variable));
  } else if (known->layer == Layer::dockerfile) {
    *known = std::move(variable);
  }
}

void apply_exposed(ContainerSpec& spec, const DockerfileWord& word) {
  const bool known = std::ranges::any_of(
      spec.expose, [&](const Located<std::string>& port) { return port.value == word.text; });
  if (!known) spec.expose.push_back(located(word));
}

}  // namespace

void apply_dockerfile(ContainerSpec& spec, const Dockerfile& dockerfile, std::size_t stage) {
  const std::vector<const Stage*> chain = chain_of(dockerfile, stage);
  if (chain.empty()) return;
  const Stage& final_stage = *chain.back();
  const bool own_entrypoint = spec.entrypoint.written();
  if (!spec.user.written() && final_stage.user != nullptr && !final_stage.user->words.empty()) {
    spec.user = located(final_stage.user->words[0]);
  }
  if (!spec.working_dir.written() && final_stage.workdir != nullptr &&
      !final_stage.workdir->words.empty()) {
    spec.working_dir = located(final_stage.workdir->words[0]);
  }
  if (!own_entrypoint && final_stage.entrypoint != nullptr) {
    spec.entrypoint = command_of(*final_stage.entrypoint);
  }
  if (!spec.command.written() && !own_entrypoint && final_stage.cmd != nullptr) {
    spec.command = command_of(*final_stage.cmd);
  }
  if (!spec.healthcheck.written() && final_stage.healthcheck != nullptr) {
    apply_healthcheck(spec, *final_stage.healthcheck);
  }
  const Instruction* stop_signal = nullptr;
  for (const Stage* part : chain) {
    for (const Instruction& instruction : part->instructions) {
      switch (instruction.keyword) {
        case Keyword::volume:
          for (const DockerfileWord& word : instruction.words) apply_volume(spec, word);
          break;
        case Keyword::expose:
          for (const DockerfileWord& word : instruction.words) apply_exposed(spec, word);
          break;
        case Keyword::label:
          for (const auto& assignment : instruction.assignments) apply_label(spec, assignment);
          break;
        case Keyword::env:
          for (const auto& assignment : instruction.assignments) apply_variable(spec, assignment);
          break;
        case Keyword::stopsignal:
          if (!instruction.words.empty()) stop_signal = &instruction;
          break;
        default: break;
      }
    }
  }
  if (!spec.stop_signal.written() && stop_signal != nullptr) {
    spec.stop_signal = located(stop_signal->words[0]);
  }
  // On an empty base nothing is left open: the engine's own defaults hold.
  if (!chain.front()->base.scratch) apply_unknown_image(spec);
}

void resolve_image(ContainerSpec& spec) {
  if (!spec.image.unresolved && !spec.image.value.empty()) {
    spec.image_reference = parse_image_reference(spec.image.value);
  }
}

void apply_unknown_image(ContainerSpec& spec) {
  const bool on_scratch = spec.dockerfile != nullptr && [&] {
    const std::vector<const Stage*> chain = chain_of(*spec.dockerfile, spec.dockerfile_stage);
    return !chain.empty() && chain.front()->base.scratch;
  }();
  if (on_scratch) return;
  const auto leave_to_image = [](auto& field) {
    if (field.written() || field.layer != Layer::engine) return;
    field.layer = Layer::image;
    field.unresolved = true;
  };
  leave_to_image(spec.user);
  leave_to_image(spec.entrypoint);
  if (!spec.entrypoint.written()) leave_to_image(spec.command);
  leave_to_image(spec.working_dir);
}

}  // namespace plimsoll
