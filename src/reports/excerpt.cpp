// What stands on a terminal is measured in columns, and a column is neither a byte nor a code
// point: a tab reaches to the next stop, a Chinese character takes two columns, an accent that
// combines with the letter before it takes none, and an escape character that is made visible takes
// four. So the line is walked once, cell by cell, and the caret follows the columns. Lines can be
// megabytes long (minified JSON), so the walk starts a fixed number of bytes before the place and
// never runs to the line's end.
#include "reports/excerpt.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/utf8.h"
#include "reports/mask.h"

namespace plimsoll {
namespace {

constexpr std::size_t tab_stop = 4;
// How much is shown before the place when a long line is cut.
constexpr std::size_t columns_before = 50;
constexpr std::string_view ellipsis = "…";
// What stands for a secret, however long it is.
constexpr std::string_view mask = "***";

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Code points that take two columns (Unicode's East Asian Width W and F, in whole blocks).
constexpr std::array<Range, 14> wide{{{0x1100, 0x115F},
                                      {0x231A, 0x231B},
                                      {0x23E9, 0x23EC},
                                      {0x2E80, 0x303E},
                                      {0x3041, 0x33FF},
                                      {0x3400, 0x4DBF},
                                      {0x4E00, 0x9FFF},
                                      {0xA000, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 3> pictures{
    {{0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}}};
// Code points that stand on the one before them: combining marks, joiners, variation selectors.
constexpr std::array<Range, 7> combining{{{0x0300, 0x036F},
                                          {0x0483, 0x0489},
                                          {0x200B, 0x200D},
                                          {0x20D0, 0x20FF},
                                          {0xFE00, 0xFE0F},
                                          {0xFE20, 0xFE2F},
                                          {0xFEFF, 0xFEFF}}};

template <std::size_t N>
bool holds(const std::array<Range, N>& ranges, std::uint32_t c) {
  return std::ranges::any_of(ranges, [c](Range r) { return c >= r.first && c <= r.last; });
}

// One code point, or one byte that belongs to none.
struct Cell {
  std::size_t bytes = 1;
  std::size_t columns = 1;
  bool shown_as_is = true;
};

Cell cell_at(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first >= 0x20 && first < 0x7F) return {};
  if (first < 0x80) return {.bytes = 1, .columns = 4, .shown_as_is = false};  // \x1b
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  const std::string_view bytes = text.substr(0, length);
  if (bytes.size() < length || first_invalid_utf8(bytes)) {
    return {.bytes = 1, .columns = 4, .shown_as_is = false};
  }
  std::uint32_t c = first & (0x7Fu >> length);
  for (const char byte : bytes.substr(1)) c = c << 6 | (static_cast<unsigned char>(byte) & 0x3Fu);
  if (printable(bytes) != bytes) {
    return {.bytes = length, .columns = c < 0x100 ? 4u : 6u, .shown_as_is = false};
  }
  const std::size_t columns = holds(combining, c)                    ? 0
                              : holds(wide, c) || holds(pictures, c) ? 2
                                                                     : 1;
  return {.bytes = length, .columns = columns, .shown_as_is = true};
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The line's part that is shown, in bytes from the line's start.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The columns of a text, counted no further than just above `limit`.
std::size_t columns_up_to(std::string_view text, std::size_t limit) {
  if (is_plain(text.substr(0, limit + 1))) return std::min(text.size(), limit + 1);
  std::size_t columns = 0;
  while (!text.empty() && columns <= limit) {
    if (text.front() == '\t') {
      columns += tab_stop - columns % tab_stop;
      text.remove_prefix(1);
      continue;
    }
    const Cell cell = cell_at(text);
    columns += cell.columns;
    text.remove_prefix(cell.bytes);
  }
  return columns;
}

Window window_of(std::string_view line, std::size_t place) {
  // A combining mark takes a byte and no column, so a line that fits can still be long: cut it.
  const bool fits = line.size() <= 8 * max_excerpt_columns &&
                    columns_up_to(line, max_excerpt_columns) <= max_excerpt_columns;
  if (fits) return {0, line.size()};
  Window window{place, place};
  for (std::size_t steps = 0; window.begin > 0 && steps < columns_before; ++steps) {
    --window.begin;
    while (window.begin > 0 && continues(line[window.begin]) && place - window.begin < 400) {
      --window.begin;
    }
  }
  // A line that is hardly longer than the window is shown from its start when that shows the place.
  if (columns_up_to(line.substr(0, place), columns_before) <= columns_before) window.begin = 0;
  std::size_t columns = columns_up_to(line.substr(window.begin, place - window.begin), 1000);
  const std::size_t room = std::max(max_excerpt_columns, columns + 40) - 2;
  while (window.end < line.size() && columns < room &&
         window.end - place < 8 * max_excerpt_columns) {
    if (line[window.end] == '\t') {
      columns += tab_stop;
      ++window.end;
      continue;
    }
    const Cell cell = cell_at(line.substr(window.end));
    columns += cell.columns;
    window.end += cell.bytes;
  }
  return window;
}

// The secrets of the part that is shown; what stands a little outside of it can be their name.
std::vector<Masked> masked_in(std::string_view line, Window window) {
  constexpr std::size_t margin = 512;
  const std::size_t from = window.begin - std::min(window.begin, margin);
  const std::size_t to = std::min(window.end + margin, line.size());
  std::vector<Masked> masked = secrets_in(line.substr(from, to - from));
  for (Masked& range : masked) {
    range.begin += from;
    range.end += from;
  }
  return masked;
}

}  // namespace

Excerpt excerpt_of(const Location& at) {
  const Source& source = *at.source;
  const std::string_view line = source.line(source.position(at.span.begin).line);
  Excerpt excerpt;
  if (line.empty()) return excerpt;
  // The span in bytes of this line; what reaches beyond the line is cut.
  const auto line_start = static_cast<std::size_t>(line.data() - source.text().data());
  const auto in_line = [&](std::size_t offset) {
    return std::clamp(offset, line_start, line_start + line.size()) - line_start;
  };
  const std::size_t begin = in_line(at.span.begin);
  const std::size_t end = std::max(begin, in_line(at.span.end));

  const Window window = window_of(line, begin);
  const std::vector<Masked> masked = masked_in(line, window);
  auto next_masked = masked.begin();
  std::size_t column = 0;
  if (window.begin > 0) {
    excerpt.text += ellipsis;
    column = 1;
  }
  std::size_t caret_end = 0;
  bool begun = false;
  std::size_t i = window.begin;
  while (i < window.end) {
    while (next_masked != masked.end() && next_masked->end <= i) ++next_masked;
    const std::size_t next_hidden =
        next_masked == masked.end() ? window.end : std::min(next_masked->begin, window.end);
    const bool hidden = next_hidden <= i;
    // Most of a line is shown as it is, a column for each byte.
    const std::size_t plain = hidden ? 0 : plain_prefix(line.substr(i, next_hidden - i));
    if (plain > 0) {
      const std::size_t next = i + plain;
      if (!begun && begin < next) {
        excerpt.caret_column = column + begin - i;
        begun = true;
      }
      if (i < end) caret_end = column + std::min(next, end) - i;
      excerpt.text += line.substr(i, plain);
      column += plain;
      i = next;
      continue;
    }
    const std::size_t next =
        hidden ? std::min(next_masked->end, window.end) : i + cell_at(line.substr(i)).bytes;
    if (!begun && begin < next) {
      excerpt.caret_column = column;
      begun = true;
    }
    if (hidden) {
      excerpt.text += mask;
      column += mask.size();
    } else if (line[i] == '\t') {
      const std::size_t blanks = tab_stop - column % tab_stop;
      excerpt.text.append(blanks, ' ');
      column += blanks;
    } else {
      const Cell cell = cell_at(line.substr(i));
      const std::string_view bytes = line.substr(i, cell.bytes);
      if (cell.shown_as_is) {
        excerpt.text += bytes;
      } else {
        excerpt.text += printable(bytes);
      }
      column += cell.columns;
    }
    // Of a hidden text no part is told from another.
    if (next <= end || (hidden && i < end)) caret_end = column;
    i = next;
  }
  if (!begun) excerpt.caret_column = column;
  if (window.end < line.size()) excerpt.text += ellipsis;
  excerpt.caret_width = std::max(caret_end, excerpt.caret_column + 1) - excerpt.caret_column;
  return excerpt;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (true) {
    const std::size_t plain = plain_prefix(text);
    columns += plain;
    text.remove_prefix(plain);
    if (text.empty()) return columns;
    const Cell cell = cell_at(text);
    columns += cell.columns;
    text.remove_prefix(std::min(cell.bytes, text.size()));
  }
}

}  // namespace plimsoll
