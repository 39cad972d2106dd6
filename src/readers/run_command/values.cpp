#include "readers/run_command/values.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace plimsoll::run_command {
namespace {

// A decimal number with an optional fraction, as much of the text as is one.
std::optional<double> leading_decimal(std::string_view& text) {
  std::size_t i = 0;
  while (i < text.size() && is_digit(text[i])) ++i;
  if (i < text.size() && text[i] == '.') {
    ++i;
    while (i < text.size() && is_digit(text[i])) ++i;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + i, number);
  if (error != std::errc() || end != text.data() + i) return std::nullopt;
  text.remove_prefix(i);
  return number;
}

std::optional<std::int64_t> whole(double number) {
  // The largest double below 2^63.
  if (!std::isfinite(number) || number >= 9.2233720368547748e18) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text, bool negative) {
  text = trim(text);
  if (negative && text == "-1") return -1;
  const std::optional<double> number = leading_decimal(text);
  if (!number) return std::nullopt;
  if (text.starts_with(' ')) text.remove_prefix(1);
  double factor = 1;
  if (!text.empty()) {
    constexpr std::string_view units = "kmgtp";
    const std::size_t unit = units.find(to_lower(text.front()));
    if (unit != std::string_view::npos) {
      for (std::size_t i = 0; i <= unit; ++i) factor *= 1024;
      text.remove_prefix(1);
      if (!text.empty() && to_lower(text.front()) == 'i') {
        text.remove_prefix(1);
        if (text.empty()) return std::nullopt;
      }
    }
    if (!text.empty() && to_lower(text.front()) == 'b') text.remove_prefix(1);
    if (!text.empty()) return std::nullopt;
  }
  return whole(*number * factor);
}

std::optional<std::int64_t> parse_nano_cpus(std::string_view text) {
  const std::optional<double> number = leading_decimal(text);
  if (!number || !text.empty()) return std::nullopt;
  return whole(std::round(*number * 1e9));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::optional<long long> number = parse_number(text);
  if (!number) return std::nullopt;
  return negative ? -*number : *number;
}

std::vector<Part> split_parts(std::string_view text, char separator) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  std::size_t braces = 0;
  std::size_t parentheses = 0;
  std::size_t brackets = 0;
  bool backtick = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '$' && i + 1 < text.size() && text[i + 1] == '{') ++braces;
    if (c == '}' && braces > 0) --braces;
    if (c == '$' && i + 1 < text.size() && text[i + 1] == '(') ++parentheses;
    if (c == ')' && parentheses > 0) --parentheses;
    if (c == '[') ++brackets;
    if (c == ']' && brackets > 0) --brackets;
    if (c == '`') backtick = !backtick;
    if (c != separator || braces + parentheses + brackets > 0 || backtick) continue;
    const bool drive = separator == ':' && i == begin + 1 && is_alpha(text[begin]) &&
                       i + 1 < text.size() && (text[i + 1] == '\\' || text[i + 1] == '/');
    if (drive) continue;
    parts.push_back({text.substr(begin, i - begin), begin});
    begin = i + 1;
  }
  parts.push_back({text.substr(begin), begin});
  return parts;
}

std::vector<Part> split_csv(std::string_view text) {
  std::vector<Part> parts;
  std::size_t i = 0;
  for (;;) {
    if (i < text.size() && text[i] == '"') {
      const std::size_t closing = text.find('"', i + 1);
      const std::size_t stop = closing == std::string_view::npos ? text.size() : closing;
      parts.push_back({text.substr(i + 1, stop - i - 1), i + 1});
      i = text.find(',', stop);
    } else {
      std::size_t braces = 0;
      std::size_t stop = i;
      while (stop < text.size() && (text[stop] != ',' || braces > 0)) {
        if (text[stop] == '$' && stop + 1 < text.size() && text[stop + 1] == '{') ++braces;
        if (text[stop] == '}' && braces > 0) --braces;
        ++stop;
      }
      parts.push_back({text.substr(i, stop - i), i});
      i = stop < text.size() ? stop : std::string_view::npos;
    }
    if (i == std::string_view::npos) return parts;
    ++i;
  }
}

bool holds_unknown(std::string_view text) {
  return text.find_first_of("$`<") != std::string_view::npos;
}

bool is_host_path(std::string_view source) {
  if (source.empty()) return false;
  if (source.front() == '/' || source.front() == '.' || source.front() == '~') return true;
  if (source.starts_with("\\\\")) return true;
  if (source.size() > 2 && is_alpha(source[0]) && source[1] == ':') return true;
  // What stands for a directory nearly always: $PWD, $(pwd), $HOME, `pwd`; or any path below one.
  for (const std::string_view known : {"$PWD", "${PWD", "$(pwd)", "`pwd`", "$HOME", "${HOME"}) {
    if (source.starts_with(known)) return true;
  }
  return source.find('/') != std::string_view::npos && holds_unknown(source);
}

}  // namespace plimsoll::run_command
