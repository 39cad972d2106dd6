#include "subjects/shell_script.h"

#include <array>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::shell {
namespace {

// A program that runs the program behind it.
struct Prefix {
  std::string_view name;
  std::string_view short_with_value;  // its one-letter options that take the next word
  std::string_view long_with_value;   // its long ones, each between blanks
  int operands = 0;                   // what stands between its options and the program
  bool assignments = false;           // NAME=value may stand there, too
};

// From the manual pages of sudo 1.9, util-linux, coreutils 9, findutils 4.9 and bash 5.2.
constexpr std::array prefixes = {
    Prefix{"sudo", "CDghpRrTtuU",
           " --close-from --chdir --group --host --prompt --chroot --role --command-timeout --type "
           "--user --other-user ",
           0, true},
    Prefix{"doas", "Cu", "", 0, false},
    Prefix{"env", "uCS", " --unset --chdir --split-string ", 0, true},
    Prefix{"exec", "a", "", 0, false},
    Prefix{"command", "", "", 0, false},
    Prefix{"builtin", "", "", 0, false},
    Prefix{"nohup", "", "", 0, false},
    Prefix{"time", "fo", " --format --output ", 0, false},
    Prefix{"nice", "n", " --adjustment ", 0, false},
    Prefix{"ionice", "cn", " --class --classdata ", 0, false},
    Prefix{"timeout", "ks", " --kill-after --signal ", 1, false},
    Prefix{"winpty", "", "", 0, false},
    Prefix{"setsid", "", "", 0, false},
    Prefix{"stdbuf", "ioe", " --input --output --error ", 0, false},
    Prefix{"xargs", "adEILnPs",
           " --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --replace "
           "--process-slot-var ",
           0, false},
    Prefix{"gosu", "", "", 1, false},
    Prefix{"su-exec", "", "", 1, false},
    Prefix{"eatmydata", "", "", 0, false},
    Prefix{"fakeroot", "", "", 0, false},
    Prefix{"busybox", "", "", 0, false},
};

// Whether a word can be a prefix by its first letter, or holds a path. Most programs fall out here.
bool may_be_prefix(std::string_view word) {
  switch (word.empty() ? '\0' : word.front()) {
    case 's':
    case 'd':
    case 'e':
    case 'c':
    case 'b':
    case 'n':
    case 't':
    case 'i':
    case 'x':
    case 'g':
    case 'f':
    case '/':
    case '.': return true;
    default: return false;
  }
}

constexpr ProgramSet prefix_names = [] {
  ProgramSet names;
  for (const Prefix& prefix : prefixes) names.add(prefix.name);
  return names;
}();

const Prefix* prefix_of(std::string_view program) {
  ProgramSet wanted;
  wanted.add(program);
  if (!wanted.may_share(prefix_names)) return nullptr;
  for (const Prefix& prefix : prefixes) {
    if (prefix.name == program) return &prefix;
  }
  return nullptr;
}

bool is_assignment(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return false;
  std::size_t i = 0;
  while (i < text.size() && (is_alpha(text[i]) || is_digit(text[i]) || text[i] == '_')) ++i;
  return i > 0 && i < text.size() && text[i] == '=';
}

// Where the program behind a prefix stands; `words` starts with the prefix.
std::size_t skip_prefix(const Prefix& prefix, std::span<const Word> words) {
  std::size_t i = 1;
  while (i < words.size()) {
    const std::string_view text = words[i].text;
    if (text == "--") {
      ++i;
      break;
    }
    if (prefix.assignments && is_assignment(text)) {
      ++i;
      continue;
    }
    if (text.size() < 2 || text.front() != '-') break;
    ++i;
    if (text[1] == '-') {
      if (prefix.long_with_value.find(concat(" ", text, " ")) != std::string_view::npos) ++i;
      continue;
    }
    // A cluster: the first option that takes a value takes the rest of it, or the next word.
    const std::size_t taking = text.find_first_of(prefix.short_with_value, 1);
    if (taking != std::string_view::npos && taking + 1 == text.size()) ++i;
  }
  while (prefix.assignments && i < words.size() && is_assignment(words[i].text)) ++i;
  return i + static_cast<std::size_t>(prefix.operands);
}

}  // namespace

std::span<const Word> search_effective_words(std::span<const Word> words) {
  while (!words.empty() && words.front().resolved && may_be_prefix(words.front().text)) {
    const Prefix* const prefix = prefix_of(file_name(words.front().text));
    if (prefix == nullptr) break;
    if (prefix->name == "command" && words.size() > 1 &&
        (words[1].text == "-v" || words[1].text == "-V")) {
      break;  // it only asks what the name means
    }
    const std::size_t skipped = skip_prefix(*prefix, words);
    if (skipped >= words.size()) return {};
    words = words.subspan(skipped);
  }
  return words;
}

void find_effective_program(Command& command) {
  const std::span<const Word> words = search_effective_words(command.words);
  command.effective_at = static_cast<std::uint32_t>(command.words.size() - words.size());
  command.effective_name_at =
      words.empty() ? 0 : static_cast<std::uint32_t>(words.front().text.rfind('/') + 1);
  command.programs = {};
  command.programs.add(effective_program(command));
  if (command.effective_at != 0) command.programs.add(command.program());
}

}  // namespace plimsoll::shell
