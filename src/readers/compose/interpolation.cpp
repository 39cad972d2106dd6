#include "readers/compose/interpolation.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::compose {
namespace {

constexpr int max_depth = 32;  // of defaults in defaults

bool starts_name(char c) {
  return is_alpha(c) || c == '_';
}
bool continues_name(char c) {
  return starts_name(c) || is_digit(c);
}

std::size_t name_end(std::string_view text, std::size_t at) {
  if (at >= text.size() || !starts_name(text[at])) return at;
  while (at < text.size() && continues_name(text[at])) ++at;
  return at;
}

class Interpolator {
 public:
  Interpolator(std::string_view text, const Environment& environment, Unset unset)
      : whole_(text), environment_(environment), unset_(unset) {}

  Interpolation run() {
    substitute(0, whole_.size(), 0);
    if (out_.text.size() > max_source_bytes) {
      fail("variables make the value too long", "16 MiB are read", {0, 0});
    }
    return std::move(out_);
  }

 private:
  static Span span(std::size_t begin, std::size_t end) {
    return {.begin = static_cast<std::uint32_t>(begin), .end = static_cast<std::uint32_t>(end)};
  }

  void fail(std::string message, std::string hint, Span at) {
    if (out_.failed) return;
    out_.failed = true;
    out_.message = std::move(message);
    out_.hint = std::move(hint);
    out_.failed_at = at;
  }

  void put(const std::string& value) {
    if (out_.text.size() + value.size() > max_source_bytes) {
      return fail("variables make the value too long", "16 MiB are read", {0, 0});
    }
    out_.text += value;
  }

  void put_variable(std::string_view name) {
    const std::string* const value = environment_.find(name);
    if (value != nullptr) return put(*value);
    if (unset_ == Unset::unresolved) out_.unresolved = true;
  }

  // The text of whole_ between two offsets. Defaults are substituted only where they are used, so
  // each level of nesting looks at its own part once: linear in the text, times max_depth.
  void substitute(std::size_t at, std::size_t end, int depth) {
    while (at < end && !out_.failed) {
      const std::size_t dollar = std::min(whole_.find('$', at), end);
      out_.text += whole_.substr(at, dollar - at);
      if (dollar >= end) return;
      at = dollar + 1;
      if (at == end) {
        out_.text += '$';
        return;
      }
      const char next = whole_[at];
      if (next == '$') {
        out_.text += '$';
        ++at;
      } else if (next == '{') {
        at = braced(dollar, end, depth);
      } else if (starts_name(next)) {
        const std::size_t stop = std::min(name_end(whole_, at), end);
        const std::string_view name = whole_.substr(at, stop - at);
        note_hyphen(name, dollar, stop, end);
        put_variable(name);
        at = stop;
      } else {
        out_.text += '$';  // `$1`, `$(`: no variable
      }
    }
  }

  void note_hyphen(std::string_view name, std::size_t begin, std::size_t stop, std::size_t end) {
    const auto upper = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c); };
    if (environment_.contains(name) || !std::ranges::all_of(name, upper)) return;
    std::size_t last = stop;
    if (last >= end || whole_[last] != '-' || last + 1 >= end) return;
    if (whole_[last + 1] < 'A' || whole_[last + 1] > 'Z') return;
    ++last;
    while (last < end && (upper(whole_[last]) || whole_[last] == '-')) ++last;
    out_.hyphen_uses.push_back(span(begin, last));
  }

  // A `${…}` that starts at `dollar`; answers where it ends.
  std::size_t braced(std::size_t dollar, std::size_t end, int depth) {
    const std::size_t begin = dollar + 2;
    const std::size_t stop = std::min(name_end(whole_, begin), end);
    const std::string_view name = whole_.substr(begin, stop - begin);
    if (name.empty() || stop >= end) return invalid(dollar, end);
    if (whole_[stop] == '}') {
      put_variable(name);
      return stop + 1;
    }
    std::size_t word = stop;
    const bool colon = whole_[word] == ':';
    if (colon) ++word;
    if (word >= end || std::string_view("-?+").find(whole_[word]) == std::string_view::npos) {
      return invalid(dollar, end);
    }
    const char operation = whole_[word++];
    const std::size_t last = last_brace(dollar, end, depth);
    if (last == std::string_view::npos || last < word) return invalid(dollar, end);
    std::size_t close = closing_brace(dollar, last);
    if (close == std::string_view::npos) close = last;
    if (depth >= max_depth) {
      fail("defaults are nested too deeply", "32 levels are read", span(dollar, close + 1));
      return end;
    }
    const std::string* const value = environment_.find(name);
    const bool present = value != nullptr && !(colon && value->empty());
    switch (operation) {
      case '-':
        if (present) {
          put(*value);
        } else {
          substitute(word, close, depth + 1);
        }
        break;
      case '+':
        // Whether an unset variable is set where the project is started is not known.
        if (present) {
          substitute(word, close, depth + 1);
        } else if (value == nullptr && unset_ == Unset::unresolved) {
          out_.unresolved = true;
        }
        break;
      default:
        if (present) {
          put(*value);
        } else {
          required(name, word, close, span(dollar, close + 1), depth);
        }
    }
    return close + 1;
  }

  void required(std::string_view name, std::size_t begin, std::size_t end, Span at, int depth) {
    Interpolation outer = std::move(out_);
    out_ = {};
    substitute(begin, end, depth + 1);
    std::string message = concat("the variable ", name, " is required and not set");
    if (!out_.text.empty()) message += concat(": ", printable(trim(out_.text)));
    out_ = std::move(outer);
    fail(std::move(message), concat("set ", name, " in the project's .env file"), at);
  }

  std::size_t invalid(std::size_t dollar, std::size_t end) {
    std::size_t close = whole_.find_first_of("}\n", dollar);
    close = std::min(close == std::string_view::npos ? end : close + 1, end);
    fail("invalid variable", "write `$$` for a plain dollar sign", span(dollar, close));
    return end;
  }

  // The last brace that compose's pattern can end at: in the same line, before `end`. Remembered
  // for each depth, so that many variables in one line do not each search to its end.
  std::size_t last_brace(std::size_t from, std::size_t end, int depth) {
    Line& line = lines_[static_cast<std::size_t>(depth)];
    if (from >= line.end || end != line.limit) {
      const std::string_view rest = whole_.substr(from, end - from);
      const std::string_view here = rest.substr(0, rest.find('\n'));
      const std::size_t brace = here.rfind('}');
      line = {.end = from + here.size(),
              .limit = end,
              .brace = brace == std::string_view::npos ? 0 : from + brace};
    }
    return line.brace < from ? std::string_view::npos : line.brace;
  }

  // The brace that closes the first one, as compose counts them: the character after an opening
  // brace is not looked at.
  std::size_t closing_brace(std::size_t from, std::size_t last) const {
    int open = 0;
    for (std::size_t at = from; at <= last; ++at) {
      if (whole_[at] == '}' && --open == 0) return at;
      if (whole_[at] == '{') {
        ++open;
        ++at;
      }
    }
    return std::string_view::npos;
  }

  std::string_view whole_;
  const Environment& environment_;
  Unset unset_;
  Interpolation out_;
  struct Line {
    std::size_t end = 0;
    std::size_t limit = 0;
    std::size_t brace = 0;
  };
  std::array<Line, max_depth + 1> lines_;
};

}  // namespace

Interpolation interpolate(std::string_view text, const Environment& environment, Unset unset) {
  return Interpolator(text, environment, unset).run();
}

}  // namespace plimsoll::compose
