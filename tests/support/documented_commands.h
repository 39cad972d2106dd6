// The commands that a page of the documentation shows, run.
//
// In a fence tagged `console`, a line `$ command` is a command, run in the project's directory, and
// the lines up to the next one are all that it prints.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::test {

// The text with the answers of all its commands put in anew.
inline std::string with_answers(const std::string& text, std::size_t& commands) {
  std::string out;
  bool in_console = false;
  bool answering = false;
  for (const std::string_view line : split(text, '\n')) {
    if (line == "```console") {
      in_console = true;
      answering = false;
    } else if (in_console && line == "```") {
      in_console = false;
    } else if (in_console && line.starts_with("$ ")) {
      ++commands;
      const std::string command = concat("plimsoll() { \"$PLIMSOLL\" \"$@\"; }; ", line.substr(2));
      const Ended run = run_shell(command, {.directory = source_path(".")});
      EXPECT_LT(run.exit_code, 2) << line << "\n" << run.errors;
      out += concat(line, "\n", run.output);
      if (!run.output.empty() && !run.output.ends_with('\n')) out += '\n';
      answering = true;
      continue;
    } else if (in_console && answering) {
      continue;
    }
    out += concat(line, "\n");
  }
  out.pop_back();  // split() gives an empty line after the last newline
  return out;
}

}  // namespace plimsoll::test
