// NAME = value, in the spellings of shells, settings, JSON, YAML, XML and program code: what stands
// around a word that could be the name of a secret.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace plimsoll::image {

struct Assignment {
  std::string_view name;
  std::size_t value_at = 0;
  std::string_view value;  // without its quotes, on one line
  bool is_quoted = false;
};

struct AssignmentSyntax {
  bool to_line_end = false;    // an unquoted value goes to the end of its line
  bool blank_assigns = false;  // "password hunter2", as .netrc has it
};

inline constexpr std::size_t longest_name = 128;
inline constexpr std::size_t longest_value = 4096;

// The assignment whose name holds the byte at `word`; nothing where no value is given to it.
std::optional<Assignment> assignment_around(std::string_view text, std::size_t word,
                                            const AssignmentSyntax& syntax);

}  // namespace plimsoll::image
