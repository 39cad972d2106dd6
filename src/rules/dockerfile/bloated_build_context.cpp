#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

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

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  if (!dockerfile.context_known) return;
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
        "whole context are judged.",
    .references = {guideline("S4", "Best practices for building images: know your build context")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
