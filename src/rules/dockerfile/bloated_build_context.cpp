#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Names at a context's root that hardly anybody wants in an image. Directories end with `/`.
constexpr std::array<std::string_view, 27> unwanted_names{
    ".git/",          ".hg/",         ".svn/",
    ".env",           ".netrc",       ".ssh/",
    ".aws/",          ".gnupg/",      ".kube/",
    ".docker/",       ".azure/",      "id_rsa",
    "id_ecdsa",       "id_ed25519",   ".git-credentials",
    "node_modules/",  ".venv/",       "venv/",
    "__pycache__/",   ".terraform/",  "terraform.tfstate",
    ".idea/",         ".vscode/",     ".tox/",
    ".pytest_cache/", ".mypy_cache/", "credentials.json",
};
constexpr std::array<std::string_view, 6> unwanted_endings{".pem", ".key",  ".p12",
                                                           ".pfx", ".kdbx", ".tfstate"};

// Files that show what an .env looks like.
bool is_sample(std::string_view name) {
  for (std::string_view word : {"example", "sample", "template", "dist", "defaults"}) {
    if (name.contains(word)) return true;
  }
  return false;
}

bool is_unwanted(std::string_view entry) {
  if (std::ranges::find(unwanted_names, entry) != unwanted_names.end()) return true;
  if (entry.starts_with(".env.")) return !is_sample(entry);
  return std::ranges::any_of(unwanted_endings,
                             [&](std::string_view ending) { return entry.ends_with(ending); });
}

bool kept_out(const DockerIgnore& ignore, std::string_view entry) {
  if (!entry.ends_with('/')) return ignore.excludes(entry);
  entry.remove_suffix(1);
  return ignore.excludes(entry) || ignore.excludes(concat(entry, "/x"));
}

// COPY --exclude keeps things out of one instruction.
DockerIgnore excluded_by(const Instruction& copy) {
  DockerIgnore excluded;
  for (const DockerfileFlag& flag : copy.flags) {
    if (flag.name == "exclude") {
      excluded.patterns.push_back({std::string(flag.value.text), false, flag.at});
    }
  }
  return excluded;
}

const DockerfileWord* whole_context_of(const Instruction& copy) {
  if (!copies_from_context(copy)) return nullptr;
  for (const DockerfileWord& source : sources_of(copy)) {
    if (!source.unresolved && is_whole_context(source.text)) return &source;
  }
  return nullptr;
}

std::string list(const std::vector<std::string_view>& entries) {
  constexpr std::size_t shown = 4;
  std::string text;
  for (std::size_t i = 0; i < entries.size() && i < shown; ++i) {
    const bool last = i + 1 == entries.size();
    if (i > 0) text += last ? " and " : ", ";
    text += entries[i];
  }
  if (entries.size() > shown)
    text += concat(" and ", std::to_string(entries.size() - shown), " more");
  return text;
}

// --- what a .dockerignore may keep out ---

// The paths of the context that the file asks for by name, and which tools its RUNs use.
struct Needs {
  DockerIgnore names;  // as patterns
  std::vector<std::string> paths;
  bool unknown = false;  // a variable names what is copied
  bool history = false;  // some RUN asks git
  bool installs_node = false;
  bool installs_python = false;
};

void note_path(std::string_view path, Needs& needs) {
  constexpr std::size_t most_paths = 1'000;
  if (path.empty() || is_whole_context(path)) return;
  if (needs.paths.size() >= most_paths) {
    needs.unknown = true;
    return;
  }
  std::string normal = normal_path(concat("./", path));
  needs.names.patterns.push_back({normal, false, {}});
  needs.paths.push_back(std::move(normal));
}

void note_commands(const Instruction& run, Needs& needs) {
  for (const shell::Command& command : run.script.commands) {
    const std::span<const shell::Word> words = effective_words(command);
    // A clone brings a history of its own.
    if (effective_program(command) == "git") {
      needs.history = needs.history || words.size() < 2 || words[1].text != "clone";
    }
    if (effective_program(command) == "bun") needs.installs_node = true;
    const PackageCall* const call = package_call(command);
    if (call == nullptr || call->action != Action::install) continue;
    using enum Manager;
    const Manager manager = call->manager;
    if (manager == npm || manager == yarn || manager == pnpm) needs.installs_node = true;
    if (manager == pip || manager == poetry || manager == uv || manager == conda) {
      needs.installs_python = true;
    }
  }
}

