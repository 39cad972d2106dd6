#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Whether a `!pattern` may let in this path or something below it: then not all of it is kept out.
bool may_be_let_in(const DockerIgnore& ignore, std::string_view path) {
  return std::ranges::any_of(ignore.patterns, [&](const DockerIgnore::Pattern& pattern) {
    if (!pattern.negated) return false;
    if (pattern.text.find_first_of("*?[") != std::string::npos) return true;
    const std::string_view text = pattern.text;
    // A source with wildcards is held against the exception up to its first one: `Cargo.*` may mean
    // `!Cargo.toml`, and `src/*/x` something below `!src`.
    const std::size_t wildcard = path.find_first_of("*?[");
    if (wildcard != std::string_view::npos) {
      const std::string_view start = path.substr(0, wildcard);
      return text.starts_with(start) ||
             (start.starts_with(text) && start.size() > text.size() && start[text.size()] == '/');
    }
    return path == "." ||
           (text.starts_with(path) && (text.size() == path.size() || text[path.size()] == '/'));
  });
}

// Whether everything at the context's root is kept out.
bool keeps_out_all(const DockerIgnore& ignore) {
  return std::ranges::any_of(ignore.patterns, [](const DockerIgnore::Pattern& pattern) {
    return !pattern.negated &&
           (pattern.text == "*" || pattern.text == "**" || pattern.text == "**/*");
  });
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  if (!dockerfile.ignore || dockerfile.ignore->patterns.empty()) return;
  const DockerIgnore& ignore = *dockerfile.ignore;
  // Every source is held against every pattern; the bound keeps hostile files cheap.
  constexpr std::size_t most_comparisons = 2'000'000;
  std::size_t comparisons = 0;
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    if ((instruction.keyword != Keyword::copy && instruction.keyword != Keyword::add) ||
        !copies_from_context(instruction)) {
      return;
    }
    for (const DockerfileWord& source : sources_of(instruction)) {
      if (source.unresolved || source.text.empty() || is_remote(source.text)) {
        continue;
      }
      comparisons += ignore.patterns.size();
      if (comparisons > most_comparisons) return;
      // Sources start at the context's root, with or without a slash.
      std::string path = normal_path(concat("./", source.text));
      const bool whole = path == ".";
      if (may_be_let_in(ignore, path)) continue;
      if (whole ? !keeps_out_all(ignore) : !ignore.excludes(path)) continue;
      findings.add(
          source.at,
          concat("\"", source.text, "\" is kept out of the build context by .dockerignore, so ",
                 keyword_text(instruction), " does not find it"),
          concat("remove the pattern from .dockerignore, or add !", path));
    }
  });
}

}  // namespace

extern constinit const Rule copied_but_ignored = {
    .name = "copied-but-ignored",
    .title = "COPY names a file that .dockerignore keeps out",
    .severity = Severity::medium,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "What .dockerignore keeps out is not in the build context: the build fails, with a message "
        "that "
        "a file which everybody sees does not exist.",
    .remediation =
        "Remove the pattern from .dockerignore, add an exception for the file, or do not copy it.",
    .limits =
        "Where a `!` pattern with wildcards might let the file in again, or a `!` pattern might be "
        "what the wildcards of a source mean, nothing is said. ONBUILD runs in another context and "
        "is not judged. After two million comparisons of sources with patterns the rest is left.",
    .references = {buildkit("CopyIgnoredFile")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
