#include "rules/support/build_steps.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules {
namespace {

std::string_view without_trailing_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// Whether `directory` is `path` or above it.
bool is_at_or_above(std::string_view directory, std::string_view path) {
  directory = without_trailing_slashes(directory);
  if (directory.empty() || directory == "/") return false;
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// `rest` is the path inside a home directory ("/.cache/pip"): does `written` end with it or with a
// part of it from the home directory on ("/root/.cache")?
bool covers_in_some_home(std::string_view written, std::string_view rest) {
  written = without_trailing_slashes(written);
  for (std::size_t end = rest.size(); end > 1;) {
    const std::string_view part = rest.substr(0, end);
    if (written.ends_with(part) && written.size() > part.size()) return true;
    end = part.rfind('/');
    if (end == std::string_view::npos) break;
  }
  return false;
}

// Whether a pattern below `path` takes all that is in it: "*", "*_*", "d*", but not "partial/*".
bool takes_content(std::string_view pattern) {
  return pattern.empty() || (pattern.contains('*') && !pattern.contains('/'));
}

bool covers(std::string_view written, std::string_view path) {
  if (path.starts_with("~/")) {
    if (const std::size_t slash = written.rfind('/');
        slash != std::string_view::npos && written.substr(slash + 1).starts_with('*')) {
      written = written.substr(0, slash);
    }
    return covers_in_some_home(written, path.substr(1));
  }
  if (is_at_or_above(written, path)) return true;
  const std::size_t star = written.find('*');
  if (star == std::string_view::npos) return false;
  const std::size_t slash = written.rfind('/', star);
  if (slash == std::string_view::npos || slash == 0) return false;
  const std::string_view directory = written.substr(0, slash);
  if (directory == path) return takes_content(written.substr(slash + 1));
  // `/var/cache/*` and `/var/cache/apt*` take in /var/cache/apt.
  const std::string_view start = written.substr(0, star);
  return path.starts_with(start) && path.substr(0, start.size()).ends_with(start) &&
         takes_content(written.substr(slash + 1));
}

}  // namespace

std::vector<const Stage*> shipped_stages(const Dockerfile& dockerfile) {
  std::vector<const Stage*> stages;
  const Stage* stage = dockerfile.final_stage();
  while (stage != nullptr) {
    stages.push_back(stage);
    const auto base = stage->base.stage;
    // A base is an earlier stage, so this ends.
    stage = base && *base < stage->index ? &dockerfile.stages[*base] : nullptr;
  }
  std::ranges::reverse(stages);
  return stages;
}

bool path_covers(std::string_view written, std::string_view path) {
  const std::size_t open = written.find('{');
  const std::size_t close = open == std::string_view::npos ? open : written.find('}', open);
  // `${HOME}` is no list.
  if (close == std::string_view::npos || (open > 0 && written[open - 1] == '$')) {
    return covers(written, path);
  }
  // /var/lib/{apt,dpkg}/ : one list of alternatives is looked into.
  for (const std::string_view alternative :
       split(written.substr(open + 1, close - open - 1), ',')) {
    const std::string one = concat(written.substr(0, open), alternative, written.substr(close + 1));
    if (covers(one, path)) return true;
  }
  return false;
}

bool mounted_away(const Instruction& run, std::string_view path) {
  return std::ranges::any_of(run.mounts, [path](const RunMount& mount) {
    return (mount.type == "cache" || mount.type == "tmpfs") && path_covers(mount.target, path);
  });
}

bool may_delete(const shell::Command& command) {
  static constexpr shell::ProgramSet deleting{"rm", "find"};
  if (!command.programs.may_share(deleting)) return false;
  const std::string_view program = effective_program(command);
  return program == "rm" || program == "find";
}

bool deletes(const shell::Command& command, std::string_view path) {
  if (!may_delete(command)) return false;
  const std::string_view program = effective_program(command);
  const std::span<const shell::Word> words = effective_words(command);
  bool covered = false;
  bool acts = program == "rm";
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i].text;
    if (word == "-delete" || word == "rm" || word.ends_with("/rm")) acts = true;
    if (!word.starts_with('-')) covered = covered || path_covers(word, path);
  }
  return covered && acts;
}

bool is_shell(std::string_view program) {
  return program == "sh" || program == "bash" || program == "dash" || program == "ash" ||
         program == "zsh" || program == "ksh";
}

bool runs_program(const Instruction& instruction, std::initializer_list<std::string_view> names) {
  const auto named = [names](std::string_view program) {
    return std::ranges::find(names, program) != names.end();
  };
  if (std::ranges::any_of(instruction.script.commands, [&](const shell::Command& command) {
        return named(effective_program(command));
      })) {
    return true;
  }
  return !instruction.words.empty() && instruction.exec_form &&
         named(file_name(instruction.words.front().text));
}

}  // namespace plimsoll::rules
