// Three kinds of packages that an image rarely needs: what apt adds as "recommended", what only the
// build needs, and what only a person or an intruder would use inside the container.
//
// What is installed and removed within one RUN does not ship. Three spellings of that are common:
// by name or through a variable (`apt-get purge $buildDeps`), through apk's virtual packages (`apk
// add
// --virtual .deps …`, `apk del .deps`), and by marking everything automatic and removing what
// nothing depends on (`apt-mark auto '.*'`, `apt-get purge --auto-remove`), as the official images
// do.
#include <map>
#include <unordered_map>

#include "base/byte_count.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_paths.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"
#include "subjects/image.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_versioned(std::string_view name, std::string_view base) {
  if (!name.starts_with(base)) return false;
  std::string_view rest = name.substr(base.size());
  if (rest.starts_with('-')) rest.remove_prefix(1);
  return std::ranges::all_of(rest, [](char c) { return is_digit(c) || c == '.'; });
}

bool is_build_tool(std::string_view name) {
  if (name.ends_with("-dev") || name.ends_with("-devel") || name.ends_with("-headers")) return true;
  return is_one_of(name, {"build-essential",
                          "build-base",
                          "make",
                          "cmake",
                          "automake",
                          "autoconf",
                          "autotools-dev",
                          "libtool",
                          "bison",
                          "flex",
                          "ninja-build",
                          "meson",
                          "g++",
                          "gcc-c++",
                          "gfortran",
                          "binutils",
                          "pkg-config",
                          "pkgconfig",
                          "pkgconf",
                          "patch",
                          "m4",
                          "scons",
                          "bazel",
                          "maven",
                          "gradle",
                          "ant",
                          "cargo",
                          "rust",
                          "rustc",
                          "golang",
                          "golang-go",
                          "alpine-sdk",
                          "base-devel",
                          "swig",
                          "yasm",
                          "nasm",
                          "ccache",
                          "git",
                          "subversion",
                          "mercurial",
                          "re2c",
                          "dpkg-dev"}) ||
         is_versioned(name, "gcc") || is_versioned(name, "g++") || is_versioned(name, "clang");
}

bool is_network_client(std::string_view name) {
  return is_one_of(name, {"telnet",
                          "inetutils-telnet",
                          "busybox-extras",
                          "netcat",
                          "netcat-openbsd",
                          "netcat-traditional",
                          "nc",
                          "nmap",
                          "nmap-ncat",
                          "ncat",
                          "socat",
                          "tcpdump",
                          "tshark",
                          "wireshark",
                          "ftp",
                          "lftp",
                          "tftp",
                          "rsh-client",
                          "hping3",
                          "masscan",
                          "proxychains",
                          "proxychains4",
                          "ngrep"});
}

bool is_for_people(std::string_view name) {
  return is_one_of(
      name, {"vim",       "vim-tiny",     "vim-enhanced", "nano",       "emacs",      "emacs-nox",
             "joe",       "htop",         "strace",       "ltrace",     "gdb",        "lsof",
             "net-tools", "iputils-ping", "dnsutils",     "bind-utils", "bind-tools", "traceroute",
             "man-db",    "screen",       "tmux"});
}

// --- recommended packages ---

bool keeps_recommends_out(const PackageCall& call) {
  if (call.options_unknown) return true;
  if (has_option(call, {"--no-install-recommends", "--without-recommends", "--download-only",
                        "--simulate", "--dry-run", "--print-uris"})) {
    return true;
  }
  if (call.manager == Manager::aptitude && has_option(call, {}, 'R')) return true;
  return sets_apt_option(call, "APT::Install-Recommends", false);
}

// The option behind those that follow the verb: `install -y --no-install-recommends curl`.
Fix without_recommends(const Instruction& run, const PackageCall& call) {
  const std::string_view option =
      call.manager == Manager::aptitude ? "--without-recommends" : "--no-install-recommends";
  const shell::Word* last = nullptr;
  for (const shell::Word& word : call.words) {
    if (word.at.span.begin < call.at.span.end) continue;
    if (!word.text.starts_with('-') || word.text == "--") break;
    if (option_takes_next(call.manager, word.text)) break;
    last = &word;
  }
  if (last != nullptr) return unsafe_if(add_option(run, *last, option));
  return unsafe_if(add_option(run, call, option));
}

