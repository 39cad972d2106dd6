#include "readers/dockerfile/json_array.h"

#include <optional>
#include <string>

#include "base/text.h"

namespace plimsoll::dockerfile {
namespace {

constexpr std::size_t max_json_depth = 10'000;

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

class Reader {
 public:
  Reader(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  JsonForm array(std::vector<JsonString>& strings) {
    if (!take('[')) return JsonForm::none;
    bool only_strings = true;
    skip_blanks();
    if (!take(']')) {
      do {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == '"') {
          JsonString& string = strings.emplace_back();
          if (!read_string(&string)) return JsonForm::none;
        } else {
          only_strings = false;
          if (!value()) return JsonForm::none;
        }
        skip_blanks();
      } while (take(','));
      if (!take(']')) return JsonForm::none;
    }
    skip_blanks();
    if (at_ != text_.size()) return JsonForm::none;
    return only_strings ? JsonForm::strings : JsonForm::other;
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  std::optional<std::uint32_t> four_hex_digits() {
    if (text_.size() - at_ < 4) return std::nullopt;
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = to_lower(text_[at_++]);
      if (is_digit(c)) {
        value = value * 16 + static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        value = value * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
      } else {
        return std::nullopt;
      }
    }
    return value;
  }

  // At \uXXXX, after the u. Half a surrogate pair becomes U+FFFD.
  bool unicode_escape(std::string* out) {
    const std::optional<std::uint32_t> first = four_hex_digits();
    if (!first) return false;
    std::uint32_t c = *first;
    if (c >= 0xD800 && c < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      const std::uint32_t before = at_;
      at_ += 2;
      const std::optional<std::uint32_t> second = four_hex_digits();
      if (!second) return false;
      if (*second >= 0xDC00 && *second < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (*second - 0xDC00);
      } else {
        at_ = before;
      }
    }
    if (c >= 0xD800 && c < 0xE000) c = 0xFFFD;
    if (out != nullptr) append_utf8(*out, c);
    return true;
  }

  bool read_string(JsonString* string) {
    // Filled from the first escape on.
    std::string decoded;
    std::string* const out = string != nullptr ? &decoded : nullptr;
    if (string != nullptr) string->begin = at_;
    const std::uint32_t inside = ++at_;
    while (at_ < text_.size()) {
      const std::uint32_t run = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20)
        ++at_;
      if (at_ >= text_.size()) return false;
      const char c = text_[at_++];
      if (c == '"' && string != nullptr) {
        string->end = at_;
        if (string->pieces.empty()) {
          string->text = text_.substr(inside, at_ - 1 - inside);
          return true;
        }
        decoded += text_.substr(run, at_ - 1 - run);
        string->text = arena_.copy(decoded);
      }
      if (c == '"') return true;
      if (c != '\\' || at_ >= text_.size()) return false;
      if (string != nullptr) {
        if (string->pieces.empty()) string->pieces.emplace_back(0, inside);
        decoded += text_.substr(run, at_ - 1 - run);
      }
      const std::uint32_t escape = at_ - 1;
      const char escaped = text_[at_++];
      if (string != nullptr) {
        string->pieces.emplace_back(static_cast<std::uint32_t>(out->size()), escape);
      }
      if (escaped == 'u') {
        if (!unicode_escape(out)) return false;
      } else {
        static constexpr std::string_view names = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const std::size_t which = names.find(escaped);
        if (which == std::string_view::npos) return false;
        if (out != nullptr) *out += meanings[which];
      }
      if (string != nullptr)
        string->pieces.emplace_back(static_cast<std::uint32_t>(out->size()), at_);
    }
    return false;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (at_ < text_.size() && to_lower(text_[at_]) == 'e') {
      ++at_;
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  bool digits() {
    const std::uint32_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > begin;
  }

  bool scalar() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += static_cast<std::uint32_t>(word.size());
        return true;
      }
    }
    if (at_ < text_.size() && text_[at_] == '"') return read_string(nullptr);
    return number();
  }

  // The name and the colon of an object's member.
  bool member_name() {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != '"' || !read_string(nullptr)) return false;
    skip_blanks();
    return take(':');
  }

  // Any value, with a stack of its own for the brackets that are open.
  bool value() {
    std::string open;
    while (true) {
      skip_blanks();
      if (at_ >= text_.size()) return false;
      const char c = text_[at_];
      bool complete = true;
      if (c == '[' || c == '{') {
        ++at_;
        if (open.size() + 2 > max_json_depth) return false;
        skip_blanks();
        if (!take(c == '[' ? ']' : '}')) {
          open += c;
          if (c == '{' && !member_name()) return false;
          complete = false;
        }
      } else if (!scalar()) {
        return false;
      }
      while (complete) {
        if (open.empty()) return true;
        skip_blanks();
        if (take(',')) {
          if (open.back() == '{' && !member_name()) return false;
          complete = false;
        } else if (take(open.back() == '[' ? ']' : '}')) {
          open.pop_back();
        } else {
          return false;
        }
      }
    }
  }

  std::string_view text_;
  Arena& arena_;
  std::uint32_t at_ = 0;
};

}  // namespace

JsonForm read_json_array(std::string_view text, std::vector<JsonString>& strings, Arena& arena) {
  strings.clear();
  return Reader(text, arena).array(strings);
}

}  // namespace plimsoll::dockerfile
