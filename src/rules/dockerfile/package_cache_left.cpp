// What package managers leave behind, and what takes it away again:
//
//   apt        `update` fills /var/lib/apt/lists; Debian's images delete the .debs after an install
//   by
//              themselves (/etc/apt/apt.conf.d/docker-clean), and `apt-get clean` does not touch
//              lists.
//   apk        an index that --no-cache does without.
//   dnf, yum   metadata and packages, gone with `clean all`.
//   pip        every downloaded wheel. PIP_NO_CACHE_DIR set to anything switches the cache off: pip
//              keeps it so on purpose for `off` and `false` too (pip, _handle_no_cache_dir).
//   npm, yarn  every downloaded tarball, a second time beside node_modules.
//
// It counts only in the layer where it happens: a clean-up must come later in the same RUN, or the
// directory must be a cache or tmpfs mount, which no layer holds.
#include <array>
#include <map>

#include "base/byte_count.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_paths.h"
#include "rules/support/instructions.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

enum class Family : std::uint8_t { apt, apk, rpm, zypper, pacman, pip, npm, yarn, composer, conda };

struct Cache {
  // One of these mounted or deleted is enough.
  std::array<std::string_view, 4> paths;
  std::string_view what;  // what stays, for the message
  std::string_view remedy;
  Severity severity = Severity::low;
};

constexpr std::array<Cache, 10> caches{{
    {{"/var/lib/apt/lists"},
     "the package lists that it fetches",
     "end this RUN with && rm -rf /var/lib/apt/lists/*"},
    {{"/var/cache/apk", "/etc/apk/cache"},
     "the package index that it fetches",
     "use apk --no-cache"},
    {{"/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"},
     "the metadata and packages that it fetches",
     "end this RUN with && dnf clean all (yum, microdnf: the same)"},
    {{"/var/cache/zypp"},
     "the metadata and packages that it fetches",
     "end this RUN with && zypper clean --all"},
    {{"/var/cache/pacman/pkg"},
     "the packages that it fetches",
     "end this RUN with && rm -rf /var/cache/pacman/pkg/*"},
    {{"~/.cache/pip", "/pip", "/tmp/pip"}, "every wheel that it fetches", "use pip --no-cache-dir"},
    {{"~/.npm"},
     "every tarball that it fetches",
     "end this RUN with && npm cache clean --force",
     Severity::info},
    {{"~/.cache/yarn", "~/.yarn", "/usr/local/share/.cache"},
     "every tarball that it fetches",
     "end this RUN with && yarn cache clean",
     Severity::info},
    {{"~/.composer", "~/.cache/composer", "/tmp/cache"},
     "every archive that it fetches",
     "end this RUN with && composer clear-cache",
     Severity::info},
    {{"/opt/conda/pkgs"},
     "every archive that it fetches",
     "end this RUN with && conda clean --all -y"},
}};

std::optional<Family> family_of(Manager manager) {
  switch (manager) {
    case Manager::apt_get:
    case Manager::apt:
    case Manager::aptitude: return Family::apt;
    case Manager::apk: return Family::apk;
    case Manager::dnf:
    case Manager::microdnf:
    case Manager::yum: return Family::rpm;
    case Manager::zypper: return Family::zypper;
    case Manager::pacman: return Family::pacman;
    case Manager::pip: return Family::pip;
    case Manager::npm: return Family::npm;
    case Manager::yarn: return Family::yarn;
    case Manager::composer: return Family::composer;
    case Manager::conda: return Family::conda;
    default: return std::nullopt;
  }
}

// Whether the call fills its manager's cache.
bool fills(const PackageCall& call, Family family) {
  const bool installs = call.action == Action::install || call.action == Action::upgrade ||
                        call.action == Action::distribution_upgrade;
  if (call.options_unknown) return false;
  switch (family) {
    case Family::apt: return call.action == Action::update_index;
    case Family::apk:
      return (installs || call.action == Action::update_index) && !has_option(call, {"--no-cache"});
    // check-update and makecache fetch the metadata too; what is installed into another root
    // (--installroot) has its cache there or here, which is not known.
    case Family::rpm:
      return (installs || call.action == Action::update_index) &&
             !has_option(call, {"--installroot"});
    case Family::zypper:
      return (installs || call.action == Action::update_index) &&
             !has_option(call, {"--root", "--installroot"}, 'R');
    case Family::pacman: return installs && !call.verb.starts_with("-U");
    case Family::pip:
      return installs &&
             !has_option(call, {"--no-cache-dir", "--no-cache", "--cache-dir", "--dry-run"});
    case Family::npm:
      return installs && !has_option(call, {"--cache", "--dry-run", "--package-lock-only"});
    case Family::yarn: return installs && !has_option(call, {"--cache-folder", "--mode"});
    case Family::composer: return installs && !has_option(call, {"--no-cache"});
    case Family::conda: return installs;
  }
  return false;
}

