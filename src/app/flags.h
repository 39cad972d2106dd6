// Every command and every flag, once: parsing, environment variables, help and suggestions are read
// from these tables.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/exit_code.h"
#include "base/result.h"

namespace plimsoll::app {

struct Flag {
  std::string_view name;   // "fail-on"; the environment variable is PLIMSOLL_FAIL_ON
  char letter;             // 'f' for -f, or 0
  std::string_view value;  // how help calls its value; "" for a flag without one
  std::string_view help;
  // The values it takes, when they are few.
  std::span<const std::string_view> choices = {};
  bool takes_several = false;  // its value is a list, comma separated
};

struct Arguments;

struct Command {
  std::string_view name;
  std::string_view operands;  // "[PATH ...]"
  std::string_view summary;   // one line
  std::string_view details;   // more lines for `plimsoll COMMAND --help`
  std::span<const Flag* const> flags;
  ExitCode (*run)(const Arguments&);
  // Where everything after `--` or the first operand is an operand, flags or not: `run`.
  bool verbatim = false;
  // The program beside plimsoll that does it, where it is not this one.
  std::string_view program = {};
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);

// What was typed (or set in the environment), by flag name, and the operands.
struct Arguments {
  const Command* command = nullptr;
  bool help = false;
  std::vector<std::string> words{};  // all that was typed behind the command
  struct Value {
    std::string_view flag;
    std::string value;
  };
  std::vector<Value> values{};
  std::vector<std::string> operands{};

  bool has(std::string_view flag) const;
  // The last value given, or "".
  std::string_view value(std::string_view flag) const;
  // All values given, split at commas.
  std::vector<std::string> list(std::string_view flag) const;
};

// Parses the words after the program's name. An error's hint offers the nearest command or flag.
Result<Arguments> parse_arguments(int argc, const char* const* argv);

std::string help_text();                        // plimsoll --help
std::string help_text(const Command& command);  // plimsoll COMMAND --help

}  // namespace plimsoll::app
