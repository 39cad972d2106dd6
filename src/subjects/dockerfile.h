// Dockerfile: the build file as BuildKit reads it, with the place of every part.
//
// An instruction is one logical line: its physical lines joined at the escape character, with
// comment and blank lines in between dropped. Every Word and every flag has the place where it
// stands in the file, even when it runs over a continuation.
//
// Text that stands in the file as it is meant is a view of its Source; what was put together or
// expanded lies in the Dockerfile's arena. So nothing of a Dockerfile outlives either.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "subjects/image_reference.h"
#include "subjects/located.h"
#include "subjects/shell_script.h"

namespace plimsoll {

enum class Keyword : std::uint8_t {
  add,
  arg,
  cmd,
  copy,
  entrypoint,
  env,
  expose,
  from,
  healthcheck,
  label,
  maintainer,
  onbuild,
  run,
  shell,
  stopsignal,
  user,
  volume,
  workdir,
  unknown,
};

struct DockerfileWord {
  std::string_view raw;   // as written, continuations removed, quotes kept
  std::string_view text;  // quotes removed, ARG and ENV put in, where the instruction expands them
  Location at;
  bool unresolved = false;  // text holds a variable whose value is not known here
};

// `--name=value` after the instruction's name; `value` is "" for a bare boolean flag.
struct DockerfileFlag {
  std::string_view name;  // "from", "chown", "mount", …
  DockerfileWord value;
  bool has_value = false;
  Location at;  // from the dashes to the value's end
};

struct Heredoc {
  std::string_view name;  // the delimiter, without quotes
  bool expand = true;     // false when any part of the delimiter is quoted
  bool strip_tabs = false;
  int descriptor = 0;     // `3<<EOF`
  std::string_view body;  // tabs stripped when asked for
  Location at;            // the `<<EOF` word
  Location body_at;       // the lines of the body
};

// A name and a value: ENV, LABEL, ARG.
struct DockerfileAssignment {
  DockerfileWord name;
  DockerfileWord value;
  bool has_value = false;
};

// RUN --mount=type=cache,target=/root/.cache
struct RunMount {
  std::string_view type = "bind";  // bind, cache, tmpfs, secret, ssh
  std::string_view target;
  std::string_view source;
  std::string_view from;
  std::string_view id;
  bool read_only = false;
  std::string_view env;
  bool required = false;
  std::optional<std::size_t> from_stage;  // which stage `from` is, when it is one
  bool unresolved = false;                // some value holds a variable that is not known here
  Location at;
};

struct Stage;

struct Instruction {
  Keyword keyword = Keyword::unknown;
  std::string_view name;  // as written: "Run"
  Location name_at;
  Location at;  // the whole instruction, heredoc bodies included
  std::vector<DockerfileFlag> flags;
  // The arguments after the flags. Exec form: its strings. Shell form (RUN, CMD, ENTRYPOINT,
  // HEALTHCHECK CMD): one word with the whole command line. COPY and ADD: sources, then
  // destination; heredocs among the sources are only in `heredocs`. ENV, LABEL and ARG: empty, see
  // `assignments`. FROM: as written, the image, then AS and the name.
  std::vector<DockerfileWord> words;
  bool exec_form = false;
  bool looks_like_exec_form =
      false;  // starts with `[` but is no valid JSON array: runs as a shell line
  std::vector<Heredoc> heredocs;
  std::vector<DockerfileAssignment> assignments;  // ENV, LABEL, ARG
  bool legacy_assignment = false;                 // `ENV name value`
  std::vector<RunMount> mounts;                   // RUN
  // RUN, and shell-form CMD, ENTRYPOINT and HEALTHCHECK: the script that the shell gets. For exec
  // form,
  // ["sh", "-c", "…"] gives the script of its last word, any other one command. Empty when the
  // interpreter is no POSIX-like shell (`RUN python3 <<EOF`, SHELL ["powershell", …]).
  shell::Script script;
  // The program that runs the script: "/bin/sh", "bash", "powershell"; in exec form "" unless it is
  // a shell itself (["bash", "-c", "…"]).
  std::string_view interpreter;
  // The shell's own options that are in force before the script starts ("-eo", "pipefail"): from
  // SHELL, from a `#!` line, from `RUN <<EOF bash -e`, from the exec form; without the `c` of -c.
  std::vector<std::string> interpreter_options;
  // Blank lines inside a continuation: a deprecated form that BuildKit warns of.
  std::vector<Location> blank_continuations;
  // HEALTHCHECK NONE
  bool healthcheck_none = false;
  // COPY --from: which stage it is, when it is one.
  std::optional<std::size_t> from_stage;
  // ONBUILD: the trigger. Its variables are those of the image that will be built on this one, so
  // most are unresolved. What is wrong with it stops the builds of those images, not this one.
  std::unique_ptr<Instruction> trigger;
  // Why BuildKit refuses this instruction; empty when it takes it. The parser goes on after it, so
  // that the rest is still judged. Rule `invalid-instruction` reports these.
  struct Problem {
    std::string message;
    Location at;
    std::string hint;
  };
  std::vector<Problem> problems;