bool cleans(const PackageCall& call, Family family) {
  if (call.action != Action::clean) return false;
  switch (family) {
    // After any other the lists stay.
    case Family::apt: return call.verb == "distclean" || call.verb == "dist-clean";
    default: return true;
  }
}

bool has_word(const shell::Command& command, std::string_view part) {
  for (const shell::Word& word : command.words) {
    if (word.text.contains(part)) return true;
  }
  return false;
}

bool sets_variable(const shell::Command& command, std::string_view name) {
  for (const shell::Assignment& assignment : command.assignments) {
    if (assignment.name == name && !assignment.value.text.empty()) return true;
  }
  if (command.program() != "export" && effective_words(command).size() == command.words.size()) {
    return false;
  }
  for (const shell::Word& word : command.words) {
    if (word.text.starts_with(name) && word.text.size() > name.size() + 1 &&
        word.text[name.size()] == '=') {
      return true;
    }
  }
  return false;
}

// What the instructions so far have switched off.
struct Switched {
  bool pip = false;
};

void look_at_variables(const Instruction& instruction, Switched& off) {
  if (instruction.keyword != Keyword::env && instruction.keyword != Keyword::arg) return;
  for (const DockerfileAssignment& assignment : instruction.assignments) {
    if (assignment.name.text == "PIP_NO_CACHE_DIR" && !assignment.value.text.empty())
      off.pip = true;
  }
}

// The first RUN behind this one that installs from the lists that are here now; null when there is
// none.
const Instruction* needs_lists_later(const Dockerfile& dockerfile, const Instruction& run) {
  const Instruction* found = nullptr;
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& later) {
      if (found != nullptr || later.at.span.begin <= run.at.span.begin) return;
      for (const shell::Command& command : later.script.commands) {
        const auto call = package_call(command);
        if (!call || !is_apt(call->manager)) continue;
        if (call->action == Action::update_index) return;
        if (call->action == Action::install && has_operands(*call)) found = &later;
      }
    });
  }
  return found;
}

// Every call from `first` on that fills the cache gets the option that keeps none.
Fix with_option(const Instruction& run, const PackageCall& first, Family family,
                std::string_view option) {
  std::vector<Change> changes;
  for (const shell::Command& command : run.script.commands) {
    if (&command < first.command) continue;
    const auto call = package_call(command);
    if (!call || family_of(call->manager) != family || !fills(*call, family)) continue;
    if (family == Family::pip && sets_variable(command, "PIP_NO_CACHE_DIR")) continue;
    std::optional<Change> change = add_option(run, *call, option);
    if (!change) return {};
    changes.push_back(*std::move(change));
  }
  return safe_fix(std::move(changes));
}

// `apk update && apk add x` becomes `apk add --no-cache x`, which fetches an index of its own.
Fix without_index(const Dockerfile& dockerfile, const Instruction& run, const PackageCall& first) {
  std::vector<Change> changes;
  bool installs = false;
  for (const shell::Command& command : run.script.commands) {
    if (&command < first.command) continue;
    const auto call = package_call(command);
    if (!call || call->manager != Manager::apk || !fills(*call, Family::apk)) continue;
    std::optional<Change> change;
    if (call->action == Action::update_index) {
      change = remove_command(dockerfile, run, command);
    } else {
      installs = true;
      const auto updates = std::ranges::find_if(call->words, [](const shell::Word& word) {
        return word.text == "--update" || word.text == "--update-cache" || word.text == "-U";
      });
      if (updates != call->words.end() && is_written(updates->at, updates->text)) {
        change = change::rewrite(updates->at, "--no-cache");
      } else {
        change = add_option(run, *call, "--no-cache");
      }
    }
    if (!change) return {};
    changes.push_back(*std::move(change));
  }
  return installs ? safe_fix(std::move(changes)) : Fix{};
}