Needs needs_of(const Dockerfile& dockerfile) {
  Needs needs;
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    const Instruction& step = deed(instruction);
    if (step.keyword == Keyword::run) note_commands(step, needs);
    for (const RunMount& mount : step.mounts) {
      if (mount.type != "bind" || !mount.from.empty()) continue;
      needs.unknown = needs.unknown || mount.unresolved;
      note_path(mount.source, needs);
    }
    if ((step.keyword != Keyword::copy && step.keyword != Keyword::add) ||
        !copies_from_context(step)) {
      return;
    }
    for (const DockerfileWord& source : sources_of(step)) {
      if (is_remote(source.text)) continue;
      needs.unknown = needs.unknown || source.raw.starts_with('$');
      note_path(source.text, needs);
    }
  });
  return needs;
}

std::string_view without_slash(std::string_view entry) {
  if (entry.ends_with('/')) entry.remove_suffix(1);
  return entry;
}

// Whether the image may need an entry of the context, although it looks unwanted.
bool may_be_needed(const Needs& needs, std::string_view entry) {
  const std::string_view name = without_slash(entry);
  if (name == ".git" && needs.history) return true;
  if (name == "node_modules" && !needs.installs_node) return true;
  if ((name == "venv" || name == ".venv") && !needs.installs_python) return true;
  if (needs.names.excludes(name)) return true;
  return std::ranges::any_of(needs.paths, [&](std::string_view path) {
    return path.starts_with(name) && path.size() > name.size() && path[name.size()] == '/';
  });
}

// Whether a pattern keeps out nothing but what is unwanted and not needed.
bool is_harmless(const Dockerfile& dockerfile, const Needs& needs, std::string_view pattern) {
  DockerIgnore ignore;
  ignore.patterns.push_back({std::string(pattern), false, {}});
  return std::ranges::none_of(needs.paths,
                              [&](std::string_view path) { return ignore.excludes(path); }) &&
         std::ranges::none_of(dockerfile.context_entries, [&](std::string_view entry) {
           return ignore.excludes(without_slash(entry)) &&
                  (!is_unwanted(entry) || may_be_needed(needs, entry));
         });
}

// A .dockerignore for a context that has none: what is there, and what will be there one day.
std::string new_ignore_file(const Dockerfile& dockerfile, const Needs& needs,
                            const std::vector<std::string_view>& in_context) {
  const auto has = [&](std::string_view entry) {
    return std::ranges::find(dockerfile.context_entries, entry) != dockerfile.context_entries.end();
  };
  std::vector<std::string_view> wanted{".git", ".env", ".env.*", "*.key", "*.pem"};
  if (has("package.json")) wanted.push_back("node_modules");
  if (has("requirements.txt") || has("pyproject.toml")) {
    wanted.insert(wanted.end(), {".venv", "__pycache__"});
  }
  for (std::string_view entry : in_context) wanted.push_back(without_slash(entry));
  DockerIgnore ignore;
  std::string text;
  for (std::string_view pattern : wanted) {
    if (ignore.excludes(pattern) || may_be_needed(needs, pattern) ||
        !is_harmless(dockerfile, needs, pattern)) {
      continue;
    }
    ignore.patterns.push_back({std::string(pattern), false, {}});
    text += concat(pattern, "\n");
  }
  return text;
}

// Nothing when a person must say what the image needs.
Fix fix_context(const Dockerfile& dockerfile, const std::vector<std::string_view>& in_context) {
  // A context with so much in it wants an order of its own.
  constexpr std::size_t most_entries = 100;
  if (in_context.size() > most_entries) return {};
  const Needs needs = needs_of(dockerfile);
  if (needs.unknown || std::ranges::any_of(in_context, [&](std::string_view entry) {
        return may_be_needed(needs, entry);
      })) {
    return {};
  }
  if (!dockerfile.ignore) {
    return unsafe_fix(
        {change::create_file(".dockerignore", new_ignore_file(dockerfile, needs, in_context))});
  }
  const std::vector<DockerIgnore::Pattern>& patterns = dockerfile.ignore->patterns;
  if (patterns.empty() || patterns.back().at.source == nullptr) return {};
  std::string lines;
  for (std::string_view entry : in_context) {
    const std::string_view name = without_slash(entry);
    // Somebody lets it in on purpose.
    for (const DockerIgnore::Pattern& pattern : patterns) {
      if (!pattern.negated) continue;
      DockerIgnore let_in;
      let_in.patterns.push_back({pattern.text, false, {}});
      if (let_in.excludes(name)) return {};
    }
    lines += concat(lines.empty() ? "" : "\n", name);
  }
  return unsafe_fix({change::insert_after(patterns.back().at, lines)});
}

