#include "feeds/outline.h"

#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::feeds {
namespace {

constexpr std::size_t max_first_line_bytes = 200;
constexpr std::size_t max_key_bytes = 256;  // longer ones are none that a format knows

// Walks over JSON, byte by byte, and knows only strings and brackets.
class JsonKeys {
 public:
  explicit JsonKeys(std::string_view text) : text_(text) {}

  void read(Outline& outline, const std::function<bool(const Outline&)>& is_enough) {
    skip_blanks();
    if (peek() == '[') {
      ++at_;
      skip_blanks();
    }
    if (peek() != '{') return;
    ++at_;
    while (outline.keys.size() < max_outline_keys) {
      skip_blanks();
      if (peek() != '"') return;
      const std::string_view key = string();
      skip_blanks();
      if (peek() != ':') return;
      ++at_;
      skip_blanks();
      outline.keys.push_back({std::string(key.substr(0, max_key_bytes)), peek()});
      if (is_enough(outline)) return;
      skip_value();
      skip_blanks();
      if (peek() != ',') return;
      ++at_;
    }
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  // What stands between the quotes, as it is written.
  std::string_view string() {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const std::string_view inside = text_.substr(begin, at_ - begin);
    if (at_ < text_.size()) ++at_;
    return inside;
  }

  void skip_value() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      at_ = std::min(text_.find_first_of("\"{}[],", at_), text_.size());
      const char c = peek();
      if (c == '"') {
        string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if ((c == ',' || c == '}' || c == ']') && depth == 0) return;
      if (c == '}' || c == ']') --depth;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// "updates" of "<?xml …?><!-- … --><up:updates …>".
std::string_view root_of_xml(std::string_view text) {
  for (;;) {
    const std::size_t open = text.find('<');
    if (open == std::string_view::npos) return {};
    text.remove_prefix(open + 1);
    if (text.starts_with("!--")) {
      text.remove_prefix(std::min(text.find("-->"), text.size()));
    } else if (!text.starts_with('?') && !text.starts_with('!')) {
      break;
    }
  }
  const std::string_view name = text.substr(0, text.find_first_of(" \t\r\n/>"));
  const std::size_t colon = name.find(':');
  return name.substr(colon == std::string_view::npos ? 0 : colon + 1).substr(0, max_key_bytes);
}

}  // namespace

Outline outline_of(std::string_view text, const std::function<bool(const Outline&)>& is_enough) {
  Outline outline;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  if (text.starts_with('{') || text.starts_with('[')) {
    JsonKeys(text).read(outline, is_enough);
  } else if (text.starts_with('<')) {
    outline.xml_root = root_of_xml(text);
  } else {
    outline.first_line = trim(text.substr(0, std::min(text.find('\n'), max_first_line_bytes)));
  }
  return outline;
}

}  // namespace plimsoll::feeds