// What removes the cache at the end of the RUN.
std::string cleaning_command(const PackageCall& call, Family family) {
  const std::string_view sudo = call.command->program() == "sudo" ? "sudo " : "";
  const std::string_view program = call.words.front().text;
  switch (family) {
    case Family::apt: return concat(sudo, "rm -rf /var/lib/apt/lists/*");
    case Family::rpm: return concat(sudo, program, " clean all");
    case Family::zypper: return concat(sudo, "zypper clean --all");
    case Family::pacman: return concat(sudo, "rm -rf /var/cache/pacman/pkg/*");
    case Family::npm: return "npm cache clean --force";
    case Family::yarn: return concat(program, " cache clean");
    case Family::composer: return concat(program, " clear-cache");
    case Family::conda: return concat(program, " clean --all -y");
    default: return {};
  }
}

// At the end of the RUN, but before packages are removed: the manager may be among them.
std::optional<Change> with_clean_up(const Dockerfile& dockerfile, const Instruction& run,
                                    const PackageCall& call, std::string_view clean_up) {
  if (!is_distribution(call.manager)) {
    for (const shell::Command& command : run.script.commands) {
      if (&command < call.command) continue;
      const auto later = package_call(command);
      if (later && later->action == Action::remove && is_distribution(later->manager)) {
        return insert_command(dockerfile, run, command, clean_up);
      }
    }
  }
  return append_command(dockerfile, run, clean_up);
}

void fix_run(const Dockerfile& dockerfile, const Instruction& run, const PackageCall& call,
             Family family, Finding& finding) {
  if (family == Family::pip) {
    finding.fix = with_option(run, call, family, "--no-cache-dir");
  } else if (family == Family::apk) {
    finding.fix = without_index(dockerfile, run, call);
  } else if (family == Family::apt) {
    if (const Instruction* later = needs_lists_later(dockerfile, run)) {
      finding.remedy = concat(finding.remedy, ", once the RUN on line ", line_of(later->at),
                              " fetches the lists that it installs from itself");
      return;
    }
    finding.fix = unsafe_if(append_command(dockerfile, run, cleaning_command(call, family)));
  } else {
    finding.fix = safe_if(with_clean_up(dockerfile, run, call, cleaning_command(call, family)));
  }
}

void check_run(const Dockerfile& dockerfile, const Instruction& run, Switched& off,
               Findings& findings) {
  // The first call of each family that left something, and has not been cleaned up since.
  std::array<const PackageCall*, caches.size()> left{};
  bool any = false;
  bool pip_off = off.pip;
  for (const shell::Command& command : run.script.commands) {
    if (const PackageCall* const call = package_call(command)) {
      const auto family = family_of(call->manager);
      if (!family) continue;
      auto& first = left[static_cast<std::size_t>(*family)];
      if (cleans(*call, *family)) {
        first = nullptr;
      } else if (*family == Family::pip &&
                 (pip_off || sets_variable(command, "PIP_NO_CACHE_DIR"))) {
        continue;
      } else if (*family == Family::pip && call->verb == "config" &&
                 has_word(command, "no-cache-dir")) {
        // `pip config set global.no-cache-dir true` holds for later RUNs too.
        pip_off = off.pip = true;
      } else if (!first && fills(*call, *family)) {
        first = call;
        any = true;
      }
      continue;
    }
    if (sets_variable(command, "PIP_NO_CACHE_DIR")) pip_off = true;
    if (!any || !may_delete(command)) continue;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!left[i]) continue;
      for (const std::string_view path : caches[i].paths) {
        if (!path.empty() && deletes(command, path)) {
          left[i] = nullptr;
          break;
        }
      }
    }
  }
  if (!any) return;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!left[i]) continue;
    const Cache& cache = caches[i];
    bool mounted = false;
    for (const std::string_view path : cache.paths) {
      mounted = mounted || (!path.empty() && mounted_away(run, path));
    }
    if (mounted) continue;
    const PackageCall& call = *left[i];
    Finding& finding = findings.add(
        call.at,
        concat(name_of(call.manager), call.verb.empty() ? "" : " ", call.verb, " leaves ",
               cache.what, " in the layer: the image grows and carries stale data"),
        std::string(cache.remedy));
    finding.severity = cache.severity;
    fix_run(dockerfile, run, call, static_cast<Family>(i), finding);
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  Switched off;
  for (const Stage* stage : shipped_stages(dockerfile)) {
    for (const Instruction& instruction : stage->instructions) {
      look_at_variables(instruction, off);
      const Instruction& run = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      if (run.keyword == Keyword::run) check_run(dockerfile, run, off, findings);
    }
  }
}

