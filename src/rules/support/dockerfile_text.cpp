#include "rules/support/dockerfile_text.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

bool has_upper(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool has_lower(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

bool is_lower_case_file(const Dockerfile& dockerfile) {
  std::size_t lower = 0;
  std::size_t upper = 0;
  const auto count = [&](const Instruction& instruction) {
    if (!has_upper(instruction.name)) {
      ++lower;
    } else if (!has_lower(instruction.name)) {
      ++upper;
    }
  };
  for (const Instruction& argument : dockerfile.global_arguments) count(argument);
  for (const Stage& stage : dockerfile.stages) {
    count(stage.from);
    for (const Instruction& instruction : stage.instructions) count(instruction);
  }
  return lower > upper;
}

std::string keyword_for(const Dockerfile& dockerfile, std::string_view keyword) {
  return is_lower_case_file(dockerfile) ? lower(keyword) : std::string(keyword);
}

std::string in_casing_of(std::string_view written, std::string_view keyword) {
  return has_upper(written) ? std::string(keyword) : lower(keyword);
}

namespace {

// The line right above an instruction, without blanks around it; "" where there is none.
std::string_view line_above(const Location& instruction) {
  std::string_view above = instruction.source->text().substr(0, instruction.span.begin);
  const std::size_t line_start = above.rfind('\n');
  if (line_start == std::string_view::npos) return {};
  above = above.substr(0, line_start);
  return trim(above.substr(above.rfind('\n') + 1));
}

}  // namespace

bool has_comment_above(const Location& instruction) {
  return instruction.known() && line_above(instruction).starts_with('#');
}

bool begins_paragraph(const Location& instruction) {
  return instruction.known() && line_above(instruction).empty();
}

std::string json_string(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string quoted_word(std::string_view text, char escape) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '$' || c == escape) out += escape;
    out += c;
  }
  return out += '"';
}

Location option_value_at(const Location& flag, std::string_view name, std::string_view value) {
  const std::string_view text = flag.text();
  const std::string wanted = concat(name, "=", value);
  for (std::size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    const bool starts = at > 0 && (text[at - 1] == ',' || text[at - 1] == '=');
    if (!starts || (end < text.size() && text[end] != ',')) continue;
    const auto begin = static_cast<std::uint32_t>(flag.span.begin + at + name.size() + 1);
    return {flag.source, {begin, begin + static_cast<std::uint32_t>(value.size())}};
  }
  return {};
}

}  // namespace plimsoll::rules
