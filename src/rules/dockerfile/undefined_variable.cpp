#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// A defined name that is near to this one. PATH is defined in every image; of its misspellings only
// swapped letters and another casing are taken for one, since PORT and PASS are names, too.
std::string_view near_name(const UndefinedVariable& use) {
  if (!use.nearest.empty() || use.name.size() != 4) return use.nearest;
  std::string letters = lower(use.name);
  std::ranges::sort(letters);
  return letters == "ahpt" ? "PATH" : "";
}

// ${X:+$X:}: the inner one counts only where there is an X.
bool is_only_used_where_set(const UndefinedVariable& use) {
  const std::string_view before = use.at.source->text().substr(0, use.at.span.begin);
  return before.ends_with(concat("${", use.name, ":+")) ||
         before.ends_with(concat("${", use.name, "+"));
}

void check_uses(const Dockerfile& dockerfile, Findings& findings) {
  for (const UndefinedVariable& use : dockerfile.undefined_variables) {
    if (is_only_used_where_set(use)) continue;
    if (use.global_only) {
      findings.add(use.at,
                   concat("variable ", use.name,
                          " is empty here: the ARG before the first FROM reaches FROM lines only"),
                   concat("declare ARG ", use.name, " again in this stage"));
      continue;
    }
    const std::string_view near = near_name(use);
    if (!near.empty()) {
      findings.add(use.at,
                   concat("variable ", use.name, " is defined nowhere (did you mean ", near, "?)"),
                   concat("write ", near));
      continue;
    }
    // An image's own variables (JAVA_HOME, NGINX_VERSION) are not known here.
    Finding& finding =
        findings.add(use.at,
                     use.base_may_define
                         ? concat("variable ", use.name,
                                  " is defined nowhere in this file: it is empty unless the base "
                                  "image defines it")
                         : concat("variable ", use.name, " is defined nowhere, so it is empty"),
                     concat("define ", use.name, " with ARG or ENV before this use"));
    if (use.base_may_define) finding.severity = Severity::low;
  }
}

const DockerfileAssignment* global_argument(const Dockerfile& dockerfile, std::string_view name) {
  const DockerfileAssignment* found = nullptr;
  for (const Instruction& instruction : dockerfile.global_arguments) {
    for (const DockerfileAssignment& assignment : instruction.assignments) {
      if (assignment.name.text == name) found = &assignment;
    }
  }
  return found;
}

// "NAME=value" of those that compose files give, or null.
const std::string* given_argument(const Dockerfile& dockerfile, std::string_view name) {
  const auto found = std::ranges::find_if(
      dockerfile.given_arguments,
      [&](std::string_view argument) { return argument.substr(0, argument.find('=')) == name; });
  return found == dockerfile.given_arguments.end() ? nullptr : &*found;
}

// What a base image's name becomes when no --build-arg is given but what compose files give: an ARG
// without a default is empty. Nothing when that cannot be told: a variable that is not declared
// (reported as such), that the builder sets or that compose takes from its environment, a default
// made of variables, or a form like ${X:-y}.
std::optional<std::string> with_defaults(const Dockerfile& dockerfile, std::string_view raw) {
  std::string text;
  for (std::size_t at = 0; at < raw.size();) {
    if (raw[at] == '"' || raw[at] == '\'' || raw[at] == '\\') return std::nullopt;
    if (raw[at] != '$') {
      text += raw[at++];
      continue;
    }
    const bool braces = at + 1 < raw.size() && raw[at + 1] == '{';
    const std::size_t begin = at + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < raw.size() && (is_alpha(raw[end]) || is_digit(raw[end]) || raw[end] == '_')) ++end;
    if (end == begin || (braces && (end >= raw.size() || raw[end] != '}'))) return std::nullopt;
    at = braces ? end + 1 : end;
    const std::string_view name = raw.substr(begin, end - begin);
    const DockerfileAssignment* const argument = global_argument(dockerfile, name);
    if (argument == nullptr) return std::nullopt;
    if (const std::string* const given = given_argument(dockerfile, name)) {
      const std::size_t equals = given->find('=');
      if (equals == std::string::npos) return std::nullopt;
      text += given->substr(equals + 1);
      continue;
    }
    if (argument->has_value && argument->value.unresolved) return std::nullopt;
    if (argument->has_value) text += argument->value.text;
  }
  return text;
}

// A global ARG whose default, or lack of one, leaves FROM without a usable image: the file builds
// only for those who know which --build-arg to give.
void check_bases(const Dockerfile& dockerfile, Findings& findings) {
  constexpr std::size_t most_stages = 1'000;  // each looks through the global arguments
  for (const Stage& stage : dockerfile.stages) {
    if (stage.index >= most_stages) return;
    const BaseImage& base = stage.base;
    if (!base.word.raw.contains('$') || base.stage || base.scratch || base.reference) continue;
    const bool by_arguments = base.word.unresolved || !dockerfile.given_arguments.empty();
    const std::optional<std::string> name = by_arguments
                                                ? with_defaults(dockerfile, base.word.raw)
                                                : std::optional<std::string>(base.word.text);
    if (!name || *name == "scratch" || parse_image_reference(*name)) continue;
    const std::string_view with = dockerfile.given_arguments.empty()
                                      ? "with the defaults of the ARGs"
                                      : "with the defaults of the ARGs and what compose gives";
    Finding& finding =
        findings.add(base.word.at,
                     name->empty() ? concat("base image ", base.word.raw, " is empty ", with,
                                            ": the build needs a --build-arg")
                                   : concat("base image ", base.word.raw, " becomes \"", *name,
                                            "\" ", with, ", which is no image name"),
                     "give the ARG a default that makes a whole image name");
    // That the whole name is left to the caller is mostly meant so, and the build fails aloud.
    if (name->empty()) finding.severity = Severity::low;
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  check_uses(dockerfile, findings);
  check_bases(dockerfile, findings);
}

}  // namespace

extern constinit const Rule undefined_variable = {
    .name = "undefined-variable",
    .title = "variable is used where nothing defines it",
    .severity = Severity::medium,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A variable that nothing defines is replaced by nothing, and no message says so: a path "
        "becomes "
        "`/`, a tag vanishes. An ARG before the first FROM is known to FROM lines only. A base "
        "image "
        "that depends on a build argument without a default cannot be built by those who do not "
        "know it.",
    .remediation =
        "Define the variable with ARG or ENV before its use, in the same stage or in one that it "
        "is "
        "built on; declare a global ARG again in the stage that needs it; give an ARG that a FROM "
        "uses "
        "a default that works.",
    .limits =
        "Variables that the base image defines are unknown: one that may come from there is "
        "reported as "
        "low, unless a defined name is so near that it is a slip of the pen. Shell variables in "
        "RUN, CMD "
        "and ENTRYPOINT are the shell's business. That somebody gives a base its build argument is "
        "known of compose files that are checked together with the Dockerfile, and of nobody else.",
    .references = {hadolint("DL3044"), buildkit("UndefinedVar"), buildkit("UndefinedArgInFrom"),
                   buildkit("InvalidDefaultArgInFrom")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
