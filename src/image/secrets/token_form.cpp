#include "image/secrets/token_form.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::image {
namespace {

using Class = std::bitset<256>;

// What has no end has this one: hostile text is not looked at again and again.
constexpr std::size_t unbounded = 4096;

void add_range(Class& into, char from, char to) {
  for (int c = static_cast<unsigned char>(from); c <= static_cast<unsigned char>(to); ++c) {
    into.set(static_cast<std::size_t>(c));
  }
}

void add_escaped(Class& into, char c) {
  if (c == 'd' || c == 'w') add_range(into, '0', '9');
  if (c == 'w') {
    add_range(into, 'A', 'Z');
    add_range(into, 'a', 'z');
    into.set('_');
  }
  if (c != 'd' && c != 'w') into.set(static_cast<unsigned char>(c));
}

// Reads forms; each function takes what it reads from the front.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  bool part(TokenForm::Part& into) {
    const char c = take();
    if (c == '[') {
      if (!inside_of_class(into.allowed)) return false;
    } else if (c == '\\') {
      if (text_.empty()) return false;
      add_escaped(into.allowed, take());
    } else if (c == '{' || c == '}' || c == ']' || c == '(' || c == ')' || c == '*' || c == '+') {
      return false;
    } else {
      into.allowed.set(static_cast<unsigned char>(c));
    }
    return quantity(into);
  }

 private:
  char take() {
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  bool inside_of_class(Class& into) {
    while (!text_.empty() && text_.front() != ']') {
      const char c = take();
      if (c == '\\') {
        if (text_.empty()) return false;
        add_escaped(into, take());
      } else if (text_.size() >= 2 && text_[0] == '-' && text_[1] != ']') {
        add_range(into, c, text_[1]);
        text_.remove_prefix(2);
      } else {
        into.set(static_cast<unsigned char>(c));
      }
    }
    if (text_.empty()) return false;
    take();
    return into.any();
  }

  bool quantity(TokenForm::Part& into) {
    if (text_.starts_with('?')) {
      take();
      into.least = 0;
      return true;
    }
    if (!text_.starts_with('{')) return true;
    const std::size_t end = text_.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    const std::size_t comma = inside.find(',');
    const std::optional<long long> least = parse_number(inside.substr(0, comma));
    if (!least) return false;
    into.least = into.most = static_cast<std::size_t>(*least);
    if (comma == std::string_view::npos) return true;
    const std::string_view bound = inside.substr(comma + 1);
    const std::optional<long long> most = parse_number(bound);
    into.most = bound.empty() ? unbounded : static_cast<std::size_t>(most.value_or(0));
    return into.most >= into.least;
  }

  std::string_view text_;
};

bool is_word(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

}  // namespace

std::optional<std::vector<TokenForm>> TokenForm::parse(std::string_view text) {
  std::vector<TokenForm> forms;
  for (const std::string_view alternative : split(text, '|')) {
    TokenForm& form = forms.emplace_back();
    if (alternative.empty() || !form.parse_parts(alternative)) return std::nullopt;
    form.find_literal();
  }
  return forms;
}

bool TokenForm::parse_parts(std::string_view text) {
  Parser parser(text);
  while (!parser.at_end()) {
    if (!parser.part(parts_.emplace_back())) return false;
  }
  return true;
}

void TokenForm::find_literal() {
  std::size_t at = 0;
  std::size_t run_at = 0;
  std::string run;
  for (const Part& part : parts_) {
    const bool is_fixed = part.least == 1 && part.most == 1 && part.allowed.count() == 1;
    if (is_fixed) {
      if (run.empty()) run_at = at;
      std::size_t c = 0;
      while (!part.allowed.test(c)) ++c;
      run += static_cast<char>(c);
      if (run.size() > literal_.size()) {
        literal_ = run;
        literal_at_ = run_at;
      }
    } else {
      run.clear();
    }
    if (part.least != part.most) return;
    at += part.least;
  }
}

std::size_t TokenForm::match(std::string_view text) const {
  std::size_t at = 0;
  for (const Part& part : parts_) {
    std::size_t taken = 0;
    while (taken < part.most && at < text.size() &&
           part.allowed.test(static_cast<unsigned char>(text[at]))) {
      ++taken;
      ++at;
    }
    if (taken < part.least) return 0;
  }
  if (at == text.size()) return at;
  const Class& last = parts_.back().allowed;
  return is_word(text[at]) || last.test(static_cast<unsigned char>(text[at])) ? 0 : at;
}

}  // namespace plimsoll::image
