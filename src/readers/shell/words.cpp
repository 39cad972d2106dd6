// The words of the shell: quoting, and the expansions that can be followed without running
// anything.
//
// Outside quotes a word ends at a blank or an operator, and what a variable holds is cut into words
// again at its blanks; inside double quotes it is one word, except that "${array[@]}" is one word
// for each element. Single quotes keep everything; $'…' knows the escapes of C.

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "readers/shell/characters.h"
#include "readers/shell/parser.h"

namespace plimsoll::shell {
namespace {

bool is_positional_or_special(char c) {
  return is_digit(c) || c == '@' || c == '*' || c == '#' || c == '?' || c == '-' || c == '$' ||
         c == '!';
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x110000) {
    text += static_cast<char>(0xF0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = to_lower(c);
  if (small >= 'a' && small <= 'f') return small - 'a' + 10;
  return 99;
}

bool has_blank(std::string_view text) {
  for (const char c : text) {
    if (is_blank(c) || c == '\n') return true;
  }
  return false;
}

// The letter of each plain character; none of the others.
constexpr std::array<Letters, 256> plain_letters = [] {
  std::array<Letters, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    const char character = static_cast<char>(c);
    table[c] = Letters(kinds[c] == Kind::plain ? std::string_view(&character, 1) : "");
  }
  return table;
}();

bool has_glob(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c == '*' || c == '?' || c == '['; });
}

}  // namespace

Word Parser::finish(WordState& state, std::size_t end) {
  Word word;
  word.text = state.text.keep(shared_.arena);
  word.letters = Letters(word.text);
  word.at = places_.at(state.begin, static_cast<std::uint32_t>(end));
  word.resolved = state.resolved;
  word.quoted = state.quoted;
  word.glob = state.glob;
  return word;
}

void Parser::flush(WordState& state, std::size_t end) {
  if (!state.present) return;
  shared_.word_spans.push_back({state.begin, static_cast<std::uint32_t>(end)});
  state.split_into->push_back(finish(state, end));
  state.text.clear();
  state.present = state.quoted = state.glob = false;
  state.resolved = true;
}

void Parser::append_copy(WordState& state, std::size_t begin, std::size_t end) {
  if (state.pieces != nullptr) {
    state.pieces->copy(static_cast<std::uint32_t>(state.text.size()),
                       static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin));
  }
  state.text.append_lasting(text_.substr(begin, end - begin));
  state.present = true;
}

void Parser::append_raw(WordState& state, std::size_t begin, std::size_t end) {
  append_copy(state, begin, end);
  state.resolved = false;
}

void Parser::append_value(WordState& state, std::string_view value, std::size_t begin,
                          std::size_t end, bool split) {
  if (state.pieces != nullptr) {
    state.pieces->replace(static_cast<std::uint32_t>(state.text.size()),
                          static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
  }
  if (!split || state.split_into == nullptr) {
    state.text.append(value);
    state.present = state.present || !value.empty() || !split;
    return;
  }
  std::size_t i = 0;
  while (i < value.size()) {
    std::size_t stop = i;
    while (stop < value.size() && !is_space(value[stop])) ++stop;
    if (stop > i) {
      state.text.append(value.substr(i, stop - i));
      state.present = true;
      state.glob = state.glob || has_glob(value.substr(i, stop - i));
    }
    if (stop == value.size()) break;
    flush(state, end);
    i = stop + 1;
  }
}

void Parser::append_elements(WordState& state, const std::vector<Word>& elements, std::size_t begin,
                             std::size_t end, bool in_double_quotes) {
  if (state.split_into == nullptr) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) state.text.append(" ");
      state.text.append_lasting(elements[i].text);
      state.resolved = state.resolved && elements[i].resolved;
    }
    state.present = state.present || !elements.empty();
    return;
  }
  // Alone in its word, the array's elements are the words, with the places where they were written.
  const bool alone = in_double_quotes ? state.text.empty() && begin == state.begin + 1 &&
                                            end < end_ && text_[end] == '"' && word_ends_at(end + 1)
                                      : !state.present && begin == state.begin && word_ends_at(end);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Word& element = elements[i];
    if (alone && (in_double_quotes || !element.resolved || !has_blank(element.text))) {
      shared_.word_spans.push_back(
          {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
      state.split_into->push_back(element);
      continue;
    }
    if (i > 0) flush(state, end);
    if (!element.resolved) {
      state.resolved = false;
      state.text.append_lasting(element.text);
      state.present = true;
    } else {
      append_value(state, element.text, begin, end, !in_double_quotes);
    }
    if (in_double_quotes) state.present = state.quoted = true;
  }
  // "${array[@]}" of an empty array, or one whose words have been handed on, leaves no word behind.
  if (alone) state.present = false;
}

