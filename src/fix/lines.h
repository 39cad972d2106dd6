// The lines of a text, for edits that add or take whole ones. Offsets are bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/source.h"

namespace plimsoll::fix {

// Where the line that holds `offset` starts.
std::uint32_t line_start(std::string_view text, std::uint32_t offset);
// Where it ends: before its line ending.
std::uint32_t line_end(std::string_view text, std::uint32_t offset);
// Behind its line ending; the text's end for a last line without one.
std::uint32_t next_line(std::string_view text, std::uint32_t offset);
// "\r\n" when the text's first line ends so, else "\n".
std::string_view line_ending(std::string_view text);
// Text whose lines end with '\n', or, where it is taken from the file, as the file's do: with the
// endings that the file has.
std::string with_endings(std::string_view text, std::string_view ending);
// Nothing but blanks stands in [begin, end).
bool is_blank_range(std::string_view text, std::uint32_t begin, std::uint32_t end);

// What goes with the lines [begin, end): a last line that has no ending takes the one before it, so
// that none is made up.
Span removed_lines(std::string_view text, std::uint32_t begin, std::uint32_t end);

// An insertion of whole lines (each with its '\n') at the start of a line or at the text's end,
// where the last line may have no ending: then the inserted ones have none at their end either.
std::string inserted_lines(std::string_view text, std::uint32_t offset, std::string_view lines);

}  // namespace plimsoll::fix
