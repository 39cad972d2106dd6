#include "readers/dockerfile/command_line.h"

#include <algorithm>

#include "base/text.h"
#include "readers/dockerfile/go_text.h"

namespace plimsoll::dockerfile {
namespace {

// Builder flags at `at`; returns where the arguments begin.
std::uint32_t take_flags(std::string_view line, std::uint32_t at, std::uint32_t end, char escape,
                         std::vector<FlagText>& flags, Arena& arena) {
  while (true) {
    while (at < end && is_space(line[at])) ++at;
    if (at + 1 >= end || line[at] != '-' || line[at + 1] != '-') return at;
    FlagText flag;
    flag.at.begin = at;
    // Filled from the first quote or escape on; a flag without them is a view of the line.
    std::string changed;
    bool as_written = true;
    const auto change = [&] {
      if (as_written) changed = line.substr(flag.at.begin, at - flag.at.begin);
      as_written = false;
    };
    char quote = '\0';
    for (; at < end; ++at) {
      char c = line[at];
      if (quote == '\0' && is_space(c)) break;
      if (c == quote) {
        quote = '\0';
        continue;
      }
      if (quote == '\0' && (c == '\'' || c == '"')) {
        change();
        quote = c;
        continue;
      }
      if (c == escape) {
        change();
        // An escape at the very end is dropped.
        if (at + 1 == end) continue;
        c = line[++at];
      }
      if (!as_written) changed += c;
      if (c == '=' && flag.value_begin == 0) flag.value_begin = at + 1;
    }
    flag.at.end = at;
    flag.text = as_written ? line.substr(flag.at.begin, at - flag.at.begin) : arena.copy(changed);
    if (flag.text == "--") return at;
    if (flag.value_begin == 0) flag.value_begin = at;
    flags.push_back(flag);
  }
}

Span trimmed(std::string_view line, Span part) {
  const std::string_view text = line.substr(part.begin, part.size());
  const auto leading = static_cast<std::uint32_t>(leading_space(text));
  if (leading == part.size()) return {part.end, part.end};
  return {part.begin + leading, part.end - static_cast<std::uint32_t>(trailing_space(text))};
}

}  // namespace

CommandLine split_command(std::string_view line, Span part, char escape, Arena& arena) {
  CommandLine command;
  part = trimmed(line, part);
  std::uint32_t at = part.begin;
  while (at < part.end && !is_separator(line[at])) ++at;
  command.name = {part.begin, at};
  command.keyword = keyword_of(line.substr(part.begin, at - part.begin));
  while (at < part.end && is_separator(line[at])) ++at;
  at = take_flags(line, at, part.end, escape, command.flags, arena);
  command.rest = trimmed(line, {std::min(at, part.end), part.end});
  return command;
}

std::vector<Span> quoted_words(std::string_view line, Span part, char escape) {
  std::vector<Span> words;
  words.reserve(4);
  const std::string_view text = line.substr(0, part.end);
  std::uint32_t at = part.begin;
  while (at < part.end) {
    const std::size_t space = unicode_space_at(text, at);
    if (space > 0) {
      at += static_cast<std::uint32_t>(space);
      continue;
    }
    Span word{at, at};
    char quote = '\0';
    bool kept = true;  // an escape as the last character of all is dropped
    while (at < part.end) {
      const char c = text[at];
      if (is_visible_ascii(c) && c != '\'' && c != '"' && c != escape) {
        ++at;
        continue;
      }
      if (quote == '\0' && unicode_space_at(text, at) > 0) break;
      if (c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == escape && quote != '\'') {
        if (at + 1 == part.end) {
          kept = false;
        } else {
          // The whole character after it, which may be several bytes, is taken as it is.
          ++at;
        }
      }
      ++at;
    }
    word.end = kept ? at : at - 1;
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::vector<Span> blank_words(std::string_view line, Span part) {
  std::vector<Span> words;
  words.reserve(4);
  std::uint32_t at = part.begin;
  while (at < part.end) {
    const std::uint32_t begin = at;
    while (at < part.end && !is_separator(line[at])) ++at;
    words.push_back({begin, at});
    while (at < part.end && is_separator(line[at])) ++at;
  }
  return words;
}

}  // namespace plimsoll::dockerfile
