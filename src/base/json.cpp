#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::json {
namespace {

struct Problem {
  std::string message;
  Span at;
  std::string hint = {};
};

bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

// Recursive descent; the recursion is bounded by max_depth. The first problem ends it.
class Parser {
 public:
  Parser(std::string_view text, std::size_t kept_depth, Document& document)
      : text_(text), kept_depth_(kept_depth), document_(document) {}

  std::optional<Problem> parse(bool allow_trailing) {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
      return Problem{"the text is UTF-16, and JSON is UTF-8", {0, 2}, "save it as UTF-8"};
    }
    // Names and strings are views and messages quote the text: it is checked once for all.
    if (const auto invalid = first_invalid_utf8(text_)) {
      return Problem{"the text is no valid UTF-8", span(*invalid, *invalid + 1)};
    }
    skip_space();
    if (!value(document_.root, 0)) return problem_;
    document_.end = at_;
    skip_space();
    if (!allow_trailing && at_ < text_.size()) {
      return Problem{"the document ends before this, and something follows", here()};
    }
    return std::nullopt;
  }

 private:
  static Span span(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  // The character at hand, whole.
  Span here() const {
    std::size_t end = std::min(at_ + 1, text_.size());
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    return span(std::min(at_, text_.size()), end);
  }

  bool fail(std::string message, Span at) {
    problem_ = Problem{std::move(message), at};
    return false;
  }

  // "expected X, found Y"
  bool unexpected(std::string_view expected) {
    const Span at = here();
    if (at.empty()) return fail(concat("expected ", expected, ", and the text ends"), at);
    const std::string found = printable(text_.substr(at.begin, at.size()));
    return fail(concat("expected ", expected, ", found `", found, "`"), at);
  }

  void skip_space() {
    while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool value(Value& out, std::size_t depth) {
    if (++values_ > max_values) return fail("the document holds more values than are read", here());
    if (at_ >= text_.size()) return unexpected("a value");
    const std::size_t begin = at_;
    bool read = false;
    switch (text_[at_]) {
      case '{': read = object(out, depth + 1); break;
      case '[': read = array(out, depth + 1); break;
      case '"':
        out.kind = Kind::string;
        read = string(out.text);
        break;
      case 't': read = word("true", out, Kind::boolean); break;
      case 'f': read = word("false", out, Kind::boolean); break;
      case 'n': read = word("null", out, Kind::null); break;
      default: read = number(out); break;
    }
    out.at = span(begin, at_);
    return read;
  }

  bool word(std::string_view word, Value& out, Kind kind) {
    if (!text_.substr(at_).starts_with(word)) return unexpected("a value");
    at_ += word.size();
    if (at_ < text_.size() && (is_alpha(text_[at_]) || is_digit(text_[at_]))) {
      return unexpected(concat("the end of `", word, "`"));
    }
    out.kind = kind;
    out.boolean = word == "true";
    return true;
  }

  bool digits() {
    if (at_ >= text_.size() || !is_digit(text_[at_])) return unexpected("a digit");
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return true;
  }

  bool number(Value& out) {
    const std::size_t begin = at_;
    const bool negative = take('-');
    if (!negative && !is_digit(text_[at_])) return unexpected("a value");
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    if (!digits()) return false;
    const std::size_t whole = at_ - begin - (negative ? 1 : 0);
    if (zero && whole > 1) return fail("a number has no leading zeros", span(begin, at_));
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    out.kind = Kind::number;
    out.text = text_.substr(begin, at_ - begin);
    return true;
  }

  std::optional<std::uint32_t> four_digits(std::size_t at) const {
    std::uint32_t value = 0;
    const char* const begin = text_.data() + std::min(at, text_.size());
    const char* const end =
        begin + std::min<std::size_t>(4, text_.size() - std::min(at, text_.size()));
    const auto [stop, error] = std::from_chars(begin, end, value, 16);
    if (error != std::errc() || stop != begin + 4) return std::nullopt;
    return value;
  }

  // Behind the backslash.
  bool escape(std::string& out) {
    if (at_ >= text_.size()) return unexpected("an escaped character");
    const char c = text_[at_];
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (const std::size_t i = names.find(c); i != std::string_view::npos) {
      out += meant[i];
      ++at_;
      return true;
    }
    if (c != 'u') return unexpected("one of \" \\ / b f n r t u after a backslash");
    std::optional<std::uint32_t> unit = four_digits(at_ + 1);
    if (!unit) {
      return fail("`\\u` needs four hexadecimal digits", span(at_ - 1, at_ + 1));
    }
    at_ += 5;
    std::uint32_t code_point = *unit;
    if (code_point >= 0xD800 && code_point < 0xE000) {
      const bool high = code_point < 0xDC00;
      std::optional<std::uint32_t> low;
      if (high && text_.substr(at_).starts_with("\\u")) low = four_digits(at_ + 2);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*low - 0xDC00);
        at_ += 6;
      } else {
        code_point = 0xFFFD;
      }
    }
    append_utf8(out, code_point);
    return true;
  }