bool Parser::lex_word(std::vector<Word>& words) {
  const std::size_t begin = pos_;
  std::size_t i = begin;
  const char* const bytes = text_.data();
  Letters letters("");
  while (i < end_) {
    const Letters letter = plain_letters[static_cast<unsigned char>(bytes[i])];
    if (letter.empty()) break;
    letters.add(letter);
    ++i;
  }
  if (i > begin && (i == end_ || kind_of(bytes[i]) == Kind::delimiter) &&
      (i == end_ || bytes[i] != '(')) {
    // Most words: nothing but plain characters.
    shared_.word_spans.push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(i)});
    Word& word = words.emplace_back();
    word.text = text_.substr(begin, i - begin);
    word.letters = letters;
    word.at = places_.at(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(i));
    pos_ = i;
    return true;
  }
  WordState state;
  state.begin = static_cast<std::uint32_t>(begin);
  state.split_into = &words;
  if (!lex_parts(state)) return false;
  flush(state, pos_);
  return true;
}

bool Parser::lex_value(Word& word, Pieces* pieces) {
  WordState state;
  state.begin = static_cast<std::uint32_t>(pos_);
  state.pieces = pieces;
  const bool whole = lex_parts(state);
  word = finish(state, pos_);
  return whole;
}

bool Parser::lex_parts(WordState& state) {
  while (pos_ < end_) {
    const std::size_t begin = pos_;
    std::size_t i = begin;
    while (i < end_ && kind_of(text_[i]) == Kind::plain) ++i;
    if (i > begin) append_copy(state, begin, i);
    pos_ = i;
    if (pos_ >= end_) return true;
    if (kind_of(text_[pos_]) == Kind::delimiter) {
      const char before = pos_ > begin || pos_ > state.begin ? text_[pos_ - 1] : '\0';
      if (text_[pos_] == '(' && pos_ > state.begin &&
          (before == '?' || before == '*' || before == '+' || before == '@' ||
           (before == '!' && pos_ > state.begin + 1))) {
        // An extended pattern, `*.@(jpg|png)`.
        std::size_t depth = 0;
        std::size_t stop = pos_;
        while (stop < end_ && text_[stop] != '\n') {
          if (text_[stop] == '(') ++depth;
          if (text_[stop] == ')' && --depth == 0) break;
          ++stop;
        }
        if (stop >= end_ || text_[stop] != ')') return broken(pos_, pos_ + 1);
        append_copy(state, pos_, stop + 1);
        state.glob = true;
        pos_ = stop + 1;
        continue;
      }
      return true;
    }
    if (text_[pos_] == '\r' && word_ends_at(pos_)) return true;
    if (!lex_special(state, false)) return false;
  }
  return true;
}

// One special character, at pos_, and what belongs to it.
bool Parser::lex_special(WordState& state, bool in_double_quotes) {
  const char c = text_[pos_];
  switch (c) {
    case '\'':
      if (!in_double_quotes) return lex_single_quoted(state);
      break;
    case '"': return lex_double_quoted(state);
    case '$': return lex_dollar(state, in_double_quotes);
    case '`': return lex_backticks(state, in_double_quotes);
    case '\\': {
      if (skip_continuation()) return true;
      if (pos_ + 1 >= end_) break;  // a lone backslash at the end stands for itself
      const char next = text_[pos_ + 1];
      if (in_double_quotes && next != '$' && next != '`' && next != '"' && next != '\\') break;
      append_copy(state, pos_ + 1, pos_ + 2);
      state.quoted = true;
      pos_ += 2;
      return true;
    }
    case '*':
    case '?':
    case '[':
      if (!in_double_quotes) state.glob = true;
      break;
    default: break;
  }
  append_copy(state, pos_, pos_ + 1);
  ++pos_;
  return true;
}