// --- what a RUN installs and removes ---

// What the RUN removes again: for each name, and for what is not known, the number of the last call
// that removes it. Sorted, so that a RUN with thousands of packages costs no square of them.
class Removals {
 public:
  explicit Removals(std::span<const PackageCall* const> calls) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const PackageCall& call = *calls[i];
      if (call.action != Action::remove) continue;
      for_each_operand(call, [&](const Argument& argument) {
        if (!argument.resolved) {
          unknown_ = i + 1;
        } else if (argument.text.starts_with('*')) {
          // apt takes patterns: '*-dev'. A handful of them is all that anybody writes.
          if (patterns_.size() < max_patterns)
            patterns_.emplace_back(argument.text.substr(1), i + 1);
        } else {
          names_.emplace_back(read_package(call.manager, argument).name, i + 1);
        }
        return true;
      });
    }
    std::ranges::sort(names_);
  }

  // Whether a call after number `from` removes the package, or the group it was installed as.
  bool remove(std::string_view name, std::string_view group, std::size_t from) const {
    if (unknown_ > from + 1 || contains(name, from) || (!group.empty() && contains(group, from))) {
      return true;
    }
    return std::ranges::any_of(patterns_, [&](const auto& pattern) {
      return pattern.second > from + 1 && name.ends_with(pattern.first);
    });
  }

 private:
  static constexpr std::size_t max_patterns = 16;

  bool contains(std::string_view name, std::size_t from) const {
    const std::pair<std::string_view, std::size_t> wanted{name, from + 2};
    const auto found = std::ranges::lower_bound(names_, wanted);
    return found != names_.end() && found->first == name;
  }

  std::vector<std::pair<std::string_view, std::size_t>> names_;
  std::vector<std::pair<std::string_view, std::size_t>> patterns_;
  std::size_t unknown_ = 0;
};

// Names the first few of a list.
std::string list_of(const std::vector<std::string_view>& names) {
  constexpr std::size_t shown = 3;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) {
    if (i > 0) list += i + 1 == names.size() ? " and " : ", ";
    list += names[i];
  }
  if (names.size() > shown) list += concat(" and ", std::to_string(names.size() - shown), " more");
  return list;
}

struct Kind {
  bool (*matches)(std::string_view);
  std::string_view what;
  std::string_view remedy;
  Severity severity;
};

constexpr std::array<Kind, 3> kinds{{
    {is_build_tool, ": only a build needs such packages, and an intruder compiles with them",
     "build in a stage of its own and COPY --from it, or purge them in the same RUN",
     Severity::low},
    {is_network_client, ": a tool to look around in the network from inside the container",
     "leave it out, or install it in a debug stage", Severity::low},
    {is_for_people, ": a tool for people, which no service needs",
     "leave it out; docker debug and an ephemeral container bring their own", Severity::info},
}};

