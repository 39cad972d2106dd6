#include "readers/dockerfile/stage_graph.h"

#include <charconv>
#include <unordered_map>

#include "base/text.h"
#include "readers/dockerfile/expansion.h"

namespace plimsoll::dockerfile {
namespace {

// What a hostile file can make triggers cost: this many in all are followed.
constexpr std::size_t max_triggers_followed = 200'000;

constexpr std::size_t max_suggested_stages = 20;

using StageNames = std::unordered_map<std::string, std::size_t>;

// Go's strconv.Atoi.
std::optional<long> stage_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Connector {
 public:
  explicit Connector(Dockerfile& dockerfile) : dockerfile_(dockerfile) {
    // Of several stages with one name, COPY --from means the last.
    for (const Stage& stage : dockerfile.stages) {
      if (!stage.name.text.empty()) names_[lower(stage.name.text)] = stage.index;
    }
    sources_.resize(dockerfile.stages.size());
    triggers_.resize(dockerfile.stages.size());
  }

  void connect() {
    for (Stage& stage : dockerfile_.stages) {
      if (stage.base.stage) sources_[stage.index].push_back(*stage.base.stage);
      for (Instruction& instruction : stage.instructions) {
        connect_instruction(instruction, stage.index);
        if (!instruction.trigger) continue;
        connect_trigger(*instruction.trigger);
        triggers_[stage.index].push_back(instruction.trigger.get());
      }
    }
    mark_needed();
    for (Stage& stage : dockerfile_.stages) settle(stage);
  }

 private:
  std::optional<std::size_t> find(std::string_view name) const {
    const auto found = names_.find(lower(name));
    if (found == names_.end()) return std::nullopt;
    return found->second;
  }

  void connect_instruction(Instruction& instruction, std::size_t stage) {
    if (instruction.keyword == Keyword::copy) connect_copy(instruction, stage);
    for (RunMount& mount : instruction.mounts) {
      if (mount.from.empty()) continue;
      mount.from_stage = find(mount.from);
      if (mount.from_stage) {
        use(instruction, mount.at, *mount.from_stage, stage);
      } else {
        check_image(instruction, mount.from, mount.at);
      }
    }
  }

  void connect_copy(Instruction& instruction, std::size_t stage) {
    const DockerfileFlag* const from = instruction.flag("from");
    if (from == nullptr || from->value.text.empty()) return;
    const std::string_view name = from->value.text;
    const std::optional<long> number = stage_number(name);
    if (!number) {
      instruction.from_stage = find(name);
      if (!instruction.from_stage) check_image(instruction, name, from->value.at);
    } else if (*number < 0 || static_cast<std::size_t>(*number) >= dockerfile_.stages.size()) {
      refuse(instruction, concat("there is no stage number ", name), from->value.at,
             "stages are counted from 0");
      return;
    } else {
      instruction.from_stage = static_cast<std::size_t>(*number);
    }
    if (instruction.from_stage) use(instruction, from->value.at, *instruction.from_stage, stage);
  }

  // What is no stage must be an image.
  void check_image(Instruction& instruction, std::string_view name, Location at) const {
    if (!instruction.problems.empty() || parse_image_reference(name)) return;
    std::vector<std::string_view> candidates;
    for (const Stage& stage : dockerfile_.stages) {
      if (candidates.size() == max_suggested_stages) break;
      if (!stage.name.text.empty()) candidates.push_back(stage.name.text);
    }
    const std::optional<std::string_view> near = nearest(name, candidates);
    refuse(instruction, concat("\"", name, "\" is no stage and no valid image name"), at,
           near ? concat("did you mean ", *near, "?") : std::string());
  }

  void use(Instruction& instruction, Location at, std::size_t source, std::size_t stage) {
    if (source < stage) {
      sources_[stage].push_back(source);
      return;
    }
    refuse(instruction,
           source == stage ? "a stage cannot take files from itself"
                           : "a stage cannot take files from a later one",
           at, "name an earlier stage");
  }

  // A trigger runs in another build; in this file only a stage that is built on this one runs it.
  void connect_trigger(Instruction& trigger) {
    const DockerfileFlag* const from =
        trigger.keyword == Keyword::copy ? trigger.flag("from") : nullptr;
    if (from != nullptr && !stage_number(from->value.text))
      trigger.from_stage = find(from->value.text);
    for (RunMount& mount : trigger.mounts) {
      if (!mount.from.empty()) mount.from_stage = find(mount.from);
    }
  }

  void mark_needed() {
    if (dockerfile_.stages.empty()) return;
    for (Stage& stage : dockerfile_.stages) stage.needed = false;
    std::vector<std::size_t> open{dockerfile_.stages.size() - 1};
    while (!open.empty()) {
      const std::size_t index = open.back();
      open.pop_back();
      Stage& stage = dockerfile_.stages[index];
      if (stage.needed) continue;
      stage.needed = true;
      open.insert(open.end(), sources_[index].begin(), sources_[index].end());
      if (!stage.base.stage) continue;
      // The triggers of the stage below run here, and may need others.
      for (const Instruction* const trigger : triggers_[*stage.base.stage]) {
        if (++triggers_followed_ > max_triggers_followed) break;
        if (trigger->from_stage) open.push_back(*trigger->from_stage);
        for (const RunMount& mount : trigger->mounts) {
          if (mount.from_stage) open.push_back(*mount.from_stage);
        }
      }
    }
  }

  static void settle_one(Stage& stage, const Instruction& instruction, bool& command_set) {
    if (!instruction.problems.empty() && instruction.words.empty() && !instruction.exec_form &&
        instruction.keyword != Keyword::cmd && instruction.keyword != Keyword::entrypoint) {
      return;
    }
    switch (instruction.keyword) {
      case Keyword::user: stage.user = &instruction; break;
      case Keyword::workdir: stage.workdir = &instruction; break;
      case Keyword::healthcheck: stage.healthcheck = &instruction; break;
      case Keyword::cmd:
        stage.cmd = &instruction;
        command_set = true;
        break;
      case Keyword::entrypoint:
        stage.entrypoint = &instruction;
        // A new entry point drops the command of the stage below.
        if (!command_set) stage.cmd = nullptr;
        break;
      default: break;
    }
  }

  void settle(Stage& stage) {
    bool command_set = false;
    if (stage.base.stage) {
      const Stage& base = dockerfile_.stages[*stage.base.stage];
      stage.user = base.user;
      stage.cmd = base.cmd;
      stage.entrypoint = base.entrypoint;
      stage.healthcheck = base.healthcheck;
      stage.workdir = base.workdir;
      for (const Instruction* const trigger : triggers_[*stage.base.stage]) {
        if (++triggers_followed_ > max_triggers_followed) break;
        settle_one(stage, *trigger, command_set);
      }
    }
    for (const Instruction& instruction : stage.instructions) {
      settle_one(stage, instruction, command_set);
    }
  }

  Dockerfile& dockerfile_;
  StageNames names_;
  std::vector<std::vector<std::size_t>> sources_;          // of each stage: the stages it uses
  std::vector<std::vector<const Instruction*>> triggers_;  // of each stage: its ONBUILDs
  std::size_t triggers_followed_ = 0;
};

}  // namespace

void connect_stages(Dockerfile& dockerfile) {
  Connector(dockerfile).connect();
}

}  // namespace plimsoll::dockerfile
