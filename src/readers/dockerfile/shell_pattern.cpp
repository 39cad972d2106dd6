#include "readers/dockerfile/shell_pattern.h"

#include <algorithm>

namespace plimsoll::dockerfile {
namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

std::optional<ShellPattern> ShellPattern::compile(std::string_view pattern) {
  ShellPattern compiled;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*') {
      compiled.tokens_.push_back({Token::Kind::any, c});
    } else if (c == '?') {
      compiled.tokens_.push_back({Token::Kind::one, c});
    } else if (c == '\\') {
      const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
      // Before } and / it only kept them from ending the expansion.
      if (next == '}' || next == '/') continue;
      if (next != '*' && next != '?' && next != '\\') return std::nullopt;
      compiled.tokens_.push_back({Token::Kind::character, next});
      ++i;
    } else {
      compiled.tokens_.push_back({Token::Kind::character, c});
    }
  }
  return compiled;
}

std::optional<std::size_t> ShellPattern::match(std::string_view value, bool longest,
                                               bool backwards) const {
  // reached[n]: the tokens so far can match n bytes.
  const std::size_t size = value.size();
  const auto byte = [&](std::size_t i) { return backwards ? value[size - 1 - i] : value[i]; };
  std::vector<bool> reached(size + 1);
  reached[0] = true;
  for (std::size_t t = 0; t < tokens_.size(); ++t) {
    const Token& token = backwards ? tokens_[tokens_.size() - 1 - t] : tokens_[t];
    if (token.kind == Token::Kind::any) {
      const auto first = std::ranges::find(reached, true);
      std::fill(first, reached.end(), true);
      continue;
    }
    std::vector<bool> next(size + 1);
    for (std::size_t i = 0; i < size; ++i) {
      if (!reached[i]) continue;
      if (token.kind == Token::Kind::character) {
        if (byte(i) == token.character) next[i + 1] = true;
        continue;
      }
      // One character, which may be several bytes.
      std::size_t end = i + 1;
      if (backwards) {
        while (end < size && continues_character(byte(end - 1))) ++end;
      } else {
        while (end < size && continues_character(byte(end))) ++end;
      }
      if (byte(i) != '\n') next[end] = true;
    }
    reached = std::move(next);
  }
  if (longest) {
    for (std::size_t n = size + 1; n-- > 0;) {
      if (reached[n]) return n;
    }
    return std::nullopt;
  }
  const auto first = std::ranges::find(reached, true);
  if (first == reached.end()) return std::nullopt;
  return static_cast<std::size_t>(first - reached.begin());
}

std::string_view ShellPattern::without_prefix(std::string_view value, bool longest) const {
  return value.substr(match(value, longest, false).value_or(0));
}

std::string_view ShellPattern::without_suffix(std::string_view value, bool longest) const {
  return value.substr(0, value.size() - match(value, longest, true).value_or(0));
}

void ShellPattern::replace(std::string_view value, std::string_view text, bool all,
                           std::string& out) const {
  std::size_t at = 0;
  bool after_match = false;
  while (at <= value.size()) {
    const std::optional<std::size_t> length = match(value.substr(at), true, false);
    // Nothing is no match directly after something that was one.
    if (length && (*length > 0 || !after_match)) {
      out += text;
      at += *length;
      after_match = true;
      if (!all) {
        out += value.substr(at);
        return;
      }
      if (*length > 0) continue;
    }
    after_match = false;
    if (at == value.size()) break;
    out += value[at];
    ++at;
  }
}

}  // namespace plimsoll::dockerfile