  const DockerfileFlag* flag(std::string_view name) const;
};

// A base image as the stage names it.
struct BaseImage {
  DockerfileWord word;
  // Which earlier stage it is, when it is one.
  std::optional<std::size_t> stage;
  bool scratch = false;
  // The reference taken apart, when it is resolved and valid.
  std::optional<ImageReference> reference;
  // The text depends on a build argument's default (`ARG TAG=3.18`): it can be another image.
  bool from_argument_default = false;
};

struct Stage {
  std::size_t index = 0;
  Instruction from;
  DockerfileWord name;      // AS name; empty when it has none
  DockerfileWord platform;  // --platform
  BaseImage base;
  std::vector<Instruction> instructions;  // without the FROM
  // What the stage ends with, its own and the stages' it is built on; null when none sets it. They
  // point into this Dockerfile.
  const Instruction* user = nullptr;
  const Instruction* cmd = nullptr;
  const Instruction* entrypoint = nullptr;
  const Instruction* healthcheck = nullptr;
  const Instruction* workdir = nullptr;
  // Variables in force at the end: ENV, and ARG of this stage.
  struct Variable {
    std::string_view name;
    std::string_view value;
    bool is_env = false;
    bool unresolved = false;
    Location at;
  };
  std::vector<Variable> variables;
  // Whether the final stage needs it: by FROM, COPY --from, RUN --mount=from.
  bool needed = true;
};

struct ParserDirective {
  std::string name;  // "syntax", "escape", "check"
  std::string value;
  Location at;
};

// A `.dockerignore` beside the file or at the context's root, and what it keeps out.
struct DockerIgnore {
  struct Pattern {
    std::string text;  // normalised as the builder does
    bool negated = false;
    Location at;
  };
  std::vector<Pattern> patterns;

  // Whether the builder leaves this path out of the context ("node_modules/x").
  bool excludes(std::string_view path) const;
};

// A use of a variable that nothing in the file defines. Uses with a way out (${X:-default}) are not
// here. At most max_undefined_variables of a reader, the first ones.
struct UndefinedVariable {
  std::string name;
  Location at;
  // Another instruction that has it in scope, when that is the reason: a global ARG that the stage
  // does not redeclare.
  bool global_only = false;
  // The base image is none of this file's stages and may define it.
  bool base_may_define = false;
  // A defined name that is near to it, or "".
  std::string nearest;
};

// What ShellCheck says about a RUN's script.
struct ShellDiagnostic {
  enum class Level : std::uint8_t { style, info, warning, error };
  std::uint32_t code = 0;  // 2086 of SC2086
  Level level = Level::style;
  std::string message;  // ShellCheck's own
  Location at;
};

struct Dockerfile {
  const Source* source = nullptr;
  Arena arena;  // the texts that do not stand in the source
  char escape = '\\';
  std::vector<ParserDirective> directives;
  std::vector<Instruction> global_arguments;  // ARG before the first FROM
  std::vector<Stage> stages;
  // Instructions before the first FROM that may not stand there.
  std::vector<Instruction> misplaced;
  std::vector<UndefinedVariable> undefined_variables;
  // What compose files give to its build: "NAME=value", or "NAME" when the value is not known.
  std::vector<std::string> given_arguments;
  // Empty when the build context is not known (stdin) or holds none.
  std::optional<DockerIgnore> ignore;
  bool context_known = false;
  std::string context;  // the build context's directory, when known
  // What lies at the context's root, when known: names, directories with a trailing `/`.
  std::vector<std::string> context_entries;
  // Filled by the program when ShellCheck is asked for; in the order of the places.
  std::vector<ShellDiagnostic> shell_diagnostics;

  const Stage* final_stage() const { return stages.empty() ? nullptr : &stages.back(); }
  // By name (case-insensitive) or by number, as COPY --from takes it.
  const Stage* find_stage(std::string_view name) const;
};

// The keyword of a name in any casing.
Keyword keyword_of(std::string_view name);
std::string_view name_of(Keyword keyword);  // "RUN"

// Every instruction of a stage, and in their place what ONBUILD triggers would do is not included.
template <class Visit>
void for_each_instruction(const Dockerfile& dockerfile, Visit&& visit) {
  for (const Stage& stage : dockerfile.stages) {
    for (const Instruction& instruction : stage.instructions) visit(stage, instruction);
  }
}

}  // namespace plimsoll
