#include "subjects/package_calls.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/words.h"

namespace plimsoll::shell {
namespace {

using Words = std::span<const Word>;

// --- the managers ---

struct ManagerName {
  std::string_view name;
  Manager manager;
};

// "pip", "pip3", "pip3.11": the name and nothing but a version after it.
bool is_versioned(std::string_view program, std::string_view name) {
  return program.starts_with(name) && std::ranges::all_of(program.substr(name.size()), [](char c) {
           return is_digit(c) || c == '.';
         });
}

std::optional<Manager> manager_of(std::string_view program) {
  if (program.size() < 2) return std::nullopt;
  switch (program.front()) {
    case 'a':
      if (program == "apt-get") return Manager::apt_get;
      if (program == "apk") return Manager::apk;
      if (program == "apt") return Manager::apt;
      if (program == "aptitude") return Manager::aptitude;
      return std::nullopt;
    case 'c':
      if (program == "composer") return Manager::composer;
      if (program == "conda") return Manager::conda;
      if (program == "cargo") return Manager::cargo;
      return std::nullopt;
    case 'd':
      if (program == "dnf" || program == "dnf5" || program == "dnf-3") return Manager::dnf;
      return std::nullopt;
    case 'g':
      if (program == "gem") return Manager::gem;
      if (program == "go") return Manager::go;
      return std::nullopt;
    case 'm':
      if (program == "microdnf") return Manager::microdnf;
      if (program == "mamba" || program == "micromamba") return Manager::conda;
      return std::nullopt;
    case 'n': return program == "npm" ? std::optional(Manager::npm) : std::nullopt;
    case 'p':
      if (is_versioned(program, "pip")) return Manager::pip;
      if (program == "pnpm") return Manager::pnpm;
      if (program == "pacman") return Manager::pacman;
      if (program == "poetry") return Manager::poetry;
      return std::nullopt;
    case 't': return program == "tdnf" ? std::optional(Manager::dnf) : std::nullopt;
    case 'u': return program == "uv" ? std::optional(Manager::uv) : std::nullopt;
    case 'y':
      if (program == "yum") return Manager::yum;
      if (program == "yarn" || program == "yarnpkg") return Manager::yarn;
      return std::nullopt;
    case 'z': return program == "zypper" ? std::optional(Manager::zypper) : std::nullopt;
    default: return std::nullopt;
  }
}

// Letters whose option takes a value, attached or in the next word.
std::string_view value_letters(Manager manager) {
  switch (manager) {
    case Manager::apt_get:
    case Manager::apt: return "octaP";
    case Manager::aptitude: return "otw";
    case Manager::apk: return "Xpt";
    case Manager::dnf:
    case Manager::microdnf:
    case Manager::yum: return "cdexR";
    case Manager::zypper: return "tpRDcrC";
    case Manager::pacman: return "br";
    case Manager::pip: return "rceiftbC";
    case Manager::npm: return "w";
    case Manager::pnpm: return "FC";
    case Manager::gem: return "visnpPB";
    case Manager::cargo: return "FjZ";
    case Manager::conda: return "npc";
    case Manager::poetry: return "ECPG";
    case Manager::composer: return "d";
    case Manager::uv: return "rcpeifbC";
    case Manager::yarn:
    case Manager::go: return "";
  }
  return "";
}

// Long options that take the next word as their value (with `=` they never do).
std::span<const std::string_view> value_options(Manager manager) {
  static constexpr std::array<std::string_view, 7> apt{
      "--option",          "--config-file",       "--target-release",
      "--default-release", "--host-architecture", "--build-profiles",
      "--solver"};
  static constexpr std::array<std::string_view, 10> apk{
      "--repository",    "--root", "--virtual", "--repositories-file", "--keys-dir", "--cache-dir",
      "--cache-max-age", "--arch", "--wait",    "--progress-fd"};
  static constexpr std::array<std::string_view, 22> rpm{
      "--config",        "--exclude",     "--enablerepo",      "--disablerepo", "--repo",
      "--repoid",        "--installroot", "--releasever",      "--setopt",      "--enableplugin",
      "--disableplugin", "--forcearch",   "--advisory",        "--comment",     "--repofrompath",
      "--downloaddir",   "--destdir",     "--disableexcludes", "--color",       "--sec-severity",
      "--cve",           "--bz"};
  static constexpr std::array<std::string_view, 12> zypper{
      "--repo",      "--from",         "--type",       "--root",
      "--plus-repo", "--plus-content", "--config",     "--reposd-dir",
      "--cache-dir", "--installroot",  "--releasever", "--gpg-auto-import-keys-from"};
  static constexpr std::array<std::string_view, 13> pacman{
      "--root",    "--dbpath",           "--cachedir",  "--config",  "--arch",
      "--ignore",  "--ignoregroup",      "--overwrite", "--hookdir", "--gpgdir",
      "--logfile", "--assume-installed", "--sysroot"};
  static constexpr std::array<std::string_view, 49> pip{"--requirement",
                                                        "--constraint",
                                                        "--editable",
                                                        "--index-url",
                                                        "--extra-index-url",
                                                        "--find-links",
                                                        "--target",
                                                        "--prefix",
                                                        "--root",
                                                        "--trusted-host",
                                                        "--proxy",
                                                        "--retries",
                                                        "--timeout",
                                                        "--exists-action",
                                                        "--cert",
                                                        "--client-cert",
                                                        "--cache-dir",
                                                        "--log",
                                                        "--python-version",
                                                        "--platform",
                                                        "--implementation",
                                                        "--abi",
                                                        "--no-binary",
                                                        "--only-binary",
                                                        "--src",
                                                        "--build",
                                                        "--global-option",
                                                        "--install-option",
                                                        "--build-option",
                                                        "--config-settings",
                                                        "--progress-bar",
                                                        "--root-user-action",
                                                        "--upgrade-strategy",
                                                        "--report",
                                                        "--use-feature",
                                                        "--use-deprecated",
                                                        "--python",
                                                        "--group",
                                                        "--pypi-url",
                                                        "--requirements",
                                                        "--index",
                                                        "--default-index",
                                                        "--extra",
                                                        "--keyring-provider",
                                                        "--index-strategy",
                                                        "--python-preference",
                                                        "--resolution",
                                                        "--link-mode",
                                                        "--exclude-newer"};
  static constexpr std::array<std::string_view, 26> node{"--registry",
                                                         "--prefix",
                                                         "--loglevel",
                                                         "--cache",
                                                         "--userconfig",
                                                         "--globalconfig",
                                                         "--tag",
                                                         "--omit",
                                                         "--include",
                                                         "--only",
                                                         "--workspace",
                                                         "--install-strategy",
                                                         "--fetch-retries",
                                                         "--fetch-timeout",
                                                         "--fetch-retry-mintimeout",
                                                         "--fetch-retry-maxtimeout",
                                                         "--cwd",
                                                         "--network-timeout",
                                                         "--cache-folder",
                                                         "--modules-folder",
                                                         "--mutex",
                                                         "--network-concurrency",
                                                         "--filter",
                                                         "--dir",
                                                         "--store-dir",
                                                         "--reporter"};
  static constexpr std::array<std::string_view, 10> gem{
      "--version",      "--source",     "--install-dir", "--bindir",     "--platform",
      "--trust-policy", "--http-proxy", "--document",    "--build-root", "--config-file"};
  static constexpr std::array<std::string_view, 12> go{
      "-ldflags", "-tags",     "-o",         "-gcflags", "-mod",    "-p",
      "-C",       "-asmflags", "-buildmode", "-modfile", "-pkgdir", "-toolexec"};
  static constexpr std::array<std::string_view, 19> cargo{
      "--version", "--vers",   "--git",        "--branch", "--tag",      "--rev",  "--path",
      "--root",    "--target", "--features",   "--index",  "--registry", "--jobs", "--profile",
      "--bin",     "--config", "--target-dir", "--color",  "--example"};
  static constexpr std::array<std::string_view, 8> conda{
      "--name",   "--prefix",   "--channel", "--file",
      "--solver", "--platform", "--subdir",  "--experimental-solver"};
  static constexpr std::array<std::string_view, 11> poetry{
      "--with",  "--without", "--only",   "--extras",   "--directory", "--project",
      "--group", "--source",  "--python", "--platform", "--editable"};
  static constexpr std::array<std::string_view, 3> composer{"--working-dir", "--prefer-install",
                                                            "--ignore-platform-req"};
  switch (manager) {
    case Manager::apt_get:
    case Manager::apt:
    case Manager::aptitude: return apt;
    case Manager::apk: return apk;
    case Manager::dnf:
    case Manager::microdnf:
    case Manager::yum: return rpm;
    case Manager::zypper: return zypper;
    case Manager::pacman: return pacman;
    case Manager::pip:
    case Manager::uv: return pip;
    case Manager::npm:
    case Manager::yarn:
    case Manager::pnpm: return node;
    case Manager::gem: return gem;
    case Manager::go: return go;
    case Manager::cargo: return cargo;
    case Manager::conda: return conda;
    case Manager::poetry: return poetry;
    case Manager::composer: return composer;
  }
  return {};
}

Action pacman_action(std::string_view operation, bool has_packages) {
  const bool long_form = operation.starts_with("--");
  if (operation == "--remove") return Action::remove;
  if (operation == "--upgrade") return Action::install;
  if (operation == "--sync") return has_packages ? Action::install : Action::other;
  if (long_form || operation.size() < 2) return Action::other;
  if (operation[1] == 'R') return Action::remove;
  if (operation[1] == 'U') return Action::install;
  if (operation[1] != 'S') return Action::other;
  const std::string_view flags = operation.substr(2);
  if (flags.contains('c')) return Action::clean;
  if (flags.find_first_of("silp") != std::string_view::npos) return Action::other;
  if (has_packages) return Action::install;
  if (flags.contains('u')) return Action::upgrade;
  return flags.contains('y') ? Action::update_index : Action::other;
}

Action action_of(Manager manager, std::string_view verb) {
  switch (manager) {
    case Manager::apt_get:
    case Manager::apt:
    case Manager::aptitude:
      if (is_one_of(verb, {"install", "reinstall", "build-dep"})) return Action::install;
      if (verb == "update") return Action::update_index;
      if (is_one_of(verb, {"upgrade", "safe-upgrade"})) return Action::upgrade;
      if (is_one_of(verb, {"dist-upgrade", "full-upgrade"})) return Action::distribution_upgrade;
      if (is_one_of(verb, {"remove", "purge", "autoremove", "autopurge"})) return Action::remove;
      if (is_one_of(verb, {"clean", "autoclean", "distclean", "dist-clean"})) return Action::clean;
      return Action::other;
    case Manager::apk:
      if (verb == "add") return Action::install;
      if (verb == "update") return Action::update_index;
      if (verb == "upgrade") return Action::upgrade;
      if (verb == "del") return Action::remove;
      if (verb == "cache") return Action::clean;
      return Action::other;
    case Manager::dnf:
    case Manager::microdnf:
    case Manager::yum:
      if (is_one_of(verb, {"install", "localinstall", "groupinstall", "reinstall", "builddep",
                           "swap", "install-n", "install-na", "install-nevra"})) {
        return Action::install;
      }
      if (is_one_of(verb, {"makecache", "check-update"})) return Action::update_index;
      if (is_one_of(verb,
                    {"update", "upgrade", "upgrade-minimal", "update-minimal", "localupdate"})) {
        return Action::upgrade;
      }
      if (is_one_of(verb,
                    {"distro-sync", "dsync", "distribution-synchronization", "system-upgrade"})) {
        return Action::distribution_upgrade;
      }
      if (is_one_of(verb, {"remove", "erase", "autoremove", "groupremove"})) return Action::remove;
      return verb == "clean" ? Action::clean : Action::other;
    case Manager::zypper:
      if (is_one_of(verb,
                    {"install", "in", "source-install", "si", "install-new-recommends", "inr"})) {
        return Action::install;
      }
      if (is_one_of(verb, {"refresh", "ref"})) return Action::update_index;
      if (is_one_of(verb, {"update", "up", "patch"})) return Action::upgrade;
      if (is_one_of(verb, {"dist-upgrade", "dup"})) return Action::distribution_upgrade;
      if (is_one_of(verb, {"remove", "rm"})) return Action::remove;
      return is_one_of(verb, {"clean", "cc"}) ? Action::clean : Action::other;
    case Manager::pacman: return Action::other;  // pacman_action()
    case Manager::pip:
    case Manager::uv:
      if (is_one_of(verb, {"install", "sync", "add"})) return Action::install;
      if (is_one_of(verb, {"uninstall", "remove"})) return Action::remove;
      return verb == "cache" ? Action::clean : Action::other;
    case Manager::npm:
    case Manager::pnpm:
      if (is_one_of(verb, {"install", "i", "add", "in", "ins", "inst", "isntall", "ci",
                           "clean-install", "ic", "install-clean"})) {
        return Action::install;
      }
      if (is_one_of(verb, {"update", "up", "upgrade"})) return Action::upgrade;
      if (is_one_of(verb, {"uninstall", "remove", "rm", "un", "r"})) return Action::remove;
      return verb == "cache" || verb == "store" ? Action::clean : Action::other;
    case Manager::yarn:
      if (is_one_of(verb, {"", "add", "install"})) return Action::install;
      if (is_one_of(verb, {"upgrade", "up"})) return Action::upgrade;
      if (verb == "remove") return Action::remove;
      return verb == "cache" ? Action::clean : Action::other;
    case Manager::gem:
      if (is_one_of(verb, {"install", "i"})) return Action::install;
      if (verb == "update") return Action::upgrade;
      if (verb == "uninstall") return Action::remove;
      return verb == "cleanup" ? Action::clean : Action::other;
    case Manager::go:
      if (is_one_of(verb, {"install", "get"})) return Action::install;
      return verb == "clean" ? Action::clean : Action::other;
    case Manager::cargo: return verb == "install" ? Action::install : Action::other;
    case Manager::conda:
      if (is_one_of(verb, {"install", "create"})) return Action::install;
      if (is_one_of(verb, {"update", "upgrade"})) return Action::upgrade;
      if (is_one_of(verb, {"remove", "uninstall"})) return Action::remove;
      return verb == "clean" ? Action::clean : Action::other;
    case Manager::poetry:
      if (is_one_of(verb, {"install", "add", "sync"})) return Action::install;
      if (verb == "update") return Action::upgrade;
      return verb == "cache" ? Action::clean : Action::other;
    case Manager::composer:
      if (is_one_of(verb, {"install", "i", "require", "req", "r", "create-project"})) {
        return Action::install;
      }
      if (is_one_of(verb, {"update", "upgrade", "u"})) return Action::upgrade;
      return is_one_of(verb, {"clear-cache", "clearcache", "cc"}) ? Action::clean : Action::other;
  }
  return Action::other;
}

// Verbs that only announce another: `yarn global add`, `dnf module install`, `uv pip install`.
bool is_verb_prefix(Manager manager, std::string_view verb) {
  switch (manager) {
    case Manager::yarn:
    case Manager::composer: return verb == "global";
    case Manager::dnf:
    case Manager::yum:
    case Manager::microdnf: return verb == "module" || verb == "group" || verb == "groups";
    case Manager::uv: return verb == "pip" || verb == "tool";
    case Manager::conda: return verb == "env";
    default: return false;
  }
}

// A variable whose name says that it holds options: $APT_OPTS, ${PIP_FLAGS}.
bool may_hold_options(const Argument& argument) {
  if (argument.resolved || !argument.text.starts_with('$')) return false;
  const std::string name = lower(argument.text);
  return name.contains("opt") || name.contains("flag") || name.contains("arg") ||
         name.contains('@') || name.contains('*');
}

bool is_option(std::string_view text) {
  return text.size() > 1 && text.front() == '-';
}

// Where a letter stands in a cluster of short options (`-yqq`), up to the first that takes the rest
// as its value.
std::size_t find_letter(Manager manager, std::string_view cluster, char letter) {
  const std::string_view takes_value = value_letters(manager);
  for (std::size_t i = 1; i < cluster.size(); ++i) {
    if (cluster[i] == letter) return i;
    if (takes_value.contains(cluster[i])) break;
  }
  return std::string_view::npos;
}

bool is_long_option(std::string_view text, std::string_view name) {
  return text.starts_with(name) && (text.size() == name.size() || text[name.size()] == '=');
}

bool is_cluster(std::string_view text) {
  return text.size() > 1 && text[0] == '-' && text[1] != '-';
}

}  // namespace

std::string_view name_of(Manager manager) {
  static constexpr std::array<std::string_view, 20> names{
      "apt-get", "apt",  "aptitude", "apk", "dnf", "microdnf", "yum",   "zypper", "pacman",   "pip",
      "npm",     "yarn", "pnpm",     "gem", "go",  "cargo",    "conda", "poetry", "composer", "uv"};
  return names[static_cast<std::size_t>(manager)];
}

std::optional<PackageCall> read_package_call(const Command& command) {
  Words words = effective_words(command);
  if (words.empty() || !words.front().resolved) return std::nullopt;
  std::string_view program = file_name(words.front().text);
  // python -m pip, python3.11 -m pip, python -I -m pip
  if (is_versioned(program, "python")) {
    std::size_t i = 1;
    while (i < words.size() && words[i].text.starts_with('-') && words[i].text != "-m") ++i;
    if (i + 1 >= words.size() || words[i].text != "-m") return std::nullopt;
    words = words.subspan(i + 1);
    program = words.front().text;
    if (program != "pip") return std::nullopt;
  }
  const std::optional<Manager> manager = manager_of(program);
  if (!manager) return std::nullopt;

  PackageCall call;
  call.command = &command;
  call.manager = *manager;
  call.words = words;
  call.at = words.front().at;
  std::size_t number = 0;
  bool skip = false;
  bool verb_found = false;
  bool has_packages = false;
  const auto extend = [&call](Location at) {
    if (at.source == call.at.source && at.span.end > call.at.span.end) {
      call.at.span.end = at.span.end;
    }
  };
  for_each_argument(words, [&](const Argument& argument) {
    ++number;
    if (may_hold_options(argument)) {
      call.options_unknown = true;
      return true;
    }
    if (skip) {
      skip = false;
      return true;
    }
    if (is_option(argument.text)) {
      if (call.manager == Manager::pacman && !verb_found &&
          (is_one_of(argument.text, {"--sync", "--remove", "--upgrade", "--query", "--database"}) ||
           (is_cluster(argument.text) && argument.text[1] >= 'A' && argument.text[1] <= 'Z'))) {
        call.verb = argument.text;
        verb_found = true;
        extend(argument.at);
        return true;
      }
      skip = option_takes_next(call.manager, argument.text);
      return true;
    }
    if (verb_found) {
      has_packages = true;
      return true;
    }
    if (call.manager == Manager::pacman) {
      has_packages = true;
      return true;
    }
    // `apt-get $DEBUG install`: a variable before the verb is an option or nothing.
    if (!argument.resolved && argument.text.starts_with('$')) {
      call.options_unknown = true;
      return true;
    }
    call.operands_from = number;
    extend(argument.at);
    if (is_verb_prefix(call.manager, argument.text)) return true;
    call.verb = argument.text;
    verb_found = true;
    return true;
  });
  call.action = call.manager == Manager::pacman ? pacman_action(call.verb, has_packages)
                                                : action_of(call.manager, call.verb);
  // `npm run install`, `yarn --version`, `pip --help` ask for nothing.
  if (call.manager == Manager::yarn && call.verb.empty() &&
      has_option(call, {"--version", "--help"}, 'v')) {
    call.action = Action::other;
  }
  // `apt-get install -s` only says what it would do.
  const bool apt = call.manager == Manager::apt_get || call.manager == Manager::apt ||
                   call.manager == Manager::aptitude;
  if (apt && call.action != Action::other &&
      has_option(call, {"--simulate", "--just-print", "--dry-run", "--recon", "--no-act"}, 's')) {
    call.action = Action::other;
  }
  return call;
}

void find_package_calls(Script& script, Arena& arena) {
  for (Command& command : script.commands) {
    if (const std::optional<PackageCall> call = read_package_call(command)) {
      command.package_call = arena.make<PackageCall>(*call);
    }
  }
}

bool option_takes_next(Manager manager, std::string_view option) {
  if (option.starts_with("--") || manager == Manager::go) {
    return std::ranges::find(value_options(manager), option) != value_options(manager).end();
  }
  // The letters of zypper and pacman mean other things after the verb; only a letter alone takes a
  // word.
  const std::string_view letters = value_letters(manager);
  if (manager == Manager::pacman) return option.size() == 2 && letters.contains(option[1]);
  for (std::size_t i = 1; i < option.size(); ++i) {
    if (letters.contains(option[i])) return i + 1 == option.size();
  }
  return false;
}

bool has_option(const PackageCall& call, std::initializer_list<std::string_view> long_names,
                char letter) {
  bool found = false;
  bool skip = false;
  for_each_argument(call.words, [&](const Argument& argument) {
    if (skip) {
      skip = false;
      return true;
    }
    if (!is_option(argument.text)) return true;
    if (argument.text == "--") return false;
    skip = option_takes_next(call.manager, argument.text);
    for (const std::string_view name : long_names) {
      found = found || is_long_option(argument.text, name);
    }
    if (letter != '\0' && is_cluster(argument.text)) {
      found = found || find_letter(call.manager, argument.text, letter) != std::string_view::npos;
    }
    return !found;
  });
  return found;
}

int count_option(const PackageCall& call, std::string_view long_name, char letter) {
  int count = 0;
  for_each_argument(call.words, [&](const Argument& argument) {
    if (argument.text == "--") return false;
    if (is_long_option(argument.text, long_name)) ++count;
    if (is_cluster(argument.text)) {
      // `-q=2` gives the level itself.
      if (argument.text.size() == 4 && argument.text[1] == letter && argument.text[2] == '=' &&
          is_digit(argument.text[3])) {
        count += argument.text[3] - '0';
      } else {
        const std::string_view takes_value = value_letters(call.manager);
        for (const char c : argument.text.substr(1)) {
          if (c == letter) ++count;
          if (takes_value.contains(c)) break;
        }
      }
    }
    return true;
  });
  return count;
}

void for_each_option_value(const PackageCall& call, std::string_view long_name, char letter,
                           bool (*visit)(std::string_view, void*), void* context) {
  bool next = false;
  for_each_argument(call.words, [&](const Argument& argument) {
    const std::string_view text = argument.text;
    if (next) {
      next = false;
      return visit(text, context);
    }
    if (text == long_name) {
      next = true;
      return true;
    }
    if (!long_name.empty() && is_long_option(text, long_name)) {
      return visit(text.substr(long_name.size() + 1), context);
    }
    if (letter == '\0' || !is_cluster(text)) return true;
    const std::size_t at = find_letter(call.manager, text, letter);
    if (at == std::string_view::npos) return true;
    if (at + 1 == text.size()) {
      next = true;
      return true;
    }
    return visit(text.substr(at + 1), context);
  });
}

std::string_view option_value(const PackageCall& call, std::string_view long_name, char letter) {
  std::string_view value;
  for_each_option_value(
      call, long_name, letter,
      [](std::string_view found, void* context) {
        *static_cast<std::string_view*>(context) = found;
        return false;
      },
      &value);
  return value;
}

bool sets_apt_option(const PackageCall& call, std::string_view name, bool wanted) {
  struct Search {
    std::string_view name;
    bool wanted;
    bool found = false;
  } search{name, wanted};
  for_each_option_value(
      call, "--option", 'o',
      [](std::string_view value, void* context) {
        Search& wanted_option = *static_cast<Search*>(context);
        const std::size_t equals = value.find('=');
        if (equals == std::string_view::npos) return true;
        if (!equal_ignoring_case(value.substr(0, equals), wanted_option.name)) return true;
        std::string_view said = value.substr(equals + 1);
        while (said.size() > 1 && (said.front() == '"' || said.front() == '\'')) {
          said = said.substr(1, said.size() - 2);
        }
        const bool no = said == "0" || equal_ignoring_case(said, "false") ||
                        equal_ignoring_case(said, "no") || equal_ignoring_case(said, "off") ||
                        equal_ignoring_case(said, "without");
        wanted_option.found = no != wanted_option.wanted;
        return true;
      },
      &search);
  return search.found;
}

bool has_operands(const PackageCall& call) {
  bool found = false;
  for_each_operand(call, [&](const Argument&) {
    found = true;
    return false;
  });
  return found;
}

namespace {

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

bool looks_like_path(std::string_view text) {
  return text == "." || text == ".." || text.starts_with("./") || text.starts_with("../") ||
         text.starts_with('/') || text.starts_with("~/");
}

// Whether the ref of a git address names a revision: anything after the last `@` of its path or
// after
// `#`; only a commit cannot move, but a tag is what people have.
bool git_is_pinned(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  const std::size_t fragment = rest.find('#');
  if (fragment != std::string_view::npos) {
    const std::string_view after = rest.substr(fragment + 1);
    // pip's fragment names the package, npm's the revision.
    if (!after.empty() && !after.starts_with("egg=") && !after.starts_with("subdirectory=")) {
      return true;
    }
    rest = rest.substr(0, fragment);
  }
  const std::size_t path = rest.find('/');
  return path != std::string_view::npos && rest.substr(path).contains('@');
}

// rpm's name-[epoch:]version[-release]: the last part, or the last but one, starts with a digit. A
// digit in the middle of a name (java-11-openjdk) is none.
bool rpm_is_pinned(std::string_view text) {
  const std::size_t last = text.rfind('-');
  if (last == std::string_view::npos || last + 1 >= text.size()) return false;
  const char first = text[last + 1];
  return is_digit(first) || first == '$' || first == '{';
}

// A loop of its own: find_first_of calls a function for each byte.
std::size_t find_first(std::string_view text, std::string_view characters) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    for (const char c : characters) {
      if (text[at] == c) return at;
    }
  }
  return at;
}

