// What rules about Dockerfile instructions share: triggers, sources and destinations, what reaches
// the final image, and how paths are told apart.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/dockerfile.h"

namespace plimsoll::rules {

// What an instruction does: for ONBUILD what it triggers, otherwise itself.
const Instruction& deed(const Instruction& instruction);

// The sources of COPY and ADD (heredocs are not among them) and the destination; empty and null
// when arguments are missing.
std::span<const DockerfileWord> sources_of(const Instruction& copy);
const DockerfileWord* destination_of(const Instruction& copy);

// Whether a source is fetched: http://, https://, ftp://, and what BuildKit takes for a Git
// repository.
bool is_remote(std::string_view source);
// COPY without --from, and ADD: what is copied comes from the build context.
bool copies_from_context(const Instruction& copy);
// Whether a source means the whole build context: ".", "./", "/", "*".
bool is_whole_context(std::string_view source);

// For each stage, by its index, whether its layers become layers of the image that the file ends
// with: the final stage and the stages that it is built on. A stage that is only copied from is not
// among them.
std::vector<bool> stages_of_final_image(const Dockerfile& dockerfile);

// The stage that a stage is built on, when it is one of this file; null otherwise.
const Stage* base_stage(const Dockerfile& dockerfile, const Stage& stage);

// Absolute on Linux or Windows: "/x", "C:\x", "C:/x", "\x".
bool is_absolute(std::string_view path);
// The last part of a path whose separator is `/` or `\`; "a/b/" gives "b".
std::string_view last_segment(std::string_view path);
// "COPY": the keyword in upper case.
std::string_view keyword_text(const Instruction& instruction);

// The 1-based line where an instruction starts, as text.
std::string line_of(const Location& at);

}  // namespace plimsoll::rules
