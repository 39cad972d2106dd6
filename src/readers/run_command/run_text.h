// Finds the shell scripts in a text: all of a script, the fences of Markdown, the recipes of a
// Makefile.
//
// A script is handed on without what surrounds it (indentation, prompts, `@`), with the places of
// its bytes. Placeholders such as `<image>`, which a shell would read as redirections, are kept as
// one word: their brackets and blanks are given as the marks below, which no shell gives a meaning
// to.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/source.h"
#include "readers/run_command/run_command_reader.h"
#include "readers/shell/text_map.h"

namespace plimsoll::run_command {

inline constexpr char placeholder_open = '\x01';
inline constexpr char placeholder_close = '\x02';
inline constexpr char placeholder_blank = '\x03';

// Whether a text can hold a run line at all: it names a client.
bool names_client(std::string_view text);

struct ShellText {
  std::string_view text;
  const shell::Pieces* pieces = nullptr;  // null: the text stands in the source as it is
  // Documentation, where a line may be cut short: what is missing is no error.
  bool prose = false;
};

void for_each_shell_text(const Source& source, RunText kind,
                         const std::function<void(const ShellText&)>& read);

}  // namespace plimsoll::run_command
