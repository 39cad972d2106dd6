#include "readers/dockerfile/word_lexer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "readers/dockerfile/go_text.h"
#include "readers/dockerfile/shell_pattern.h"

namespace plimsoll::dockerfile {
namespace {

bool is_special_parameter(char c) {
  return std::string_view("@*#?-$!0").find(c) != std::string_view::npos;
}

// The length of the letter (Go's unicode.IsLetter) at `at`, or 0. Beyond ASCII an approximation
// that leaves out the blocks of punctuation and symbols.
std::size_t letter_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  if (byte(at) < 0x80) return is_alpha(text[at]) ? 1 : 0;
  const unsigned first = byte(at);
  if (first < 0xE0) {
    const unsigned c = (first & 0x1Fu) << 6 | (byte(at + 1) & 0x3Fu);
    const bool letter =
        c == 0xAA || c == 0xB5 || c == 0xBA || (c >= 0xC0 && c != 0xD7 && c != 0xF7);
    return letter ? 2 : 0;
  }
  if (first >= 0xF0) return 0;
  const unsigned c = (first & 0x0Fu) << 12 | (byte(at + 1) & 0x3Fu) << 6 | (byte(at + 2) & 0x3Fu);
  const bool symbol = (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3005) || c >= 0xE000;
  return symbol ? 0 : 3;
}

}  // namespace

bool means_itself(std::string_view text, char escape) {
  static constexpr std::array<bool, 256> special = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("$'\"")) table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  for (const char c : text) {
    if (special[static_cast<unsigned char>(c)] || c == escape) return false;
  }
  return true;
}

bool WordLexer::refuse(std::string why) {
  if (error.empty()) error = std::move(why);
  return false;
}

bool WordLexer::run() {
  if (!until('\0', raw_escapes_, result, 0)) return false;
  if (result.size() > options_.max_result) too_long = true;
  return true;
}

void WordLexer::end_word(std::uint32_t end) {
  if (word_.empty()) return;
  words.push_back({word_, word_begin_, end});
  word_.clear();
  in_word_ = false;
}

void WordLexer::add_to_word(std::string_view text, std::uint32_t begin, bool splits) {
  if (!options_.split) return;
  const auto append = [&](std::string_view part) {
    if (word_.empty()) word_begin_ = begin;
    word_ += part;
    in_word_ = true;
  };
  if (!splits) {
    append(text);
    word_end_ = at_;
    return;
  }
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t space = unicode_space_at(text, i);
    if (space == 0) {
      append(text.substr(i, 1));
      word_end_ = at_;
    } else if (in_word_) {
      end_word(word_end_);
    }
    i += std::max<std::size_t>(space, 1);
  }
}

bool WordLexer::until(char stop, bool raw_escapes, std::string& out, int depth) {
  if (depth > max_expansion_nesting) return refuse("variables are nested too deeply");
  // BuildKit keeps one buffer for the word it is in, and clears it here even when it comes from
  // inside another word: what the outer word held so far is lost to the splitting.
  word_.clear();
  const bool outer_raw_escapes = raw_escapes_;
  raw_escapes_ = raw_escapes;
  const bool outermost = depth == 0;
  while (!at_end()) {
    if (out.size() > options_.max_result) {
      too_long = true;
      return refuse("the expanded text is too long");
    }
    const char c = peek();
    const std::uint32_t begin = at_;
    if (stop != '\0' && c == stop) {
      ++at_;
      raw_escapes_ = outer_raw_escapes;
      return true;
    }
    const std::size_t old_size = out.size();
    if (c == '$') {
      if (!dollar(out, depth)) return false;
      if (outermost) add_to_word(std::string_view(out).substr(old_size), begin, true);
    } else if (c == '<') {
      possible_heredoc(out);
      if (outermost) add_to_word(std::string_view(out).substr(old_size), begin, false);
    } else if (!options_.skip_quotes && (c == '\'' || c == '"')) {
      const bool closed = c == '\'' ? single_quoted(out) : double_quoted(out, depth);
      if (!closed) return false;
      if (outermost) add_to_word(std::string_view(out).substr(old_size), begin, false);
    } else if (c == options_.escape) {
      ++at_;
      if (raw_escapes_) out += c;
      if (!at_end()) {
        out += peek();
        ++at_;
      }
      if (outermost) add_to_word(std::string_view(out).substr(old_size), begin, false);
    } else {
      const std::size_t space = unicode_space_at(input_, at_);
      const std::size_t length = std::max<std::size_t>(space, 1);
      out += input_.substr(at_, length);
      at_ += static_cast<std::uint32_t>(length);
      if (outermost) add_to_word(input_.substr(begin, length), begin, true);
    }
  }
  if (stop != '\0')
    return refuse(concat("an expansion lacks its closing ", std::string_view(&stop, 1)));
  if (outermost) end_word(word_end_);
  raw_escapes_ = outer_raw_escapes;
  return true;
}

