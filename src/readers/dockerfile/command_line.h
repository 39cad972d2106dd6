// The outer shape of an instruction: its name, its builder flags (`--from=x`, before the arguments,
// quotes and escapes allowed), and the rest.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

// Offsets are in the text of the logical line.
struct FlagText {
  std::string_view text;  // "--from=x" without quotes and escapes
  Span at;
  std::uint32_t value_begin = 0;  // after the first =
};

struct CommandLine {
  Span name;
  Keyword keyword = Keyword::unknown;
  std::vector<FlagText> flags;
  Span rest;  // trimmed
};

// Flags that quotes or escapes change lie in the arena.
CommandLine split_command(std::string_view line, Span part, char escape, Arena& arena);

// The words of ENV, LABEL and ARG: separated by white space outside quotes, with their quotes.
std::vector<Span> quoted_words(std::string_view line, Span part, char escape);

// Words separated by blanks, quotes or not.
std::vector<Span> blank_words(std::string_view line, Span part);

}  // namespace plimsoll::dockerfile