bool Parser::lex_single_quoted(WordState& state) {
  const std::size_t begin = pos_ + 1;
  const void* const found =
      begin < end_ ? std::memchr(text_.data() + begin, '\'', end_ - begin) : nullptr;
  if (found == nullptr) return broken(pos_, pos_ + 1);
  const auto stop = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
  append_copy(state, begin, stop);
  state.quoted = true;
  pos_ = stop + 1;
  return true;
}

// $'…'; pos_ at the dollar sign.
bool Parser::lex_ansi_quoted(WordState& state) {
  const std::size_t opening = pos_ + 1;
  std::size_t i = opening + 1;
  state.present = state.quoted = true;
  while (i < end_ && text_[i] != '\'') {
    if (text_[i] != '\\' || i + 1 >= end_) {
      append_copy(state, i, i + 1);
      ++i;
      continue;
    }
    const std::size_t escape = i;
    const char kind = text_[i + 1];
    i += 2;
    std::string value;
    const auto number = [&](int base, std::size_t most) {
      std::uint32_t code = 0;
      for (std::size_t n = 0; n < most && i < end_ && digit_value(text_[i]) < base; ++n, ++i) {
        code = code * static_cast<std::uint32_t>(base) +
               static_cast<std::uint32_t>(digit_value(text_[i]));
      }
      return code;
    };
    switch (kind) {
      case 'n': value = "\n"; break;
      case 't': value = "\t"; break;
      case 'r': value = "\r"; break;
      case 'a': value = "\a"; break;
      case 'b': value = "\b"; break;
      case 'f': value = "\f"; break;
      case 'v': value = "\v"; break;
      case 'e':
      case 'E': value = "\x1b"; break;
      case 'x': value = static_cast<char>(number(16, 2)); break;
      case 'u': append_utf8(value, number(16, 4)); break;
      case 'U': append_utf8(value, number(16, 8)); break;
      case '\\':
      case '\'':
      case '"':
      case '?': value = kind; break;
      default:
        if (is_digit(kind) && kind < '8') {
          --i;
          value = static_cast<char>(number(8, 3));
        } else {
          value = {'\\', kind};
        }
    }
    append_value(state, value, escape, i, false);
  }
  if (i >= end_) return broken(opening, opening + 1);  // pos_ is still before it
  pos_ = i + 1;
  return true;
}

bool Parser::lex_double_quoted(WordState& state) {
  const std::size_t opening = pos_;
  if (!enter()) return false;
  ++pos_;
  const std::size_t words = state.split_into != nullptr ? state.split_into->size() : 0;
  const bool elements_only = pos_ < end_ && text_[pos_] == '$';
  while (pos_ < end_ && text_[pos_] != '"') {
    std::size_t i = pos_;
    while (i < end_ && text_[i] != '"' && text_[i] != '\\' && text_[i] != '$' && text_[i] != '`') {
      ++i;
    }
    if (i > pos_) {
      append_copy(state, pos_, i);
      pos_ = i;
      continue;
    }
    if (!lex_special(state, true)) return false;
  }
  leave();
  if (at_end()) {
    pos_ = opening;
    return broken(opening, opening + 1);
  }
  ++pos_;
  // "${array[@]}" has handed on its words, or there are none; every other quoted text is a word,
  // even an empty one.
  const bool handed_on = elements_only && !state.present && array_expanded_ == pos_ - 1 &&
                         (state.split_into == nullptr || state.split_into->size() >= words);
  if (!handed_on) {
    state.present = true;
    state.quoted = true;
  }
  return true;
}

