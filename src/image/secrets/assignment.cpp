#include "image/secrets/assignment.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::image {
namespace {

bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

class Reader {
 public:
  Reader(std::string_view text, const AssignmentSyntax& syntax) : text_(text), syntax_(syntax) {}

  std::optional<Assignment> read(std::size_t word) {
    std::size_t begin = word;
    while (begin > 0 && is_name_character(text_[begin - 1])) --begin;
    at_ = word;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    if (at_ - begin > longest_name) return std::nullopt;
    while (begin < at_ && (text_[begin] == '-' || text_[begin] == '.')) ++begin;
    Assignment out;
    out.name = text_.substr(begin, at_ - begin);
    const char before = begin > 0 ? text_[begin - 1] : '\n';
    if (out.name.empty() || !pass_operator(before)) return std::nullopt;
    take_value(out, before == '<');
    if (out.value.empty()) return std::nullopt;
    return out;
  }

 private:
  bool has(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  // What closes the name, and then what gives it a value.
  bool pass_operator(char before) {
    const std::size_t end_of_name = at_;
    while (at_ < text_.size() &&
           (text_[at_] == '\\' || is_quote(text_[at_]) || text_[at_] == ']')) {
      ++at_;
    }
    const bool is_quoted = at_ > end_of_name && (is_quote(before) || before == '[');
    const bool is_flag = before == '-';
    const std::size_t end_of_quotes = at_;
    skip_blanks();
    const bool has_blank = at_ > end_of_quotes;
    if (at_ >= text_.size()) return false;
    if (before == '<' && has('>')) {
      ++at_;
      return true;
    }
    if (has('=') || has(':')) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("==") || rest.starts_with("=~") || rest.starts_with("::") ||
          rest.starts_with("://")) {
        return false;
      }
      at_ += rest.starts_with("=>") || rest.starts_with(":=") ? 2 : 1;
      return true;
    }
    if (has(',') && is_quoted) {
      ++at_;
      return true;
    }
    return has_blank && (is_flag || syntax_.blank_assigns);
  }

  void take_value(Assignment& out, bool is_element) {
    skip_blanks();
    if (at_ + 1 < text_.size() && (has('b') || has('u') || has('r') || has('@')) &&
        is_quote(text_[at_ + 1])) {
      ++at_;
    }
    const bool is_escaped = has('\\') && at_ + 1 < text_.size() && is_quote(text_[at_ + 1]);
    if (is_escaped) ++at_;
    if (at_ >= text_.size()) return;
    if (is_quote(text_[at_])) {
      const char quote = text_[at_++];
      out.is_quoted = true;
      out.value_at = at_;
      const std::string_view rest = text_.substr(at_, longest_value);
      std::size_t end = 0;
      while (end < rest.size() && rest[end] != quote && rest[end] != '\n') {
        end += rest[end] == '\\' && !is_escaped && end + 1 < rest.size() ? 2 : 1;
      }
      end = std::min(end, rest.size());
      out.value = rest.substr(0, is_escaped && end > 0 && rest[end - 1] == '\\' ? end - 1 : end);
      return;
    }
    out.value_at = at_;
    const std::string_view rest = text_.substr(at_, longest_value);
    if (syntax_.to_line_end && !is_element) {
      std::string_view line = rest.substr(0, rest.find_first_of("\r\n"));
      for (const std::string_view comment : {" #", "\t#", " ;"})
        line = line.substr(0, line.find(comment));
      while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
      out.value = line;
      return;
    }
    const std::string_view ends = is_element ? std::string_view("<\r\n") : " \t\r\n\"'`<>,;)}]\\";
    out.value = rest.substr(0, rest.find_first_of(ends));
  }

  std::string_view text_;
  const AssignmentSyntax& syntax_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<Assignment> assignment_around(std::string_view text, std::size_t word,
                                            const AssignmentSyntax& syntax) {
  return Reader(text, syntax).read(word);
}

}  // namespace plimsoll::image
