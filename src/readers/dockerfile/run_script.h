// What a RUN (and a CMD, ENTRYPOINT or HEALTHCHECK) really runs: which program gets which text.
//
// In shell form the shell in force gets the command line as one argument. A line that is nothing
// but a heredoc (`RUN <<EOF`) gives the shell its body, or, when the body starts with #!, the
// program named there. Any other heredoc is put back together and left to the shell, so `RUN
// python3 <<EOF` is a command of the shell that reads its body as Python; as the file means the
// body to be the script, it is read so.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "readers/dockerfile/scope.h"
#include "readers/dockerfile/source_map.h"
#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

// The shell that runs shell forms.
struct ShellInForce {
  std::string_view program = "/bin/sh";
  std::vector<std::string> options;  // before the script, without -c
  bool posix = true;
};

// SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ShellInForce shell_of(const std::vector<DockerfileWord>& words);
// What runs shell forms in an image of this name when no SHELL says otherwise.
ShellInForce default_shell(const BaseImage& base);

// Whether a program is a shell whose scripts can be read.
bool is_posix_shell(std::string_view program);

// Everything a script is made of.
struct ScriptInput {
  std::string_view line;  // the logical line
  const SourceMap* map = nullptr;
  Span command;  // the command line in it (shell form)
  const ShellInForce* shell = nullptr;
  const Scope* scope = nullptr;  // null: no variable is known
  Arena* arena = nullptr;        // for what the script is made of
};

// Fills script, interpreter and interpreter_options of an instruction in shell form whose words and
// heredocs are read.
void read_shell_form(const ScriptInput& input, Instruction& instruction);

// The same for exec form. `map_of_word` gives the places in a word's text.
void read_exec_form(const std::function<SourceMap(std::size_t)>& map_of_word, const Scope* scope,
                    Arena& arena, Instruction& instruction);

}  // namespace plimsoll::dockerfile
