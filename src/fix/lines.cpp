#include "fix/lines.h"

#include "base/text.h"

namespace plimsoll::fix {

std::uint32_t line_start(std::string_view text, std::uint32_t offset) {
  if (offset == 0) return 0;
  const std::size_t newline = text.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? 0 : static_cast<std::uint32_t>(newline + 1);
}

std::uint32_t line_end(std::string_view text, std::uint32_t offset) {
  std::size_t newline = text.find('\n', offset);
  if (newline == std::string_view::npos) return static_cast<std::uint32_t>(text.size());
  if (newline > offset && text[newline - 1] == '\r') --newline;
  return static_cast<std::uint32_t>(newline);
}

std::uint32_t next_line(std::string_view text, std::uint32_t offset) {
  const std::size_t newline = text.find('\n', offset);
  return static_cast<std::uint32_t>(newline == std::string_view::npos ? text.size() : newline + 1);
}

std::string_view line_ending(std::string_view text) {
  const std::size_t newline = text.find('\n');
  const bool crlf = newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r';
  return crlf ? "\r\n" : "\n";
}

std::string with_endings(std::string_view text, std::string_view ending) {
  if (ending == "\n") return std::string(text);
  std::string out;
  for (const char c : text) {
    if (c == '\n' && !out.ends_with('\r')) out += '\r';
    out += c;
  }
  return out;
}

bool is_blank_range(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t at = begin; at < end; ++at) {
    if (!is_blank(text[at])) return false;
  }
  return true;
}

Span removed_lines(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  const bool open_end = end == text.size() && begin > 0 && !text.ends_with('\n');
  return {open_end ? line_end(text, line_start(text, begin - 1)) : begin, end};
}

std::string inserted_lines(std::string_view text, std::uint32_t offset, std::string_view lines) {
  const std::string_view ending = line_ending(text);
  const bool open_end = offset == text.size() && offset > 0 && text[offset - 1] != '\n';
  if (!open_end) return with_endings(lines, ending);
  if (lines.ends_with('\n')) lines.remove_suffix(1);
  return concat(ending, with_endings(lines, ending));
}

}  // namespace plimsoll::fix