// docker/Dockerfile with `COPY docker/start.sh`: it is built from the directory above its own,
// which was taken for the context.
bool is_built_from_above(const Dockerfile& dockerfile) {
  const std::string_view own = last_segment(dockerfile.context);
  if (own.empty() || own == ".") return false;
  const bool lies_inside =
      std::ranges::any_of(dockerfile.context_entries,
                          [&](std::string_view entry) { return without_slash(entry) == own; });
  if (lies_inside) return false;
  const std::string inside = concat(own, "/");
  for (const Stage& stage : dockerfile.stages) {
    for (const Instruction& instruction : stage.instructions) {
      if (!copies_from_context(instruction)) continue;
      for (const DockerfileWord& source : sources_of(instruction)) {
        if (normal_path(concat("./", source.text)).starts_with(inside)) return true;
      }
    }
  }
  return false;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  if (!dockerfile.context_known || is_built_from_above(dockerfile)) return;
  std::vector<std::string_view> in_context;
  for (const std::string& entry : dockerfile.context_entries) {
    if (!is_unwanted(entry) || (dockerfile.ignore && kept_out(*dockerfile.ignore, entry))) continue;
    in_context.push_back(entry);
  }
  if (dockerfile.ignore && in_context.empty()) return;
  // The fault lies in the context, not in each COPY: it is reported once, where the most of it
  // reaches the final image.
  const std::vector<bool> in_image = stages_of_final_image(dockerfile);
  const DockerfileWord* found = nullptr;
  std::vector<std::string_view> unwanted;
  bool in_final = false;
  for (const Stage& stage : dockerfile.stages) {
    for (const Instruction& instruction : stage.instructions) {
      if (found != nullptr && (in_final || !in_image[stage.index])) continue;
      const Instruction& copy = deed(instruction);
      const DockerfileWord* source = whole_context_of(copy);
      if (source == nullptr) continue;
      const DockerIgnore excluded = excluded_by(copy);
      std::vector<std::string_view> entries = in_context;
      if (!excluded.patterns.empty()) {
        std::erase_if(entries, [&](std::string_view entry) { return kept_out(excluded, entry); });
      }
      if (dockerfile.ignore && entries.empty()) continue;
      found = source;
      unwanted = std::move(entries);
      in_final = in_image[stage.index];
    }
  }
  if (found == nullptr) return;
  const std::string_view missing =
      dockerfile.ignore ? ".dockerignore does not keep out" : "and there is no .dockerignore";
  std::string message;
  if (unwanted.empty()) {
    message = concat("\"", found->text, "\" takes the whole build context ", missing,
                     " to keep out what does not belong in the image");
  } else if (dockerfile.ignore) {
    message = concat("\"", found->text, "\" takes the whole build context, from which ", missing,
                     " ", list(unwanted));
  } else {
    message = concat("\"", found->text, "\" takes the whole build context with ", list(unwanted),
                     ", ", missing);
  }
  Finding& finding = findings.add(
      found->at, std::move(message),
      unwanted.empty()
          ? std::string("add a .dockerignore that lists .git, secrets and build output")
          : concat("list ", list(unwanted), " in .dockerignore"));
  // Nothing that is known to be unwanted, or a stage whose files stay behind: only the transfer
  // costs.
  if (unwanted.empty() || !in_final) finding.severity = Severity::info;
  finding.fix = fix_context(dockerfile, in_context);
  if (!finding.fix.offered()) finding.remedy += ", but for what the image needs";
}

}  // namespace

extern constinit const Rule bloated_build_context = {
    .name = "bloated-build-context",
    .title = "COPY takes the whole build context, with what does not belong in an image",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "`COPY . .` copies whatever lies in the build context on the day of the build: the history "
        "in "
        "`.git`, keys, `.env` files, dependencies of another platform. What is once in a layer can "
        "be "
        "read by everybody who can pull the image, and every change of it throws the cache away.",
    .remediation =
        "Write a `.dockerignore` that keeps out `.git`, secrets and build output (or one that "
        "keeps "
        "out everything and lets in what is needed), or copy the few paths that the image needs.",
    .limits =
        "Only the names at the root of the context are looked at, and only when the context is "
        "known: "
        "a Dockerfile from standard input has none. Sizes are not measured. Only COPY and ADD of "
        "the "
        "whole context are judged. `plimsoll fix` writes or completes the .dockerignore, but never "
        "with what the file names elsewhere or its RUNs may need: .git where they call git, "
        "node_modules where they install none.",
    .references = {guideline("S4", "Best practices for building images: know your build context")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
