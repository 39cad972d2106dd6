// Text as BuildKit sees it. BuildKit is written in Go, whose idea of white space is Unicode's,
// while the C locale's is ASCII: a no-break space at a line's start is dropped, one inside a line
// separates words in ENV but not in COPY. These helpers say which is meant where.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/text.h"

namespace plimsoll::dockerfile {

// The length of the white-space character (Go's unicode.IsSpace) at `at`, or 0 if there is none.
std::size_t wide_space_at(std::string_view text, std::size_t at);
inline std::size_t unicode_space_at(std::string_view text, std::size_t at) {
  if (is_space(text[at])) return 1;
  return static_cast<unsigned char>(text[at]) < 0x80 ? 0 : wide_space_at(text, at);
}

// How many bytes of white space a text starts and ends with.
std::size_t count_leading_space(std::string_view text);
std::size_t count_trailing_space(std::string_view text);
// Most texts have none, which their first or last byte tells.
constexpr bool is_visible_ascii(char c) {
  return c > ' ' && c <= '~';
}
inline std::size_t leading_space(std::string_view text) {
  return text.empty() || is_visible_ascii(text.front()) ? 0 : count_leading_space(text);
}
inline std::size_t trailing_space(std::string_view text) {
  return text.empty() || is_visible_ascii(text.back()) ? 0 : count_trailing_space(text);
}

// The blanks that separate words for Go's regexp `[\t\v\f\r ]+` in BuildKit's line parsers.
constexpr bool is_separator(char c) {
  return c <= ' ' && (c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r');
}

// Go's strconv.ParseBool, ParseUint and time.ParseDuration, as far as BuildKit needs them.
std::optional<bool> parse_go_bool(std::string_view text);
std::optional<unsigned long> parse_go_uint32(std::string_view text, int base);
// Nanoseconds; nothing when malformed or too large for 64 bits.
std::optional<long long> parse_go_duration(std::string_view text);
// A size as docker/go-units takes it: "512", "1.5g", "64 MiB".
bool valid_size(std::string_view text);

// The fields of one CSV line (tonistiigi/go-csvvalue); nothing when a quote stands wrong or it is
// empty. Fields are views of the line, or lie in the arena where quotes changed them.
std::optional<std::vector<std::string_view>> csv_fields(std::string_view line, Arena& arena);

}  // namespace plimsoll::dockerfile