bool WordLexer::single_quoted(std::string& out) {
  const std::size_t close = input_.find('\'', at_ + 1);
  if (close == std::string_view::npos) return refuse("a single quote is not closed");
  if (options_.raw_quotes) out += '\'';
  out += input_.substr(at_ + 1, close - at_ - 1);
  if (options_.raw_quotes) out += '\'';
  at_ = static_cast<std::uint32_t>(close) + 1;
  return true;
}

bool WordLexer::double_quoted(std::string& out, int depth) {
  ++at_;
  if (options_.raw_quotes) out += '"';
  while (!at_end()) {
    const char c = peek();
    if (c == '"') {
      ++at_;
      if (options_.raw_quotes) out += '"';
      return true;
    }
    if (c == '$') {
      if (!dollar(out, depth)) return false;
      continue;
    }
    ++at_;
    if (c != options_.escape) {
      out += c;
      continue;
    }
    if (raw_escapes_) out += c;
    if (at_end()) continue;
    const char next = peek();
    if (next == '"' || next == '$' || next == options_.escape) {
      out += next;
      ++at_;
    } else {
      out += c;
    }
  }
  return refuse("a double quote is not closed");
}

void WordLexer::possible_heredoc(std::string& out) {
  ++at_;
  out += '<';
  if (at_end() || peek() != '<') return;
  ++at_;
  out += '<';
  while (!at_end() && (peek() == '\t' || peek() == '\r' || peek() == ' ')) {
    out += peek();
    ++at_;
  }
}

std::string_view WordLexer::take_name() {
  const std::uint32_t begin = at_;
  if (at_end()) return {};
  if (is_digit(peek())) {
    while (!at_end() && is_digit(peek())) ++at_;
    return input_.substr(begin, at_ - begin);
  }
  if (is_special_parameter(peek())) {
    ++at_;
    return input_.substr(begin, 1);
  }
  while (!at_end()) {
    const std::size_t length = is_digit(peek()) || peek() == '_' ? 1 : letter_at(input_, at_);
    if (length == 0) break;
    at_ += static_cast<std::uint32_t>(length);
  }
  at_ = std::min(at_, static_cast<std::uint32_t>(input_.size()));
  return input_.substr(begin, at_ - begin);
}

bool WordLexer::as_written(std::uint32_t begin, std::string& out) {
  out += input_.substr(begin, at_ - begin);
  return true;
}

WordLexer::Condition WordLexer::look_up(std::string_view name, std::uint32_t begin,
                                        bool provided_for, std::string_view& value) {
  const Binding* const binding = scope_ != nullptr ? scope_->find(name) : nullptr;
  if (binding != nullptr) {
    if (binding->variable.unresolved && binding->has_value) return Condition::unknown;
    if (!binding->has_value) return Condition::declared;
    if (binding->from_default) used_default = true;
    value = binding->variable.value;
    return Condition::known;
  }
  if (scope_ == nullptr) return Condition::unset;
  // The builder gives every image a PATH.
  if (name == "PATH") return Condition::unknown;
  missing.push_back({std::string(name), begin, at_, provided_for});
  return scope_->complete ? Condition::unset : Condition::unknown;
}

bool WordLexer::plain_variable(std::string_view name, std::uint32_t begin, std::string& out) {
  std::string_view value;
  switch (look_up(name, begin, false, value)) {
    case Condition::known: out += value; return true;
    case Condition::unset: return !options_.keep_unset || as_written(begin, out);
    case Condition::declared:
    case Condition::unknown: break;
  }
  unresolved = true;
  return as_written(begin, out);
}

