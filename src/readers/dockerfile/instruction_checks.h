// What BuildKit checks in the arguments of single instructions. Each says what is wrong, as the end
// of a sentence about the instruction, or nothing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

enum class FlagKind : std::uint8_t { boolean, text, list };

struct FlagRule {
  std::string_view name;
  FlagKind kind;
};

// The builder flags that an instruction takes.
std::span<const FlagRule> flags_of(Keyword keyword);
// HEALTHCHECK NONE, ARG and STOPSIGNAL ignore whatever flags they are given.
bool ignores_flags(Keyword keyword);

bool valid_stage_name(std::string_view name);
bool valid_port(std::string_view text);
bool valid_signal(std::string_view text);
bool valid_platform(std::string_view text);
// --chmod: octal up to 07777, or symbolic (u+x,go=r).
bool valid_chmod(std::string_view text);
bool is_url(std::string_view text);
bool is_git_source(std::string_view text);

}  // namespace plimsoll::dockerfile