void check_run(const Instruction& run, bool recommends_off, Findings& findings) {
  std::vector<const PackageCall*> calls;
  bool marks_automatic = false;
  bool removes_automatic = false;
  for (const shell::Command& command : run.script.commands) {
    const auto call = package_call(command);
    if (!call) {
      if (effective_program(command) == "apt-mark") {
        for (const shell::Word& word : command.words) {
          if (word.text == "auto") marks_automatic = true;
        }
      }
      continue;
    }
    if (!is_distribution(call->manager)) continue;
    if (call->action == Action::remove && is_apt(call->manager) &&
        (call->verb.starts_with("auto") || has_option(*call, {"--auto-remove", "--autoremove"}))) {
      removes_automatic = true;
    }
    calls.push_back(call);
  }
  const bool all_removed = marks_automatic && removes_automatic;
  const Removals removals(calls);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const PackageCall& call = *calls[i];
    if (call.action != Action::install) continue;
    if (is_apt(call.manager) && call.verb == "install" && !recommends_off && has_operands(call) &&
        !keeps_recommends_out(call)) {
      findings
          .add(call.at,
               concat(name_of(call.manager),
                      " install also takes recommended packages, which nobody asked for"),
               "add --no-install-recommends")
          .fix = without_recommends(run, call);
    }
    if (all_removed || has_option(call, {"--installroot", "--root", "--download-only"})) continue;
    const std::string_view group =
        call.manager == Manager::apk ? option_value(call, "--virtual", 't') : std::string_view();
    struct Found {
      std::vector<std::string_view> names;
      Location first;
    };
    std::array<Found, kinds.size()> found;
    for_each_operand(call, [&](const Argument& argument) {
      const Package package = read_package(call.manager, argument);
      if (package.kind != Package::Kind::name) return true;
      for (std::size_t k = 0; k < kinds.size(); ++k) {
        if (!kinds[k].matches(package.name)) continue;
        if (removals.remove(package.name, group, i)) continue;
        if (found[k].names.empty()) found[k].first = argument.at;
        found[k].names.push_back(package.name);
      }
      return true;
    });
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      if (found[k].names.empty()) continue;
      findings
          .add(found[k].first, concat("the image ships ", list_of(found[k].names), kinds[k].what),
               std::string(kinds[k].remedy))
          .severity = kinds[k].severity;
    }
  }
}

// Whether an instruction configures apt to leave recommended packages out, or may do so.
bool switches_recommends_off(const Instruction& instruction) {
  if (instruction.keyword == Keyword::copy || instruction.keyword == Keyword::add) {
    if (!instruction.words.empty() &&
        instruction.words.back().text.starts_with("/etc/apt/apt.conf")) {
      return true;
    }
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    if (heredoc.body.contains("Install-Recommends")) return true;
  }
  for (const shell::Command& command : instruction.script.commands) {
    if (package_call(command)) continue;
    for (const shell::Word& word : command.words) {
      if (word.contains("Install-Recommends")) return true;
    }
  }
  return false;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  bool recommends_off = false;
  for (const Stage* stage : shipped_stages(dockerfile)) {
    for (const Instruction& instruction : stage->instructions) {
      const Instruction& one = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      recommends_off = recommends_off || switches_recommends_off(one);
      if (one.keyword == Keyword::run) check_run(one, recommends_off, findings);
    }
  }
}

// --- what is installed in an image ---

// Many a health check and entrypoint uses one of these: they are worth a look, and no more.
bool is_download_tool(std::string_view name) {
  return is_one_of(name, {"curl", "wget", "wget2", "aria2", "rsync", "openssh-client",
                          "openssh-clients", "openssh-client-default", "ssh"});
}

bool is_documentation(std::string_view name) {
  return name.ends_with("-doc") || name.ends_with("-docs");
}

constexpr std::array<Kind, 2> kinds_in_images{{
    {is_download_tool, ": an intruder fetches tools and carries data away with it",
     "leave it out, or ask the service's health with a program of its own", Severity::info},
    {is_documentation, ": nobody reads it in a container", "leave it out", Severity::info},
}};

// Official images that are there to build in.
bool is_made_to_build_in(std::string_view image) {
  const std::optional<ImageReference> reference = parse_image_reference(image);
  return reference && is_one_of(reference->name,
                                {"buildpack-deps", "golang", "gcc", "rust", "maven", "gradle",
                                 "swift", "haskell", "clojure", "mcr.microsoft.com/dotnet/sdk"});
}

struct Installed {
  std::string_view name;
  std::size_t kind = 0;
  std::size_t layer = 0;
  std::uint64_t bytes = 0;
};

const Kind& kind_number(std::size_t number) {
  return number < kinds.size() ? kinds[number] : kinds_in_images[number - kinds.size()];
}

