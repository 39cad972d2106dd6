#include "support/dockerfile_dump.h"

#include "base/text.h"

namespace plimsoll::test {
namespace {

std::string escaped(std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += concat("\\x", hex.substr(byte >> 4, 1), hex.substr(byte & 15, 1));
    } else {
      out += c;
    }
  }
  return out;
}

std::string dump(const DockerfileWord& word) {
  return quoted(word.text) + (word.unresolved ? "?" : "");
}

std::string dump(const shell::Script& script) {
  std::string out = " {";
  for (const shell::Command& command : script.commands) {
    if (&command != script.commands.data()) out += "; ";
    for (const shell::Assignment& assignment : command.assignments) {
      out += concat(assignment.name, "=", assignment.value.text, " ");
    }
    for (const shell::Word& word : command.words) {
      if (&word != command.words.data()) out += ' ';
      out += escaped(word.text);
    }
  }
  return out + (script.complete ? "}" : " …}");
}

}  // namespace

std::string quoted(std::string_view text) {
  return concat("\"", escaped(text), "\"");
}

std::string dump(const Instruction& instruction) {
  std::string out(name_of(instruction.keyword));
  if (out.empty()) out = "?" + escaped(instruction.name);
  for (const DockerfileFlag& flag : instruction.flags) {
    out += concat(" --", flag.name);
    if (flag.has_value) out += "=" + escaped(flag.value.text) + (flag.value.unresolved ? "?" : "");
  }
  if (instruction.healthcheck_none) out += " NONE";
  if (instruction.exec_form) out += " [";
  for (const DockerfileWord& word : instruction.words) out += " " + dump(word);
  if (instruction.exec_form) out += " ]";
  for (const DockerfileAssignment& assignment : instruction.assignments) {
    out += " " + escaped(assignment.name.text);
    if (assignment.has_value) out += "=" + dump(assignment.value);
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    out += concat(heredoc.descriptor != 0 ? " " + std::to_string(heredoc.descriptor) : " ", "<<",
                  heredoc.strip_tabs ? "-" : "", heredoc.expand ? "" : "'", heredoc.name,
                  heredoc.expand ? "" : "'", "{", escaped(heredoc.body), "}");
  }
  if (instruction.looks_like_exec_form) out += " looks-like-exec";
  if (instruction.keyword == Keyword::run || !instruction.script.commands.empty()) {
    const bool plain = instruction.interpreter == "/bin/sh" || instruction.interpreter.empty();
    if (!plain) out += concat(" by ", instruction.interpreter);
    for (const std::string& option : instruction.interpreter_options) out += " " + option;
    out += dump(instruction.script);
  }
  if (instruction.trigger) out += " (" + dump(*instruction.trigger) + ")";
  for (const Instruction::Problem& problem : instruction.problems) out += " !" + problem.message;
  return out;
}

std::string dump(const Dockerfile& dockerfile) {
  std::string out;
  const auto add = [&](const std::string& part) {
    if (!out.empty()) out += " | ";
    out += part;
  };
  for (const ParserDirective& directive : dockerfile.directives) {
    add(concat("#", directive.name, "=", directive.value));
  }
  for (const Instruction& argument : dockerfile.global_arguments) add(dump(argument));
  for (const Instruction& misplaced : dockerfile.misplaced) add(dump(misplaced));
  for (const Stage& stage : dockerfile.stages) {
    add(dump(stage.from));
    if (stage.base.stage) out += " on " + std::to_string(*stage.base.stage);
    if (stage.base.from_argument_default) out += " by-default";
    if (!stage.needed) out += " not-needed";
    for (const Instruction& instruction : stage.instructions) add(dump(instruction));
  }
  for (const UndefinedVariable& variable : dockerfile.undefined_variables) {
    out += " ~" + variable.name;
    if (variable.global_only) out += "(global)";
    if (!variable.nearest.empty()) out += "(" + variable.nearest + ")";
  }
  return out;
}

std::string dump(const Error& error) {
  std::string out = "error: " + error.message;
  if (error.at.known()) {
    const Position position = error.at.source->position(error.at.span.begin);
    out += concat(" at ", std::to_string(position.line), ":", std::to_string(position.column));
  }
  return out;
}

}  // namespace plimsoll::test
