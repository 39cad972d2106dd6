// Calls of package managers: which manager, what it is asked to do, with which options, to what.
//
// The managers disagree about nearly everything. apt-get takes options before and after the verb
// and between packages, `-y` may hide in `-yqq`, and a package is pinned by `curl=7.88.1`; dnf pins
// by `curl-7.76.1`, pip by `==`, npm by `@`. Some options swallow the word after them (`-t
// bookworm`, `-r requirements.txt`), and taking such a word for a package is the best-known false
// alarm of all. So the words are read once, here, and rules ask about options and operands.
//
// A PackageCall keeps views into the Command that it was made from, which must outlive it. A dozen
// rules ask for the calls, so the Dockerfile reader has them read once and keeps them beside their
// commands.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "subjects/shell_script.h"

namespace plimsoll::shell {

enum class Manager : std::uint8_t {
  apt_get,
  apt,
  aptitude,
  apk,
  dnf,
  microdnf,
  yum,
  zypper,
  pacman,
  pip,
  npm,
  yarn,
  pnpm,
  gem,
  go,
  cargo,
  conda,
  poetry,
  composer,
  uv,
};

// "apt-get", "pip", …: how the manager is called in messages.
std::string_view name_of(Manager manager);
// apt-get, apt and aptitude: they share lists, cache and configuration.
constexpr bool is_apt(Manager manager) {
  return manager <= Manager::aptitude;
}
// dnf, microdnf and yum.
constexpr bool is_rpm(Manager manager) {
  return manager >= Manager::dnf && manager <= Manager::yum;
}
// Managers of a distribution's packages, as opposed to a programming language's.
constexpr bool is_distribution(Manager manager) {
  return manager <= Manager::pacman;
}

enum class Action : std::uint8_t {
  other,
  install,
  update_index,
  upgrade,
  distribution_upgrade,
  remove,
  clean,
};

// One argument. A word that the shell splits (an unquoted variable with several packages in it) is
// several arguments at the same place.
struct Argument {
  std::string_view text;
  Location at;
  bool resolved = true;
  Letters letters = {};

  // As text.contains(part), with a cheap look beforehand.
  bool contains(const Sought& part) const {
    return letters.may_hold_all(part.letters) && text.contains(part.text);
  }
};

struct PackageCall {
  const Command* command = nullptr;  // the call lives no longer than it
  Manager manager = Manager::apt_get;
  Action action = Action::other;
  // The verb as written: "install", "dup", "-Syu"; "" where the manager needs none (`yarn`).
  std::string_view verb;
  // The words from the program's name on, without what stands before it (sudo, env, python -m).
  std::span<const Word> words;
  // How many of the arguments after the program's name end with the verb: what is after are
  // operands.
  std::size_t operands_from = 0;
  Location at;  // the program's name up to the verb
  // An option may be in a variable that is not known here (`apt-get $APT_OPTIONS install`): what is
  // absent cannot be judged.
  bool options_unknown = false;
};

// Nothing when the command calls no package manager.
std::optional<PackageCall> read_package_call(const Command& command);

// Reads the calls of a script's commands; they lie in the arena.
void find_package_calls(Script& script, Arena& arena);

// The call that a command of a Dockerfile is; null when it is none.
inline const PackageCall* package_call(const Command& command) {
  return command.package_call;
}

inline constexpr Letters blanks(" \t\n");
// A loop of its own: find_first_of calls a function for each byte.
inline bool holds_blank(std::string_view text) {
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n') return true;
  }
  return false;
}

// Calls visit(const Argument&) for each argument after the program's name, options too, until it
// returns false.
template <class Visit>
void for_each_argument(std::span<const Word> words, Visit&& visit) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Word& word = words[i];
    const bool may_split = word.letters.may_hold_any(blanks) && !word.quoted && word.resolved;
    if (!may_split || !holds_blank(word.text)) {
      if (!visit(Argument{word.text, word.at, word.resolved, word.letters})) return;
      continue;
    }
    std::string_view rest = word.text;
    while (!rest.empty()) {
      const std::size_t begin = rest.find_first_not_of(" \t\n");
      if (begin == std::string_view::npos) break;
      const std::size_t end = std::min(rest.find_first_of(" \t\n", begin), rest.size());
      if (!visit(Argument{rest.substr(begin, end - begin), word.at, true})) return;
      rest.remove_prefix(end);
    }
  }
}

// Whether an option is given, in any spelling: a long name alone or with `=value`, or a letter
// alone or in a cluster (`-yqq`). Long names are written with their dashes.
bool has_option(const PackageCall& call, std::initializer_list<std::string_view> long_names,
                char letter = '\0');
// How often a letter or a long name is given: `-qq`, `-q -q`, `--quiet --quiet` are 2.
int count_option(const PackageCall& call, std::string_view long_name, char letter);
// The values of an option that takes one: visit(std::string_view) for each `-o X`, `-oX`, `--opt X`
// and
// `--opt=X`, until it returns false.
void for_each_option_value(const PackageCall& call, std::string_view long_name, char letter,
                           bool (*visit)(std::string_view value, void* context), void* context);
// The first value of an option, or "".
std::string_view option_value(const PackageCall& call, std::string_view long_name, char letter);
// Whether apt is told, by `-o` in any spelling, to set `name` to something that means no (or, with
// `wanted`, yes). Names compare without case, as apt does.
bool sets_apt_option(const PackageCall& call, std::string_view name, bool wanted);

// Whether the option takes the next argument as its value.
bool option_takes_next(Manager manager, std::string_view option);

// Calls visit(const Argument&) for each operand after the verb: what is no option and no option's
// value. Stops when it returns false.
template <class Visit>
void for_each_operand(const PackageCall& call, Visit&& visit) {
  std::size_t number = 0;
  bool skip = false;
  bool only_operands = false;
  for_each_argument(call.words, [&](const Argument& argument) {
    ++number;
    if (skip) {
      skip = false;
      return true;
    }
    if (!only_operands && argument.text.size() > 1 && argument.text.front() == '-') {
      only_operands = argument.text == "--";
      skip = option_takes_next(call.manager, argument.text);
      return true;
    }
    return number <= call.operands_from || visit(argument);
  });
}

// Whether the call names at least one operand.
bool has_operands(const PackageCall& call);

// What an operand of an install call is, and whether it says which version.
struct Package {
  enum class Kind : std::uint8_t {
    name,     // curl, curl=7.88.1, @scope/pkg@1.2.3
    file,     // ./x.deb, dist/app.whl, /tmp/x.rpm, a directory
    url,      // https://…, git+https://…
    group,    // @development-tools, "Development Tools"
    unknown,  // a variable: nothing is known about it
  };
  Kind kind = Kind::name;
  bool pinned = false;
  std::string_view name;  // without the version: "curl"
};
Package read_package(Manager manager, const Argument& operand);

}  // namespace plimsoll::shell
