#include "registry/challenge.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace plimsoll::registry {
namespace {

bool is_token_character(char c) {
  return is_alpha(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

// challenge = scheme [ 1*SP ( token68 / #( token BWS "=" BWS ( token / quoted-string ) ) ) ]
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<Challenge> parse() {
    std::vector<Challenge> out;
    skip_commas();
    while (!at_end()) {
      // A word with a `=` behind it belongs to the challenge before.
      const std::size_t begin = at_;
      const std::string_view word = token();
      if (word.empty()) return {};
      skip_blanks();
      if (!out.empty() && peek() == '=') {
        at_ = begin;
        if (!parameter(out.back())) return {};
      } else {
        at_ = begin + word.size();
        out.push_back({.scheme = lower(word), .parameters = {}});
        if (!begin_parameters(out.back())) return {};
      }
      skip_blanks();
      if (!at_end() && peek() != ',') return {};
      skip_commas();
    }
    return out;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }
  void skip_commas() {
    while (is_blank(peek()) || peek() == ',') ++at_;
  }

  std::string_view token() {
    const std::size_t begin = at_;
    while (!at_end() && is_token_character(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // What stands behind a scheme: nothing, a first parameter, or a token68, which nobody here uses.
  bool begin_parameters(Challenge& challenge) {
    const std::size_t behind = at_;
    skip_blanks();
    if (at_end() || peek() == ',') return true;
    if (at_ == behind) return false;
    const std::size_t begin = at_;
    const bool is_named = !token().empty();
    skip_blanks();
    if (is_named && peek() == '=') {
      const std::size_t equals = at_;
      ++at_;
      skip_blanks();
      const bool is_padding = at_end() || peek() == ',' || text_[equals + 1] == '=';
      at_ = begin;
      if (!is_padding) return parameter(challenge);
    }
    at_ = begin;
    return token68();
  }

  bool token68() {
    const std::size_t begin = at_;
    while (is_alpha(peek()) || is_digit(peek()) || std::string_view("-._~+/").contains(peek())) {
      if (at_end()) break;
      ++at_;
    }
    if (at_ == begin) return false;
    while (peek() == '=') ++at_;
    return true;
  }

  bool parameter(Challenge& challenge) {
    std::string name = lower(token());
    skip_blanks();
    if (name.empty() || peek() != '=') return false;
    ++at_;
    skip_blanks();
    std::optional<std::string> value =
        peek() == '"' ? quoted_string() : std::optional(std::string(token()));
    if (!value || !challenge.parameter(name).empty()) return false;
    challenge.parameters.emplace_back(std::move(name), std::move(*value));
    return true;
  }

  std::optional<std::string> quoted_string() {
    std::string out;
    for (++at_; !at_end(); ++at_) {
      char c = text_[at_];
      if (c == '"') {
        ++at_;
        return out;
      }
      if (c == '\\') {
        if (++at_ == text_.size()) return std::nullopt;
        c = text_[at_];
      }
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return std::nullopt;
      out += c;
    }
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view Challenge::parameter(std::string_view name) const {
  const auto found =
      std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<Challenge> parse_challenges(std::string_view header) {
  return Parser(header).parse();
}

}  // namespace plimsoll::registry
