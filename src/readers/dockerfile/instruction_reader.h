// Reads one instruction from its logical line: its arguments in the form that its kind has, its
// flags and mounts, and whatever is wrong with it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "readers/dockerfile/command_line.h"
#include "readers/dockerfile/expansion.h"
#include "readers/dockerfile/json_array.h"
#include "readers/dockerfile/line_scanner.h"
#include "readers/dockerfile/run_script.h"
#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

class InstructionReader {
 public:
  InstructionReader(const LogicalLine& line, char escape, Expansion& expansion,
                    const ShellInForce& shell)
      : line_(line), escape_(escape), expansion_(expansion), shell_(shell) {}

  // Fills a new instruction from a part of the line. Its heredocs, if it can have any, are taken
  // from `heredocs`.
  void read(const CommandLine& command, std::vector<Heredoc>& heredocs, Instruction& instruction);

  // BuildKit refuses the line already when it takes it apart, so that it does not even stand in a
  // trigger.
  bool refused_by_parser() const { return refused_by_parser_; }

  // For each assignment of the instruction read last: whether its value depends on an ARG's
  // default.
  const std::vector<bool>& from_defaults() const { return from_defaults_; }

 private:
  Location at(Span span) const { return line_.map.at(span.begin, span.end); }
  std::string_view text(Span span) const { return line_.text.substr(span.begin, span.size()); }
  DockerfileWord word(Span span) const;
  DockerfileWord expanded_word(Span span, Instruction& instruction);

  void read_flags(const CommandLine& command, Instruction& instruction);
  void check_flags(const CommandLine& command, Instruction& instruction);
  void read_mounts(Instruction& instruction);
  void check_healthcheck_flags(Instruction& instruction);

  // Places in the decoded text of a word in exec form.
  SourceMap exec_map(std::size_t word) const;
  // Exec form: true when the rest is a JSON array (or was refused as one).
  bool read_exec_words(Span rest, Instruction& instruction);
  void read_command(Span rest, Instruction& instruction);
  void read_copy(Span rest, Instruction& instruction);
  void check_copy_flags(Instruction& instruction);
  void read_list(Span rest, Instruction& instruction);
  void read_expose(Span rest, Instruction& instruction);
  void read_single(Span rest, Instruction& instruction);
  void read_pairs(Span rest, Instruction& instruction);
  void read_arguments(Span rest, Instruction& instruction);
  void read_from(Span rest, Instruction& instruction);
  void read_healthcheck(Span rest, Instruction& instruction);
  void read_onbuild(Span rest, Instruction& instruction, std::vector<Heredoc>& heredocs);
  void read_unknown(Span rest, Instruction& instruction);

  const LogicalLine& line_;
  char escape_;
  Expansion& expansion_;
  const ShellInForce& shell_;
  std::vector<JsonString> exec_strings_;  // the words in exec form
  std::uint32_t exec_begin_ = 0;          // of their array, in the line
  std::vector<bool> from_defaults_;
  bool refused_by_parser_ = false;
};

// Whether the heredocs on an instruction's line are its own: ADD, COPY and RUN that are not in exec
// form, and ONBUILD of these.
bool may_hold_heredocs(std::string_view line, const CommandLine& command, char escape,
                       Arena& arena);

}  // namespace plimsoll::dockerfile