bool starts_with_version(std::string_view text) {
  return !text.empty() && !is_one_of(text, {"latest", "next", "canary", "beta", "alpha", "nightly",
                                            "edge", "dev", "master", "main", "HEAD", "*", "x"});
}

// The archive of a branch moves on with it: https://github.com/acme/tool/archive/main.zip.
bool is_archive_of_branch(std::string_view url) {
  if (url.contains("/archive/refs/heads/")) return true;
  for (const std::string_view place : {"/archive/", "/tarball/", "/zipball/"}) {
    const std::size_t at = url.find(place);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = url.substr(at + place.size());
    const std::string_view name = rest.substr(0, rest.find_first_of("./?#"));
    return name == "main" || name == "master" || name == "develop" || name == "HEAD";
  }
  return false;
}

}  // namespace

Package read_package(Manager manager, const Argument& operand) {
  const std::string_view text = operand.text;
  Package package;
  package.name = text;
  static constexpr Letters of_addresses("+:@./~");
  const bool may_be_address = operand.letters.may_hold_any(of_addresses);
  const bool is_git = may_be_address && (text.starts_with("git+") || text.starts_with("git://") ||
                                         text.starts_with("git@") || text.starts_with("github:"));
  if (is_git) {
    package.kind = Package::Kind::url;
    package.pinned = git_is_pinned(text);
    return package;
  }
  if (operand.contains("://")) {
    package.kind = Package::Kind::url;
    package.pinned = !is_archive_of_branch(text);
    return package;
  }
  if (may_be_address && looks_like_path(text)) {
    package.kind = Package::Kind::file;
    package.pinned = true;
    return package;
  }
  const auto file = [&package] {
    package.kind = Package::Kind::file;
    package.pinned = true;
    return package;
  };
  const auto split_at = [&](std::size_t at) {
    package.name = text.substr(0, at);
    package.pinned = at < text.size();
  };
  switch (manager) {
    case Manager::apt_get:
    case Manager::apt:
    case Manager::aptitude:
      if (text.ends_with(".deb")) return file();
      // `curl=7.88.1`, and `curl/bookworm-backports` takes whatever that release has.
      split_at(find_first(text, "="));
      break;
    case Manager::apk:
      if (text.ends_with(".apk")) return file();
      split_at(find_first(text, "=~<>"));
      break;
    case Manager::dnf:
    case Manager::microdnf:
    case Manager::yum:
      if (text.ends_with(".rpm")) return file();
      if (text.starts_with('@') || text.contains(' ')) {
        package.kind = Package::Kind::group;
        package.pinned = text.contains(':');
        return package;
      }
      package.pinned = text.contains(':') || text.contains('=') || rpm_is_pinned(text);
      break;
    case Manager::zypper:
      if (text.ends_with(".rpm")) return file();
      package.pinned = text.find_first_of("=<>") != std::string_view::npos || rpm_is_pinned(text);
      package.name = text.substr(0, find_first(text, "=<>"));
      break;
    case Manager::pacman:
      if (text.contains(".pkg.tar")) return file();
      // Arch keeps one version of each package: there is nothing to pin to.
      package.pinned = true;
      break;
    case Manager::pip:
    case Manager::uv: {
      if (ends_with_any(text, {".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2"}) ||
          text.contains('/') || text.starts_with(".[")) {
        return file();
      }
      const std::size_t at = find_first(text, "=<>~!@;[");
      package.name = trim(text.substr(0, at));
      // A lower bound alone takes whatever is newest.
      package.pinned = text.contains("==") || text.contains("~=") || text.contains('<') ||
                       (manager == Manager::uv && text.contains('@'));
      break;
    }
    case Manager::npm:
    case Manager::yarn:
    case Manager::pnpm: {
      if (ends_with_any(text, {".tgz", ".tar.gz", ".tar"}) || text.starts_with("file:") ||
          text.starts_with("workspace:")) {
        return file();
      }
      // `@scope/name@1.2`: the first `@` belongs to the name.
      const std::size_t at = text.find('@', 1);
      if (at == std::string_view::npos) {
        // `user/repository` is a repository of GitHub.
        package.pinned = text.contains('#') || (text.contains('/') && !text.starts_with('@'));
        break;
      }
      package.name = text.substr(0, at);
      package.pinned = starts_with_version(text.substr(at + 1));
      break;
    }
    case Manager::gem:
      if (text.ends_with(".gem")) return file();
      split_at(find_first(text, ":"));
      break;
    case Manager::go: {
      const std::size_t at = text.find('@');
      package.name = text.substr(0, at);
      // Without a version, go.mod decides; only `go get` of a module asks for the newest.
      package.pinned = at == std::string_view::npos || starts_with_version(text.substr(at + 1));
      break;
    }
    case Manager::cargo: split_at(find_first(text, "@")); break;
    case Manager::conda: {
      const std::size_t channel = text.find("::");
      const std::string_view name =
          channel == std::string_view::npos ? text : text.substr(channel + 2);
      const std::size_t at = find_first(name, "=<>");
      package.name = name.substr(0, at);
      package.pinned = name.find_first_of("=<") != std::string_view::npos;
      break;
    }
    case Manager::poetry:
      package.name = text.substr(0, find_first(text, "@=<>^~"));
      package.pinned = package.name.size() < text.size() && !text.ends_with("@latest");
      break;
    case Manager::composer: split_at(find_first(text, ":=")); break;
  }
  // `curl=$VERSION` is pinned to something; `$PACKAGES` is not known at all.
  if (!operand.resolved && !package.pinned) package.kind = Package::Kind::unknown;
  return package;
}

}  // namespace plimsoll::shell
