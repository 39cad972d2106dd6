#include "readers/dockerfile/go_text.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace plimsoll::dockerfile {

std::size_t wide_space_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\xC2\x85") || rest.starts_with("\xC2\xA0")) return 2;
  static constexpr std::array<std::string_view, 7> wide{
      "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
      "\xE2\x81\x9F", "\xE3\x80\x80", "\xE2\x80\x80"};
  for (const std::string_view space : wide) {
    if (rest.starts_with(space)) return 3;
  }
  // U+2000 to U+200A
  const bool quads = rest.size() >= 3 && rest.starts_with("\xE2\x80") &&
                     static_cast<unsigned char>(rest[2]) >= 0x80 &&
                     static_cast<unsigned char>(rest[2]) <= 0x8A;
  return quads ? 3 : 0;
}

std::size_t count_leading_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = unicode_space_at(text, at);
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::size_t count_trailing_space(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    if (is_space(text[end - 1])) {
      --end;
      continue;
    }
    if (static_cast<unsigned char>(text[end - 1]) < 0x80) break;
    if (end >= 2 && unicode_space_at(text.substr(0, end), end - 2) == 2) {
      end -= 2;
    } else if (end >= 3 && unicode_space_at(text.substr(0, end), end - 3) == 3) {
      end -= 3;
    } else {
      break;
    }
  }
  return text.size() - end;
}

std::optional<bool> parse_go_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::optional<unsigned long> parse_go_uint32(std::string_view text, int base) {
  unsigned long value = 0;
  if (text.empty() || text.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value > 0xFFFFFFFFul) return std::nullopt;
  return value;
}

namespace {

// Nanoseconds of a unit; 0 when there is no such unit.
long double unit_of_time(std::string_view unit) {
  if (unit == "ns") return 1.0L;
  if (unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs") return 1e3L;
  if (unit == "ms") return 1e6L;
  if (unit == "s") return 1e9L;
  if (unit == "m") return 60e9L;
  if (unit == "h") return 3600e9L;
  return 0;
}

// Reads "12.5" from the start of `text` and removes it; nothing when there is no digit.
std::optional<long double> take_decimal(std::string_view& text) {
  long double value = 0;
  long double scale = 1;
  bool digits = false;
  bool fraction = false;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (is_digit(c)) {
      digits = true;
      value = value * 10 + (c - '0');
      if (fraction) scale *= 10;
      if (value > 1e30L) return std::nullopt;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  if (!digits) return std::nullopt;
  return value / scale;
}

}  // namespace

std::optional<long long> parse_go_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  long double total = 0;
  while (!text.empty()) {
    const std::optional<long double> number = take_decimal(text);
    if (!number) return std::nullopt;
    std::size_t length = 0;
    while (length < text.size() && text[length] != '.' && !is_digit(text[length])) ++length;
    const long double unit = unit_of_time(text.substr(0, length));
    if (unit == 0) return std::nullopt;
    total += *number * unit;
    if (total > 9.2e18L) return std::nullopt;
    text.remove_prefix(length);
  }
  const long long nanoseconds = static_cast<long long>(total);
  return negative ? -nanoseconds : nanoseconds;
}

bool valid_size(std::string_view text) {
  if (!take_decimal(text)) return false;
  if (text.starts_with(' ')) text.remove_prefix(1);
  const std::string unit = lower(text);
  for (const std::string_view known : {"", "b"}) {
    if (unit == known) return true;
  }
  if (std::string_view("kmgtp").find(unit.front()) == std::string_view::npos) return false;
  const std::string_view rest = std::string_view(unit).substr(1);
  return rest.empty() || rest == "b" || rest == "ib";
}

std::optional<std::vector<std::string_view>> csv_fields(std::string_view line, Arena& arena) {
  if (line.ends_with('\n')) line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  if (line.empty()) return std::nullopt;
  std::vector<std::string_view> fields;
  while (true) {
    if (!line.starts_with('"')) {
      const std::string_view field = line.substr(0, line.find(','));
      if (field.find('"') != std::string_view::npos) return std::nullopt;
      fields.push_back(field);
      if (field.size() == line.size()) return fields;
      line.remove_prefix(field.size() + 1);
      continue;
    }
    std::string field;
    line.remove_prefix(1);
    while (true) {
      const std::size_t quote = line.find('"');
      if (quote == std::string_view::npos) return std::nullopt;
      field += line.substr(0, quote);
      line.remove_prefix(quote + 1);
      if (!line.starts_with('"')) break;
      field += '"';
      line.remove_prefix(1);
    }
    fields.push_back(arena.copy(field));
    if (line.empty()) return fields;
    if (!line.starts_with(',')) return std::nullopt;
    line.remove_prefix(1);
  }
}

}  // namespace plimsoll::dockerfile