bool Parser::lex_dollar(WordState& state, bool in_double_quotes) {
  const std::size_t begin = pos_;
  const char next = peek(1);
  if (next == '(') return lex_substitution(state);
  if (next == '{') return lex_parameter(state, in_double_quotes);
  if (!in_double_quotes && next == '\'') return lex_ansi_quoted(state);
  if (!in_double_quotes && next == '"') {
    ++pos_;  // $"…" is translated; its text is what counts
    return lex_double_quoted(state);
  }
  if (is_alpha(next) || next == '_') {
    std::size_t stop = begin + 1;
    while (stop < end_ && is_name_character(text_[stop])) ++stop;
    pos_ = stop;
    const Value value = value_of(text_.substr(begin + 1, stop - begin - 1));
    if (value.known == Known::no) {
      append_raw(state, begin, stop);
    } else if (value.known == Known::text) {
      append_value(state, value.text, begin, stop, !in_double_quotes);
    } else if (value.elements->empty()) {
      append_value(state, {}, begin, stop, !in_double_quotes);
    } else {  // a bare array name means its first element
      const Word& first = value.elements->front();
      append_value(state, first.text, begin, stop, !in_double_quotes);
      if (!first.resolved) state.resolved = false;
    }
    return true;
  }
  if (is_positional_or_special(next)) {
    append_raw(state, begin, begin + 2);
    pos_ = begin + 2;
    return true;
  }
  append_copy(state, begin, begin + 1);
  pos_ = begin + 1;
  return true;
}

// The word after the operator of ${name:-word}, up to the closing brace, which stays.
bool Parser::lex_operand(WordState& state, bool in_double_quotes) {
  while (pos_ < end_ && text_[pos_] != '}') {
    const char c = text_[pos_];
    if (c == '"' || c == '\\' || c == '$' || c == '`' || (c == '\'' && !in_double_quotes)) {
      if (c == '\\' && peek(1) == '}') {
        append_copy(state, pos_ + 1, pos_ + 2);
        pos_ += 2;
        continue;
      }
      if (!lex_special(state, in_double_quotes && c != '"')) return false;
      continue;
    }
    std::size_t i = pos_ + 1;
    while (i < end_ && kind_of(text_[i]) == Kind::plain && text_[i] != '}') ++i;
    append_copy(state, pos_, i);
    pos_ = i;
  }
  return true;
}

bool Parser::lex_parameter(WordState& state, bool in_double_quotes) {
  const std::size_t begin = pos_;
  if (!enter()) return false;
  pos_ += 2;
  bool follow = true;
  if (peek() == '!' || (peek() == '#' && peek(1) != '}')) {
    follow = false;  // ${!name}, ${#name}
    ++pos_;
  }
  const std::size_t name_begin = pos_;
  if (is_alpha(peek()) || peek() == '_') {
    while (pos_ < end_ && is_name_character(text_[pos_])) ++pos_;
  } else {
    follow = false;
    if (is_positional_or_special(peek())) ++pos_;
  }
  const std::string_view name = text_.substr(name_begin, pos_ - name_begin);
  bool all_elements = false;
  if (peek() == '[') {
    if ((peek(1) == '@' || peek(1) == '*') && peek(2) == ']') {
      all_elements = true;
      pos_ += 3;
    } else {
      follow = false;
    }
  }
  bool test_empty = false;
  char operation = peek();
  if (operation == ':' && (peek(1) == '-' || peek(1) == '+' || peek(1) == '=' || peek(1) == '?')) {
    test_empty = true;
    operation = peek(1);
    ++pos_;
  }
  const bool plain = operation == '}';
  const bool alternative =
      operation == '-' || operation == '+' || operation == '=' || operation == '?';
  if (!plain) {
    if (!alternative) follow = false;
    if (!at_end()) ++pos_;
  }
  WordState operand;
  operand.begin = static_cast<std::uint32_t>(pos_);
  if (!plain && !lex_operand(operand, in_double_quotes)) return false;
  leave();
  if (at_end()) return broken(begin, begin + 2);
  ++pos_;
  const std::size_t end = pos_;

  Value value;
  if (follow) value = value_of(name);
  if (alternative && operation == '=' && shared_.quiet == 0) {
    // It may assign; only a known value stays what it is.
    if (value.known == Known::no || (value.known == Known::text && value.text.empty())) {
      variables_.assign_unknown(name);
    }
  }
  if (value.known == Known::no) {
    append_raw(state, begin, end);
    return true;
  }
  const bool empty = value.known == Known::text ? value.text.empty() : value.elements->empty();
  const bool missing = test_empty && empty;
  if (operation == '+') {
    if (test_empty ? empty : false) {
      append_value(state, {}, begin, end, !in_double_quotes);
    } else if (!operand.resolved) {
      append_raw(state, begin, end);
    } else {
      append_value(state, operand.text.view(), begin, end, !in_double_quotes && !operand.quoted);
    }
    return true;
  }
  if (alternative && missing) {
    if (operation == '?' || !operand.resolved) {
      append_raw(state, begin, end);
    } else {
      append_value(state, operand.text.view(), begin, end, !in_double_quotes && !operand.quoted);
    }
    return true;
  }
  if (value.known == Known::array && all_elements) {
    append_elements(state, *value.elements, begin, end, in_double_quotes);
    if (in_double_quotes) array_expanded_ = end;
    return true;
  }
  if (value.known == Known::array) {
    const Word& first = value.elements->empty() ? empty_word_ : value.elements->front();
    append_value(state, first.text, begin, end, !in_double_quotes);
    if (!first.resolved) state.resolved = false;
    return true;
  }
  append_value(state, value.text, begin, end, !in_double_quotes);
  return true;
}

