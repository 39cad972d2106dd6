#include "readers/compose/dotenv.h"

#include "base/files.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::compose {
namespace {

class DotenvReader {
 public:
  DotenvReader(const Source& source, const Environment& environment)
      : source_(source), text_(source.text()), known_(environment) {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

  Reading<std::vector<DotenvEntry>> run() {
    while (skip_to_statement()) {
      if (!statement()) break;
    }
    return std::move(reading_);
  }

 private:
  Location place(std::size_t begin, std::size_t end) const {
    return {.source = &source_,
            .span = {.begin = static_cast<std::uint32_t>(begin),
                     .end = static_cast<std::uint32_t>(end)}};
  }

  bool fail(std::string message, std::size_t begin, std::size_t end, std::string hint = {}) {
    reading_.errors.push_back(
        {.message = std::move(message), .at = place(begin, end), .hint = std::move(hint)});
    return false;
  }

  std::size_t line_end(std::size_t from) const {
    return std::min(text_.find('\n', from), text_.size());
  }

  // Blank lines and comments.
  bool skip_to_statement() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '#') {
        at_ = line_end(at_);
      } else {
        return true;
      }
    }
    return false;
  }

  static bool in_name(char c) {
    return is_alpha(c) || is_digit(c) || static_cast<signed char>(c) < 0 ||
           std::string_view("_.-[]").find(c) != std::string_view::npos;
  }

  bool statement() {
    const std::size_t begin = at_;
    if (text_.substr(at_).starts_with("export") && at_ + 6 < text_.size() &&
        is_space(text_[at_ + 6])) {
      at_ += 6;
      while (at_ < text_.size() && is_space(text_[at_]) && text_[at_] != '\n') ++at_;
    }
    const std::size_t name_begin = at_;
    while (at_ < text_.size() && text_[at_] != '=' && text_[at_] != ':' && text_[at_] != '\n') {
      if (!is_space(text_[at_]) && !in_name(text_[at_])) {
        return fail("unexpected character in a variable's name", at_, at_ + 1,
                    "write NAME=value, and quote values that hold it");
      }
      ++at_;
    }
    DotenvEntry entry;
    entry.name = trim(text_.substr(name_begin, at_ - name_begin));
    const std::size_t name_stop = name_begin + entry.name.size();
    if (entry.name.find(' ') != std::string::npos) {
      return fail("a variable's name cannot hold a space", name_begin, name_stop);
    }
    if (at_ >= text_.size() || text_[at_] == '\n') {
      // At the end of the text compose takes a bare name for one without a value.
      entry.inherited = at_ < text_.size();
      entry.at = entry.value_at = place(begin, name_stop);
      if (entry.inherited) {
        if (const std::string* value = known_.find(entry.name)) entry.value = *value;
        ++at_;
      } else {
        return true;
      }
      reading_.value.push_back(std::move(entry));
      return true;
    }
    ++at_;
    while (at_ < text_.size() && is_space(text_[at_]) && text_[at_] != '\n') ++at_;
    if (!value(entry)) return false;
    entry.at = place(begin, std::max<std::size_t>(entry.value_at.span.end, name_stop));
    if (!entry.unresolved) known_.set(entry.name, entry.value);
    reading_.value.push_back(std::move(entry));
    return true;
  }

  bool value(DotenvEntry& entry) {
    const std::size_t begin = at_;
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '"' && quote != '\'') {
      const std::size_t end = line_end(at_);
      std::string_view line = text_.substr(begin, end - begin);
      line = line.substr(0, line.find(" #"));
      while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
      at_ = std::min(end + 1, text_.size());
      entry.value_at = place(begin, begin + line.size());
      return expand(entry, line, line);
    }
    std::string chars;
    for (std::size_t i = begin + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && i + 1 < text_.size()) {
        ++i;
        if (text_[i] != quote) chars += '\\';
        chars += text_[i];
        continue;
      }
      if (text_[i] != quote) {
        chars += text_[i];
        continue;
      }
      at_ = i + 1;
      entry.value_at = place(begin, at_);
      if (quote == '\'') {
        entry.value = std::move(chars);
        return true;
      }
      return expand(entry, escapes(chars), chars);
    }
    return fail("the quote is not closed", begin, begin + 1);
  }

  bool expand(DotenvEntry& entry, std::string_view text, std::string_view written) {
    if (text.find('$') == std::string_view::npos) {
      entry.value = text;
      return true;
    }
    Interpolation result = interpolate(text, known_);
    if (result.failed) {
      return fail(std::move(result.message), entry.value_at.span.begin, entry.value_at.span.end,
                  std::move(result.hint));
    }
    entry.unresolved = result.unresolved;
    made_ += result.text.size();
    if (made_ > max_source_bytes) {
      return fail("variables make the file too long", entry.value_at.span.begin,
                  entry.value_at.span.end, "16 MiB are read");
    }
    entry.value = result.unresolved ? std::string(written) : std::move(result.text);
    return true;
  }

  // The escapes of double quotes: \n and the like, \0123, and `\$` as the `$$` of interpolation.
  static std::string escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        out += text[i];
        continue;
      }
      const char c = text[++i];
      constexpr std::string_view names = "abfnrtv\\\"";
      constexpr std::string_view values = "\a\b\f\n\r\t\v\\\"";
      if (const std::size_t known = names.find(c); known != std::string_view::npos) {
        out += values[known];
      } else if (c == '$') {
        out += "$$";
      } else if (c == '0' && i + 3 < text.size() && all_digits(text.substr(i + 1, 3))) {
        int number = 0;
        for (int digit = 0; digit < 3; ++digit) number = number * 8 + (text[++i] - '0');
        out += static_cast<char>(number);
      } else {
        out += '\\';
        out += c;
      }
    }
    return out;
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t made_ = 0;
  Environment known_;
  Reading<std::vector<DotenvEntry>> reading_;
};

}  // namespace

Reading<std::vector<DotenvEntry>> read_dotenv(const Source& source,
                                              const Environment& environment) {
  return DotenvReader(source, environment).run();
}

std::vector<DotenvEntry> read_raw_env(const Source& source) {
  std::vector<DotenvEntry> entries;
  const std::string_view text = source.text();
  std::size_t at = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::size_t begin = at;
    at = end + 1;
    while (!line.empty() && is_space(line[0])) {
      line.remove_prefix(1);
      ++begin;
    }
    if (line.empty() || line[0] == '#') continue;
    const std::size_t equals = line.find('=');
    DotenvEntry entry;
    entry.name = line.substr(0, equals);
    entry.inherited = equals == std::string_view::npos;
    const std::size_t value = entry.inherited ? line.size() : equals + 1;
    entry.value = line.substr(value);
    const auto offset = [&](std::size_t in_line) {
      return static_cast<std::uint32_t>(begin + in_line);
    };
    entry.at = {.source = &source, .span = {offset(0), offset(line.size())}};
    entry.value_at = {.source = &source, .span = {offset(value), offset(line.size())}};
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace plimsoll::compose