  bool string(std::string_view& out) {
    const std::size_t begin = at_++;
    std::string* decoded = nullptr;
    std::size_t plain = at_;  // where the text begins that is not yet in `decoded`
    while (true) {
      if (at_ >= text_.size()) return fail("a string does not end", span(begin, begin + 1));
      const char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) {
        return fail("a string holds a control character or a line's end: write it as an escape",
                    here());
      }
      if (c != '\\') {
        ++at_;
        continue;
      }
      if (decoded == nullptr) decoded = &document_.unescaped.emplace_back();
      *decoded += text_.substr(plain, at_ - plain);
      ++at_;
      if (!escape(*decoded)) return false;
      plain = at_;
    }
    const std::string_view rest = text_.substr(plain, at_ - plain);
    if (decoded != nullptr) *decoded += rest;
    out = decoded != nullptr ? std::string_view(*decoded) : rest;
    ++at_;
    return true;
  }

  bool enter(std::size_t depth) {
    if (depth <= max_depth) return true;
    return fail(concat("nested deeper than ", std::to_string(max_depth), " levels"), here());
  }

  bool array(Value& out, std::size_t depth) {
    out.kind = Kind::array;
    if (!enter(depth)) return false;
    ++at_;
    skip_space();
    if (take(']')) return true;
    while (true) {
      Value unkept;
      Value& item = depth <= kept_depth_ ? out.items.emplace_back() : unkept;
      if (!value(item, depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return unexpected("`,` or `]`");
      skip_space();
    }
  }

  bool object(Value& out, std::size_t depth) {
    out.kind = Kind::object;
    if (!enter(depth)) return false;
    ++at_;
    skip_space();
    if (take('}')) return true;
    constexpr std::size_t usual_members = 4;
    if (depth <= kept_depth_) out.members.reserve(usual_members);
    while (true) {
      Member unkept;
      Member& member = depth <= kept_depth_ ? out.members.emplace_back() : unkept;
      if (at_ >= text_.size() || text_[at_] != '"') return unexpected("a member's name in quotes");
      const std::size_t begin = at_;
      if (!string(member.name)) return false;
      member.name_at = span(begin, at_);
      skip_space();
      if (!take(':')) return unexpected("`:`");
      skip_space();
      if (!value(member.value, depth)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return unexpected("`,` or `}`");
      skip_space();
    }
  }

  std::string_view text_;
  std::size_t kept_depth_;
  Document& document_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::number: return "a number";
    case Kind::string: return "a string";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "a value";
}

const Value* Value::find(std::string_view name) const {
  const auto last = std::find_if(members.rbegin(), members.rend(),
                                 [name](const Member& member) { return member.name == name; });
  return last == members.rend() ? nullptr : &last->value;
}

std::string_view text_of(const Value& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->is(Kind::string) ? value->text : std::string_view();
}

std::optional<std::int64_t> Value::integer() const {
  if (kind != Kind::number) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<Document> read(const Source& source, const Options& options) {
  Document document;
  if (auto problem = Parser(source.text(), max_depth, document).parse(options.allow_trailing)) {
    return failure({.message = std::move(problem->message),
                    .at = {&source, problem->at},
                    .hint = std::move(problem->hint),
                    .file = {}});
  }
  return document;
}

std::optional<Document> read_text(std::string_view text) {
  Document document;
  if (Parser(text, max_depth, document).parse(false)) return std::nullopt;
  return document;
}

Document read_outline(std::string_view text, std::size_t depth) {
  Document document;
  Parser(text, depth, document).parse(true);
  return document;
}

bool folds_to(std::string_view key, std::string_view field) {
  std::size_t i = 0;
  for (const char wanted : field) {
    if (i >= key.size()) return false;
    const char folded = to_lower(wanted);
    if (to_lower(key[i]) == folded) {
      ++i;
    } else if (folded == 'k' && key.substr(i).starts_with("\xE2\x84\xAA")) {
      i += 3;
    } else if (folded == 's' && key.substr(i).starts_with("\xC5\xBF")) {
      i += 2;
    } else {
      return false;
    }
  }
  return i == key.size();
}

}  // namespace plimsoll::json
