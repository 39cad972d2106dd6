#include "readers/compose/node_values.h"

#include "base/files.h"
#include "base/text.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::compose {
namespace {

bool is_windows_absolute(std::string_view path) {
  return path.starts_with("\\\\") || (path.size() > 2 && is_alpha(path[0]) && path[1] == ':');
}

}  // namespace

std::optional<std::int64_t> integer_of(const Node& node) {
  if (node.type != Type::integer) {
    if (node.unresolved) return std::nullopt;
    return parse_integer(node.text);
  }
  std::string digits;
  for (const char c : node.text) {
    if (c != '_') digits += c;
  }
  std::string_view rest = digits;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  int base = 10;
  if (rest.size() > 1 && rest[0] == '0') {
    base = rest[1] == 'x' ? 16 : rest[1] == 'b' ? 2 : 8;
    rest.remove_prefix(rest[1] == 'x' || rest[1] == 'b' || rest[1] == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  for (const char c : rest) {
    const int digit = is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10;
    if (digit < 0 || digit >= base || value > (1ULL << 58)) return std::nullopt;
    value = value * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
  }
  const auto number = static_cast<std::int64_t>(value);
  return negative ? -number : number;
}

std::string value_of(const Node& node) {
  if (node.type == Type::boolean) return lower(node.text);
  if (node.type == Type::integer) {
    if (const auto number = integer_of(node)) return std::to_string(*number);
  }
  return std::string(node.text);
}

std::string rebased(std::string_view path, const std::string& prefix) {
  if (prefix.empty() || path.empty() || path[0] == '/' || path[0] == '~' ||
      is_windows_absolute(path)) {
    return std::string(path);
  }
  std::string joined = normal_path(join_path(prefix, path));
  if (joined[0] != '/' && !joined.starts_with("..")) joined.insert(0, "./");
  return joined;
}

}  // namespace plimsoll::compose