// $(…) and $((…)); pos_ at the dollar sign.
bool Parser::lex_substitution(WordState& state) {
  const std::size_t begin = pos_;
  std::size_t after = 0;
  if (peek(2) == '(' && skip_arithmetic(pos_ + 3, after)) {
    append_raw(state, begin, after);
    pos_ = after;
    return true;
  }
  return lex_substituted_commands(state);
}

// $(…), <(…) and >(…)
bool Parser::lex_substituted_commands(WordState& state) {
  const std::size_t begin = pos_;
  pos_ += 2;
  if (!parse_substituted(begin, stop_paren)) return false;
  if (peek() != ')') return broken(begin, begin + 2);
  ++pos_;
  append_raw(state, begin, pos_);
  return true;
}

bool Parser::parse_substituted(std::size_t begin, unsigned stops) {
  if (!enter()) return false;
  const Context outside = context_;
  ++context_.subshell_depth;
  context_.in_substitution = true;
  context_.conditional = false;
  context_.negated = false;
  variables_.enter();
  if (!parse_commands(stops)) return false;
  variables_.leave(Variables::Leave::restore);
  context_ = outside;
  leave();
  if (at_end() && stops != 0) return broken(begin, begin + 2);
  return true;
}

bool Parser::lex_backticks(WordState& state, bool in_double_quotes) {
  const std::size_t begin = pos_;
  std::size_t stop = begin + 1;
  bool escapes = false;
  while (stop < end_ && text_[stop] != '`') {
    if (text_[stop] == '\\') {
      escapes = true;
      ++stop;
    }
    ++stop;
  }
  if (stop >= end_) return broken(begin, begin + 1);
  if (!escapes) {
    const std::size_t outer_end = end_;
    pos_ = begin + 1;
    end_ = stop;
    if (!parse_substituted(begin, 0)) return false;
    end_ = outer_end;
  } else if (shared_.quiet == 0 && stop - begin <= shared_.second_readings) {
    shared_.second_readings -= stop - begin;
    // Inside, a backslash is removed before $, ` and another backslash; what is left is the script.
    std::string script;
    Pieces pieces;
    for (std::size_t i = begin + 1; i < stop; ++i) {
      if (text_[i] == '\\' && i + 1 < stop &&
          (text_[i + 1] == '$' || text_[i + 1] == '`' || text_[i + 1] == '\\' ||
           (in_double_quotes && text_[i + 1] == '"'))) {
        ++i;
      }
      pieces.copy(static_cast<std::uint32_t>(script.size()), static_cast<std::uint32_t>(i), 1);
      script += text_[i];
    }
    if (!read_nested(shared_.arena.copy(script), pieces, true)) return false;
  }
  pos_ = stop + 1;
  append_raw(state, begin, pos_);
  return true;
}

// From behind `((` to behind `))`; false when it is no arithmetic but two parentheses.
bool Parser::skip_arithmetic(std::size_t opening, std::size_t& after) {
  std::size_t depth = 2;
  std::size_t i = opening;
  const std::size_t limit = std::min(end_, opening + shared_.second_readings);
  while (i < limit) {
    const char c = text_[i];
    if (c == '\\') {
      ++i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
      if (depth == 1 && (i + 1 >= end_ || text_[i + 1] != ')')) break;
      if (depth == 0) {
        after = i + 1;
        return true;
      }
    }
    ++i;
  }
  shared_.second_readings -= std::min(shared_.second_readings, i - opening);
  return false;
}

}  // namespace plimsoll::shell