bool WordLexer::dollar(std::string& out, int depth) {
  const std::uint32_t begin = at_;
  ++at_;
  if (at_end() || peek() != '{') {
    const std::string_view name = take_name();
    if (!name.empty()) return plain_variable(name, begin, out);
    out += '$';
    return true;
  }
  ++at_;
  if (at_end()) return refuse("an expansion lacks its closing }");
  if (peek() == '{' || peek() == '}' || peek() == ':')
    return refuse("an expansion names no variable");
  const std::string_view name = take_name();
  if (at_end()) return refuse("an expansion lacks its closing }");
  switch (peek()) {
    case '}': ++at_; return plain_variable(name, begin, out);
    case ':':
    case '+':
    case '-':
    case '?':
    case '#':
    case '%': return modified(name, begin, out, depth);
    case '/': return replaced(name, begin, out, depth);
    default: return refuse("an expansion has a modifier that Dockerfiles do not know");
  }
}

bool WordLexer::modified(std::string_view name, std::uint32_t begin, std::string& out, int depth) {
  const std::uint32_t modifier_begin = at_;
  const bool null_is_unset = peek() == ':';
  if (null_is_unset) ++at_;
  if (at_end()) return refuse("an expansion lacks its closing }");
  const char modifier = peek();
  ++at_;
  const bool pattern = modifier == '#' || modifier == '%';
  if (pattern && null_is_unset) {
    return refuse("an expansion has a modifier that Dockerfiles do not know");
  }
  const std::string_view signs = input_.substr(modifier_begin, at_ - modifier_begin);
  std::string word;
  const bool was_unresolved = unresolved;
  unresolved = false;
  if (!until('}', pattern, word, depth + 1)) return false;
  const bool word_unresolved = unresolved;
  unresolved = was_unresolved;

  const bool provides = modifier == '-' || modifier == '+' || modifier == '?';
  std::string_view value;
  const bool had_default = used_default;
  const Condition condition = look_up(name, begin, provides, value);
  if (condition == Condition::unset && options_.keep_unset) {
    out += concat("${", name, signs, word, "}");
    return true;
  }
  const auto unknown = [&] {
    unresolved = true;
    return as_written(begin, out);
  };
  const auto take_word = [&] {
    if (condition == Condition::declared) used_default = true;
    if (word_unresolved) unresolved = true;
    out += word;
    return true;
  };
  if (condition == Condition::unknown) return unknown();
  const bool set = condition == Condition::known && (!null_is_unset || !value.empty());
  switch (modifier) {
    case '-':
      if (!set) return take_word();
      out += value;
      return true;
    case '+':
      if (condition == Condition::declared) used_default = true;
      if (set) return take_word();
      return true;
    case '?':
      if (condition == Condition::declared) return unknown();
      if (!set) return refuse(concat("variable \"", name, "\" must be set and is not"));
      out += value;
      return true;
    case '#':
    case '%': break;
    default: return refuse("an expansion has a modifier that Dockerfiles do not know");
  }
  if (condition == Condition::declared || word_unresolved) return unknown();
  const bool greedy = word.starts_with(modifier);
  const std::string_view text = std::string_view(word).substr(greedy ? 1 : 0);
  const std::optional<ShellPattern> compiled = ShellPattern::compile(text);
  if (!compiled) return refuse("an expansion holds a pattern that Dockerfiles do not know");
  if (text.size() * value.size() > max_pattern_work) {
    used_default = had_default;
    return unknown();
  }
  out += modifier == '#' ? compiled->without_prefix(value, greedy)
                         : compiled->without_suffix(value, greedy);
  return true;
}

bool WordLexer::replaced(std::string_view name, std::uint32_t begin, std::string& out, int depth) {
  ++at_;
  const bool all = !at_end() && peek() == '/';
  if (all) ++at_;
  std::string pattern;
  std::string replacement;
  const bool was_unresolved = unresolved;
  unresolved = false;
  if (!until('/', true, pattern, depth + 1)) return false;
  if (!until('}', true, replacement, depth + 1)) return false;
  const bool parts_unresolved = unresolved;
  unresolved = was_unresolved;

  std::string_view value;
  const Condition condition = look_up(name, begin, false, value);
  if (condition == Condition::unset && options_.keep_unset) {
    out += concat("${", name, "/", pattern, "/", replacement, "}");
    return true;
  }
  const std::optional<ShellPattern> compiled = ShellPattern::compile(pattern);
  if (!compiled) return refuse("an expansion holds a pattern that Dockerfiles do not know");
  const bool known = condition == Condition::known || condition == Condition::unset;
  const std::size_t work = (pattern.size() + 1) * (value.size() + 1);
  if (!known || parts_unresolved || work * (value.size() + 1) > max_pattern_work * 16) {
    unresolved = true;
    return as_written(begin, out);
  }
  compiled->replace(value, replacement, all, out);
  return true;
}

}  // namespace plimsoll::dockerfile
