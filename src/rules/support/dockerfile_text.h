// How text that a fix puts into a Dockerfile is written: in the file's own casing, with quotes and
// escapes that mean what is meant, and never away from the comments that belong to it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "subjects/dockerfile.h"

namespace plimsoll::rules {

// Some fixes hold each stage against every other. No file that a person wrote has more stages; the
// bound keeps hostile ones cheap.
inline constexpr std::size_t most_stages_to_fix = 200;

// Whether most of a file's instructions are written in lower case: `run` rather than `RUN`.
bool is_lower_case_file(const Dockerfile& dockerfile);
// A keyword as the file writes it: "RUN" or "run".
std::string keyword_for(const Dockerfile& dockerfile, std::string_view keyword);
// A keyword in the casing of another one that is written in the file.
std::string in_casing_of(std::string_view written, std::string_view keyword);

// Whether a comment stands in the line right above an instruction: it may speak of that
// instruction, or suppress a finding in it, so that who takes the instruction away must read it.
bool has_comment_above(const Location& instruction);

// Whether the line right above an instruction is blank, or there is none.
bool begins_paragraph(const Location& instruction);

// A string as JSON has it: the exec form's words.
std::string json_string(std::string_view text);
// A text as one word of LABEL or ENV in double quotes that means exactly that text.
std::string quoted_word(std::string_view text, char escape);

// Where `name=value` of a flag like --mount=type=bind,from=0 has its value; not known when it is
// not written plainly.
Location option_value_at(const Location& flag, std::string_view name, std::string_view value);

}  // namespace plimsoll::rules
