#include "readers/dockerfile/heredoc_words.h"

#include <algorithm>

#include "base/text.h"
#include "readers/dockerfile/word_lexer.h"

namespace plimsoll::dockerfile {
namespace {

std::size_t count_quotes(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return c == '\'' || c == '"'; }));
}

}  // namespace

std::optional<HeredocWord> read_heredoc_word(std::string_view word, bool* refused) {
  std::size_t at = 0;
  while (at < word.size() && is_digit(word[at])) ++at;
  if (!word.substr(at).starts_with("<<")) return std::nullopt;
  HeredocWord heredoc;
  heredoc.descriptor =
      static_cast<int>(std::min(parse_number(word.substr(0, at)).value_or(0), 0x7FFFFFFFll));
  at += 2;
  heredoc.strip_tabs = word.substr(at).starts_with('-');
  if (heredoc.strip_tabs) ++at;
  while (at < word.size() && is_space(word[at]) && word[at] != '\v') ++at;
  const std::string_view name = word.substr(at);
  if (name.empty() || name.find('<') != std::string_view::npos) return std::nullopt;

  WordLexer plain(name, {.keep_unset = true, .split = true}, nullptr);
  WordLexer quoted(name, {.raw_quotes = true, .keep_unset = true, .split = true}, nullptr);
  if (!plain.run()) {
    if (refused != nullptr) *refused = true;
    return std::nullopt;
  }
  if (plain.words.size() != 1) return std::nullopt;
  if (!quoted.run() || quoted.words.size() != 1) {
    if (refused != nullptr) *refused = true;
    return std::nullopt;
  }
  heredoc.name = std::move(plain.words.front().text);
  heredoc.expand = count_quotes(heredoc.name) == count_quotes(quoted.words.front().text);
  return heredoc;
}

std::vector<HeredocWord> find_heredocs(std::string_view line, bool& refused) {
  std::vector<HeredocWord> heredocs;
  WordLexer lexer(line,
                  {.raw_quotes = true,
                   .raw_escapes = true,
                   .keep_unset = true,
                   .split = true,
                   .max_result = line.size() + 1024},
                  nullptr);
  if (!lexer.run()) return heredocs;
  for (const LexedWord& word : lexer.words) {
    std::optional<HeredocWord> heredoc = read_heredoc_word(word.text, &refused);
    if (!heredoc) continue;
    heredoc->begin = word.begin;
    heredoc->end = word.end;
    heredocs.push_back(std::move(*heredoc));
  }
  return heredocs;
}

}  // namespace plimsoll::dockerfile
