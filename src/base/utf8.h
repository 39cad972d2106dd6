// UTF-8, as far as Plimsoll needs it: is a text valid, how many code points does it hold, and how
// is hostile text shown on a terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plimsoll {

// What some editors put before a text to say that it is UTF-8; no part of the text.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The offset of the first byte that is not part of a valid UTF-8 sequence (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF), or nothing when the whole text is valid.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// Code points in a text; every byte that is not a continuation byte counts as one.
std::size_t code_points(std::string_view text);

// How many bytes at the start of a text are printable ASCII: of these, bytes, code points and
// columns are the same.
std::size_t plain_prefix(std::string_view text);
// Whether a text is printable ASCII alone, as most are.
bool is_plain(std::string_view text);

// The text with control characters, bidirectional overrides and invalid bytes made visible (`\x1b`,
// `\u202e`), so that a hostile file cannot steer the reader's terminal. Tabs stay.
std::string printable(std::string_view text);
void append_printable(std::string& out, std::string_view text);

}  // namespace plimsoll