// Whether the health check runs the program that the package is named after.
bool is_used_by_healthcheck(const Image& image, std::string_view name) {
  if (!image.config || !image.config->healthcheck) return false;
  return std::ranges::any_of(image.config->healthcheck->test,
                             [&](const std::string& part) { return part.contains(name); });
}

std::vector<Installed> needless_packages(const Image& image) {
  std::vector<Installed> found;
  std::unordered_map<std::string_view, std::size_t> owner;  // of a file: its place in `found`
  for (const plimsoll::Package& package : image.packages) {
    if (!is_of_system(package.kind)) continue;
    for (std::size_t kind = 0; kind < kinds.size() + kinds_in_images.size(); ++kind) {
      if (!kind_number(kind).matches(package.name)) continue;
      if (is_used_by_healthcheck(image, package.name)) break;
      for (const std::string_view file : split(package.files, '\n')) {
        if (!file.empty()) owner.emplace(file, found.size());
      }
      found.push_back({package.name, kind, package.layer, 0});
      break;
    }
  }
  if (owner.empty()) return found;
  // A package's database is of the layer that changed it last; the files are of the one that
  // installed the package.
  for (const ImagePath& path : image.paths) {
    if (path.is_hidden || path.kind != FileKind::file) continue;
    const auto package = owner.find(path.path);
    if (package == owner.end()) continue;
    found[package->second].layer = path.layer;
    found[package->second].bytes += path.size;
  }
  return found;
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (is_made_to_build_in(image.name)) {
    return findings.not_applicable("the image is made to build in");
  }
  struct Group {
    std::vector<std::string_view> names;
    std::uint64_t bytes = 0;
    std::size_t layer = 0;  // that brought the first
  };
  const std::size_t of_base = image.base ? image.base->layers : 0;
  std::map<std::pair<std::size_t, bool>, Group> groups;  // by kind, and whether the base brings it
  for (const Installed& package : needless_packages(image)) {
    Group& group = groups[{package.kind, package.layer < of_base}];
    if (group.names.empty()) group.layer = package.layer;
    group.names.push_back(package.name);
    group.bytes += package.bytes;
  }
  for (const auto& [key, group] : groups) {
    const auto& [number, is_of_base] = key;
    const Kind& kind = kind_number(number);
    const std::string what = concat(
        list_of(group.names),
        group.bytes == 0 ? std::string() : concat(" (", byte_count(group.bytes), ")"), kind.what);
    if (is_of_base) {
      findings
          .add(image.base->at.known() ? image.base->at : image.at,
               concat("the base image brings ", what), "build on a smaller variant of it")
          .severity = Severity::info;
    } else {
      findings
          .add(place_of_layer(image, group.layer), concat("the image ships ", what),
               std::string(kind.remedy))
          .severity = kind.severity;
    }
  }
}

}  // namespace

extern constinit const Rule unnecessary_packages = {
    .name = "unnecessary-packages",
    .title = "image ships packages that it does not need",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "Each package is code that can hold a vulnerability, must be updated, and can be used by "
        "whoever gets in: compilers to build exploits, network clients to reach the next machine.",
    .remediation =
        "Add `--no-install-recommends` to apt-get install. Build in a stage of its own and copy "
        "the "
        "result, or remove build packages in the RUN that installs them. Leave debugging tools to "
        "a "
        "debug stage.",
    .limits =
        "Only stages whose layers end in the image are judged, and packages by their usual names. "
        "Weak dependencies of dnf and zypper are not judged: their container images switch them "
        "off. "
        "A base image made for building (an SDK, a CI image) needs its tools: allow the rule "
        "there; of an image some official ones are known by their name. In an image the packages "
        "of "
        "the distribution are judged; what the base image brings, where it can be told where that "
        "ends, is info. What was copied in without a package is not seen. "
        "Which packages can go is for a person to say; the fix only leaves recommended "
        "ones out.",
    .references = {guideline("S3", "Container Security"),
                   guideline("S4", "Best practices for building containers"), cis("4.3"),
                   hadolint("DL3015"), trivy("DS-0029")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
