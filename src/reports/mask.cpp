// One scan for everything that gives a name a value, whatever the surface. A place too many costs
// the reader of a report three asterisks, one too few a password, so in doubt the value ends late.
#include "reports/mask.h"

#include <algorithm>

#include "base/text.h"
#include "subjects/secrets.h"

namespace plimsoll {
namespace {

bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

// The name that ends before `end`, with the quote that may close it left out.
std::string_view name_before(std::string_view line, std::size_t end) {
  if (end > 0 && is_quote(line[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_name_character(line[begin - 1])) --begin;
  std::string_view name = line.substr(begin, end - begin);
  while (name.starts_with('-')) name.remove_prefix(1);
  return name;
}

// The end of a quoted text whose first byte is at `begin`, behind the quote.
std::size_t end_of_quoted(std::string_view line, std::size_t begin, char quote) {
  for (std::size_t i = begin; i < line.size(); ++i) {
    if (line[i] == '\\' && quote == '"') {
      ++i;
    } else if (line[i] == quote) {
      return i;
    }
  }
  return line.size();
}

class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}

  std::vector<Masked> scan() {
    known_forms();
    // A quote that is open where a pair stands ends its value: "NAME=value".
    char open = 0;
    for (std::size_t i = 0; i < line_.size(); ++i) {
      const char c = line_[i];
      if (c == '\\' && open != '\'') {
        ++i;
        continue;
      }
      if (is_quote(c) && (open == 0 || open == c)) open = open == 0 ? c : 0;
      if (c == '=') {
        pair(name_before(line_, i), i + 1, open);
      } else if (c == ':' && i + 1 < line_.size() && is_blank(line_[i + 1])) {
        mapping(i, open);
      } else if (c == ':' && i + 1 < line_.size() && is_quote(line_[i + 1])) {
        pair(name_before(line_, i), i + 1, 0);
      } else if (is_blank(c) && i > 0 && !is_blank(line_[i - 1])) {
        word(i);
      }
    }
    return joined();
  }

 private:
  void known_forms() {
    std::size_t from = 0;
    while (const auto form = find_secret_form(line_.substr(from))) {
      masked_.push_back({from + form->begin, from + form->begin + form->size});
      from += form->begin + std::max<std::size_t>(form->size, 1);
    }
  }

  void judge(std::string_view name, std::size_t begin, std::size_t end) {
    if (name.empty() || begin >= end) return;
    if (written_secret(name, line_.substr(begin, end - begin))) {
      masked_.push_back({begin, end});
    }
  }

  // A value behind a `=`: quoted, or to the next blank; inside of quotes to their end.
  void pair(std::string_view name, std::size_t begin, char open) {
    if (begin >= line_.size()) return;
    if (open != 0) {
      judge(name, begin, end_of_quoted(line_, begin, open));
    } else if (is_quote(line_[begin])) {
      judge(name, begin + 1, end_of_quoted(line_, begin + 1, line_[begin]));
    } else {
      // In a YAML list the whole entry is the value.
      const bool entry = trim(line_).starts_with("- ");
      std::size_t end = begin;
      while (end < line_.size() && (entry || !is_blank(line_[end]))) ++end;
      judge(name, begin, end);
    }
  }

  // `NAME: value` of YAML and JSON.
  void mapping(std::size_t colon, char open) {
    std::size_t begin = colon + 1;
    while (begin < line_.size() && is_blank(line_[begin])) ++begin;
    if (begin >= line_.size() || open != 0) return;
    const std::string_view name = name_before(line_, colon);
    if (is_quote(line_[begin])) {
      judge(name, begin + 1, end_of_quoted(line_, begin + 1, line_[begin]));
      return;
    }
    const std::size_t comment = line_.find(" #", begin);
    std::size_t end = std::min(comment, line_.size());
    while (end > begin && (is_space(line_[end - 1]) || line_[end - 1] == ',')) --end;
    judge(name, begin, end);
  }

  // `--password value` and `ENV PASSWORD value`: the blank at `at` ends a word.
  void word(std::size_t at) {
    std::size_t start = at;
    while (start > 0 && !is_blank(line_[start - 1])) --start;
    const std::string_view name = line_.substr(start, at - start);
    const bool flag = name.starts_with("--");
    const bool legacy = equal_ignoring_case(trim(line_.substr(0, start)), "env");
    if (!flag && !legacy) return;
    std::size_t begin = at;
    while (begin < line_.size() && is_blank(line_[begin])) ++begin;
    if (begin >= line_.size() || (flag && line_[begin] == '-')) return;
    std::size_t end = begin;
    while (end < line_.size() && (legacy || !is_blank(line_[end]))) ++end;
    std::string_view bare = name;
    while (bare.starts_with('-')) bare.remove_prefix(1);
    if (!bare.contains('=')) judge(bare, begin, end);
  }

  std::vector<Masked> joined() {
    std::ranges::sort(masked_, {}, &Masked::begin);
    std::vector<Masked> apart;
    for (const Masked& masked : masked_) {
      if (!apart.empty() && masked.begin <= apart.back().end) {
        apart.back().end = std::max(apart.back().end, masked.end);
      } else {
        apart.push_back(masked);
      }
    }
    return apart;
  }

  std::string_view line_;
  std::vector<Masked> masked_;
};

}  // namespace

std::vector<Masked> secrets_in(std::string_view line) {
  return Scanner(line).scan();
}

}  // namespace plimsoll