struct CacheDirectory {
  std::string_view path;  // with a slash at the end
  std::string_view what;
  std::string_view remedy;
};

constexpr std::array<CacheDirectory, 12> cache_directories{{
    {"var/lib/apt/lists/", "the list of packages that apt fetched", "rm -rf /var/lib/apt/lists/*"},
    {"var/cache/apt/", "apt's cache", "apt-get clean"},
    {"var/cache/apk/", "apk's cache", "use apk --no-cache"},
    {"var/cache/dnf/", "dnf's cache", "dnf clean all"},
    {"var/cache/yum/", "yum's cache", "yum clean all"},
    {"var/cache/libdnf5/", "dnf's cache", "dnf clean all"},
    {"var/cache/zypp/", "zypper's cache", "zypper clean --all"},
    {"var/cache/pacman/pkg/", "pacman's cache", "rm -rf /var/cache/pacman/pkg/*"},
    {"root/.cache/pip/", "pip's cache", "use pip --no-cache-dir"},
    {"root/.npm/_cacache/", "npm's cache", "npm cache clean --force"},
    {"usr/local/share/.cache/", "yarn's cache", "yarn cache clean"},
    {"root/.cache/go-build/", "Go's build cache", "use a cache mount"},
}};

// A lock, an empty partial: nothing that a manager fetched.
constexpr std::uint64_t least_cached_bytes = 4096;

void check_image(const Image& image, const Policy&, Findings& findings) {
  struct Cached {
    std::size_t files = 0;
    std::uint64_t bytes = 0;
  };
  std::map<std::pair<std::size_t, std::uint32_t>, Cached> found;  // by directory and layer
  for (const ImagePath& path : image.paths) {
    if (path.is_hidden || path.size == 0) continue;
    for (std::size_t i = 0; i < cache_directories.size(); ++i) {
      if (!path.path.starts_with(cache_directories[i].path)) continue;
      Cached& cached = found[{i, path.layer}];
      ++cached.files;
      cached.bytes += path.size;
    }
  }
  for (const auto& [key, cached] : found) {
    if (cached.bytes < least_cached_bytes) continue;
    const CacheDirectory& directory = cache_directories[key.first];
    findings.add(place_of_layer(image, key.second),
                 concat(directory.what, " stays in ", layer_words(image, key.second), ": ",
                        counted(cached.files, "file", "files"), ", ", byte_count(cached.bytes),
                        " in /", directory.path),
                 concat("in the RUN that fills it: ", directory.remedy));
  }
}

}  // namespace

extern constinit const Rule package_cache_left = {
    .name = "package-cache-left",
    .title = "package index or cache stays in a layer",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "What a package manager fetches and keeps makes the image larger for nothing, and a stale "
        "index leads later installs to versions that are gone or known to be vulnerable. Deleting "
        "it "
        "in a later RUN does not help: the earlier layer still holds it.",
    .remediation =
        "Delete the index or cache at the end of the RUN that fills it, use the manager's option "
        "to "
        "keep none (`apk --no-cache`, `pip --no-cache-dir`), or put it on a cache mount: `RUN "
        "--mount=type=cache,target=/var/lib/apt …`.",
    .limits =
        "Only stages whose layers end in the image are judged. A clean-up in a script or a base "
        "image's configuration is not seen, nor are the caches of go, cargo, gem, pnpm and poetry. "
        "The fix edits plain lists of commands only; apt's lists stay while a later RUN installs "
        "from them, and deleting them is unsafe because a script may rely on them.",
    .references = {guideline("S3", "Container Security"), hadolint("DL3009"), hadolint("DL3019"),
                   hadolint("DL3032"), hadolint("DL3036"), hadolint("DL3040"), hadolint("DL3042"),
                   hadolint("DL3060"), trivy("DS-0015"), trivy("DS-0019"), trivy("DS-0020"),
                   trivy("DS-0025"), dockle("DKL-DI-0004"), dockle("DKL-DI-0005")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
