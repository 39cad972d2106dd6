// A suppression is found from its keyword backwards: `plimsoll` or `hadolint` right behind a
// comment's start. Only then is it asked whether that `#` really starts a comment, which every
// surface answers in its own way:
//
//   Dockerfile   a line whose first character is # is a comment, also between continued lines. A #
//   further
//                right is a comment only for the shell of a RUN, outside of its quotes; on a FROM
//                or an ENV it is an argument like any other.
//   YAML         # at the line's start or after a blank, outside of quotes (which open only where a
//   scalar
//                begins: the apostrophe in `it's` opens nothing) and of block scalars.
//   shell, make  # at the start of a word, outside of the line's quotes.
//   Markdown     an HTML comment on its own line; and the shell's comments inside of a fence.
//   Outside of
//                fences # makes a heading.
//
// What is meant as a suppression and cannot be read is handed on as malformed: whoever wrote it
// believes that it works.
#include "findings/suppression_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/date.h"
#include "base/text.h"

namespace plimsoll {
namespace {

constexpr std::string_view own_keyword = "plimsoll";
constexpr std::string_view hadolint_keyword = "hadolint";
static_assert(own_keyword.size() == hadolint_keyword.size());
constexpr std::size_t keyword_size = own_keyword.size();

// Boyer-Moore-Horspool for both keywords at once, in any casing: most steps skip eight bytes.
constexpr std::array<std::uint8_t, 256> skips = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(keyword_size);
  for (const std::string_view keyword : {own_keyword, hadolint_keyword}) {
    for (std::size_t i = 0; i + 1 < keyword_size; ++i) {
      const auto skip = static_cast<std::uint8_t>(keyword_size - 1 - i);
      for (const char c : {keyword[i], static_cast<char>(keyword[i] - 32)}) {
        std::uint8_t& entry = table[static_cast<unsigned char>(c)];
        entry = std::min(entry, skip);
      }
    }
  }
  return table;
}();

std::size_t find_keyword(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at + keyword_size <= text.size()) {
    const char last = text[at + keyword_size - 1];
    const char folded = to_lower(last);
    if (folded == own_keyword.back() || folded == hadolint_keyword.back()) {
      const std::string_view word = text.substr(at, keyword_size);
      if (equal_ignoring_case(word, own_keyword) || equal_ignoring_case(word, hadolint_keyword)) {
        return at;
      }
    }
    at += skips[static_cast<unsigned char>(last)];
  }
  return std::string_view::npos;
}

std::string_view trim_start(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

// Takes a word off the text's start, in any casing; it must not go on as a longer word.
bool take_word(std::string_view& text, std::string_view word) {
  if (!equal_ignoring_case(text.substr(0, word.size()), word)) return false;
  const std::string_view rest = text.substr(word.size());
  const bool longer = !rest.empty() && (is_alpha(rest.front()) || is_digit(rest.front()) ||
                                        rest.front() == '-' || rest.front() == '_');
  if (longer) return false;
  text = trim_start(rest);
  return true;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text = trim_start(text.substr(1));
  return true;
}

// --- what a suppression says
// -------------------------------------------------------------------------

bool starts_with_month(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  std::size_t end = 0;
  while (end < text.size() && is_alpha(text[end])) ++end;
  static constexpr std::array<std::string_view, 12> full{
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  const std::string_view word = text.substr(0, end);
  const auto same = [word](std::string_view month) { return equal_ignoring_case(word, month); };
  return std::ranges::any_of(months, same) || std::ranges::any_of(full, same);
}

void malformed(Suppression& suppression, std::string problem) {
  suppression.malformed = true;
  suppression.problem = std::move(problem);
}

// The last `until` that stands as a word of its own, or npos.
std::size_t last_until(std::string_view text) {
  constexpr std::string_view word = "until";
  for (std::size_t at = text.size(); at-- > 0;) {
    if (!equal_ignoring_case(text.substr(at, word.size()), word)) continue;
    const bool starts = at == 0 || is_blank(text[at - 1]) || text[at - 1] == ',' ||
                        text[at - 1] == ';' || text[at - 1] == '(';
    const std::size_t end = at + word.size();
    const bool ends = end == text.size() || is_blank(text[end]) || text[end] == ':';
    if (starts && ends) return at;
  }
  return std::string_view::npos;
}

// Takes `until DATE` off the end of a text. "We wait until the vendor answers" is no date and
// stays.
std::string_view take_until(std::string_view text, Suppression& suppression) {
  const std::size_t at = last_until(text);
  if (at == std::string_view::npos) return text;
  std::string_view date = trim_start(text.substr(at + 5));
  take(date, ':');
  while (date.ends_with('.') || date.ends_with(')') || date.ends_with(' ')) date.remove_suffix(1);
  if (is_date(date)) {
    suppression.until = std::string(date);
  } else if (date.empty() || is_digit(date.front()) || starts_with_month(date)) {
    malformed(suppression, "`until` needs a date such as 2027-03-31");
  } else {
    return text;
  }
  std::string_view rest = trim(text.substr(0, at));
  while (rest.ends_with(',') || rest.ends_with(';') || rest.ends_with('(')) rest.remove_suffix(1);
  return trim(rest);
}

bool name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '/';
}

void read_names(std::string_view text, Suppression& suppression) {
  if (trim(text).empty()) {
    malformed(suppression, "it names no rule");
    return;
  }
  for (const std::string_view part : split(text, ',')) {
    const std::string_view name = trim(part);
    if (name.empty()) {
      malformed(suppression, "a rule's name is missing beside a comma");
    } else if (!std::ranges::all_of(name, name_character)) {
      malformed(suppression, "rules are separated by commas, and the reason comes after ` -- `");
    } else {
      suppression.rules.emplace_back(name);
    }
  }
}

// Where the reason begins: two dashes, or one of the long ones that editors make of them, that do
// not belong to a word. The first is the end of the names, the second the start of the reason.
std::optional<std::pair<std::size_t, std::size_t>> find_dashes(std::string_view text) {
  for (const std::string_view dashes : {"--", "–", "—"}) {
    for (std::size_t at = text.find(dashes); at != std::string_view::npos;
         at = text.find(dashes, at + 1)) {
      if (at == 0 || is_blank(text[at - 1])) return std::pair(at, at + dashes.size());
    }
  }
  return std::nullopt;
}

// What follows `plimsoll`; false when it is no suppression at all, only prose.
bool read_own(std::string_view text, Suppression& suppression) {
  text = trim_start(text);
  const bool colon = take(text, ':');
  if (take_word(text, "allow-file")) {
    suppression.whole_file = true;
  } else if (!take_word(text, "allow")) {
    if (!colon) return false;
    malformed(suppression, "after `plimsoll:` comes `allow` or `allow-file`");
    return true;
  }
  if (!colon) {
    malformed(suppression, "a colon is missing after `plimsoll`");
    return true;
  }
  std::string_view names = text;
  std::string_view reason;
  if (const auto dashes = find_dashes(text)) {
    names = text.substr(0, dashes->first);
    reason = trim(take_until(trim(text.substr(dashes->second)), suppression));
  } else {
    names = take_until(trim(text), suppression);
  }
  suppression.reason = std::string(reason);
  read_names(names, suppression);
  return true;
}

// What follows `hadolint`: `ignore=A,B # reason` or `global ignore=A`. Its other pragmas
// (`shell=bash`) are no suppressions.
bool read_hadolint(std::string_view text, Suppression& suppression) {
  text = trim_start(text);
  const bool colon = take(text, ':');
  suppression.whole_file = take_word(text, "global");
  if (!take_word(text, "ignore")) return false;
  const bool equals = take(text, '=');
  if (!equals || colon) {
    // "hadolint ignores this" is prose, "hadolint ignore DL3006" is a mistake.
    const bool meant = colon || equals || equal_ignoring_case(text.substr(0, 2), "DL") ||
                       equal_ignoring_case(text.substr(0, 2), "SC");
    if (meant) malformed(suppression, "hadolint's form is `hadolint ignore=DL3006,DL3008`");
    return meant;
  }
  const std::size_t hash = text.find('#');
  std::string_view names = text.substr(0, hash);
  std::string_view reason;
  if (hash != std::string_view::npos) {
    reason = text.substr(hash + 1);
  } else if (const auto dashes = find_dashes(text)) {
    names = text.substr(0, dashes->first);
    reason = text.substr(dashes->second);
  }
  suppression.reason = std::string(trim(take_until(trim(reason), suppression)));
  read_names(names, suppression);
  return true;
}

// --- which lines are comments
// ------------------------------------------------------------------------

bool at_word_start(std::string_view line, std::size_t at) {
  return at == 0 || is_blank(line[at - 1]) || line[at - 1] == ';' || line[at - 1] == '&' ||
         line[at - 1] == '|' || line[at - 1] == '(' || line[at - 1] == ')';
}

// A shell's quotes, character by character.
struct ShellQuotes {
  char open = 0;
  bool escaped = false;

  void feed(char c) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\' && open != '\'') {
      escaped = true;
    } else if (open != 0) {
      if (c == open) open = 0;
    } else if (c == '\'' || c == '"') {
      open = c;
    }
  }
};

// Follows YAML's quotes, flow collections and block scalars over the lines of a file.
class YamlLines {
 public:
  // Where the line's comment starts, or npos. Lines come in order, none left out.
  std::size_t comment_of(std::string_view line) {
    if (in_block_scalar(line)) return std::string_view::npos;
    bool at_start = true;  // a scalar may begin here
    bool block = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote_ != 0) {
        i += in_quote(line, i);
        at_start = false;
        continue;
      }
      if (is_blank(c)) continue;
      if (c == '#' && (i == 0 || is_blank(line[i - 1]))) {
        if (block) begin_block(line);
        return i;
      }
      const bool next_is_blank = i + 1 >= line.size() || is_blank(line[i + 1]);
      const bool flow = depth_ > 0;
      if (at_start && (c == '"' || c == '\'')) {
        quote_ = c;
      } else if ((at_start || flow) && (c == '[' || c == '{')) {
        ++depth_;
        at_start = true;
      } else if (flow && (c == ']' || c == '}')) {
        --depth_;
        at_start = false;
      } else if ((flow && c == ',') || (c == ':' && (next_is_blank || flow))) {
        at_start = true;
      } else if (at_start && (c == '-' || c == '?') && next_is_blank) {
        continue;
      } else if (at_start && (c == '&' || c == '!')) {
        while (i + 1 < line.size() && !is_blank(line[i + 1])) ++i;
      } else if (at_start && !flow && (c == '|' || c == '>')) {
        block = true;
        while (i + 1 < line.size() && !is_blank(line[i + 1])) ++i;
        at_start = false;
      } else {
        at_start = false;
        block = false;
      }
    }
    if (block) begin_block(line);
    return std::string_view::npos;
  }

 private:
  static std::size_t indent_of(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
  }

  void begin_block(std::string_view header) {
    block_ = true;
    header_indent_ = indent_of(header);
    block_indent_.reset();
  }

  bool in_block_scalar(std::string_view line) {
    if (!block_) return false;
    if (trim(line).empty()) return true;
    const std::size_t indent = indent_of(line);
    if (!block_indent_ && indent > header_indent_) block_indent_ = indent;
    block_ = block_indent_ && indent >= *block_indent_;
    return block_;
  }

  // Inside of a quoted scalar: how many characters more than one were taken.
  std::size_t in_quote(std::string_view line, std::size_t i) {
    const char c = line[i];
    const bool twice = i + 1 < line.size() && line[i + 1] == '\'';
    if (quote_ == '"' && c == '\\') return 1;
    if (quote_ == '\'' && c == '\'' && twice) return 1;
    if (c == quote_) quote_ = 0;
    return 0;
  }

  char quote_ = 0;
  std::size_t depth_ = 0;
  bool block_ = false;
  std::size_t header_indent_ = 0;
  std::optional<std::size_t> block_indent_;
};

bool is_yaml(const Source& source) {
  const std::string path = lower(source.path());
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return true;
  for (const std::string_view key : {"services:", "include:"}) {
    for (std::size_t at = source.text().find(key); at != std::string_view::npos;
         at = source.text().find(key, at + 1)) {
      if (at == 0 || source.text()[at - 1] == '\n') return true;
    }
  }
  return false;
}

// The lines of a Markdown fence, without the two that enclose it.
struct Fence {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

struct Lines {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

class Finder {
 public:
  Finder(const Source& source, CommentStyle style, std::span<const Span> units)
      : source_(source), style_(style), yaml_(style == CommentStyle::hash && is_yaml(source)) {
    unit_spans_.assign(units.begin(), units.end());
    std::ranges::sort(unit_spans_, {}, &Span::begin);
    for (const Span unit : unit_spans_) {
      const std::uint32_t last = unit.empty() ? unit.end : unit.end - 1;
      unit_lines_.push_back({source.position(unit.begin).line, source.position(last).line});
    }
    if (style == CommentStyle::markdown) find_fences();
  }

  std::vector<Suppression> find(std::size_t first_keyword) {
    const std::string_view text = source_.text();
    std::size_t at = first_keyword;
    while (at != std::string_view::npos) {
      go_to_line_of(at);
      const bool accepted = add(at);
      if (accepted && found_.size() == max_suppressions) {
        malformed(found_.back(), concat("a file may hold ", std::to_string(max_suppressions),
                                        " suppressions, the rest is not read"));
        break;
      }
      // One suppression a line: what follows belongs to its reason.
      at = find_keyword(text, accepted ? line_start_ + line_.size() : at + keyword_size);
    }
    resolve();
    return std::move(found_);
  }

 private:
  // Keywords come in order, and a line can hold a million of them: what is known of it is kept.
  void go_to_line_of(std::size_t keyword) {
    const std::string_view text = source_.text();
    const std::uint32_t before = number_;
    if (number_ == 0) number_ = 1;
    for (std::size_t end = text.find('\n', next_line_); end < keyword;
         end = text.find('\n', end + 1)) {
      ++number_;
      next_line_ = end + 1;
    }
    if (number_ == before) return;
    line_ = source_.line(number_);
    // In the first line that is behind the byte order mark, if there is one.
    line_start_ = static_cast<std::size_t>(line_.data() - text.data());
    line_first_ = std::min(line_.find_first_not_of(" \t"), line_.size());
    line_comment_.reset();
  }

  bool add(std::size_t keyword) {
    const std::size_t column = keyword - line_start_;
    std::size_t start = line_.substr(0, column).find_last_not_of(" \t");
    if (start == std::string_view::npos) return false;
    // One byte more than is allowed shows that it is too long.
    std::string_view comment = line_.substr(column, max_suppression_length + 1);
    Suppression suppression;
    std::string problem;
    bool own_line = false;
    if (line_[start] == '#') {
      while (start > line_first_ && line_[start - 1] == '#') --start;
      own_line = start == line_first_;
      if (!is_comment(start, own_line)) return false;
    } else if (style_ == CommentStyle::markdown && line_.substr(0, start + 1).ends_with("<!--")) {
      start -= 3;
      own_line = true;
      const std::size_t close = comment.find("-->");
      if (close == std::string_view::npos) {
        problem = "its HTML comment does not end on the same line";
      } else if (start != line_first_ || !trim(comment.substr(close + 3)).empty()) {
        problem = "its HTML comment must stand on a line of its own";
      }
      comment = comment.substr(0, close);
    } else {
      return false;
    }
    if (comment.size() > max_suppression_length) problem = "it is too long";
    comment = trim(comment);
    const bool hadolint = equal_ignoring_case(comment.substr(0, keyword_size), hadolint_keyword);
    const std::string_view rest = comment.substr(keyword_size);
    if (!(hadolint ? read_hadolint(rest, suppression) : read_own(rest, suppression))) return false;
    if (!problem.empty()) malformed(suppression, std::move(problem));
    const std::size_t end = keyword + comment.size();
    suppression.at = {
        &source_,
        {static_cast<std::uint32_t>(line_start_ + start), static_cast<std::uint32_t>(end)}};
    // The comment's line for now; resolve() turns it into the lines that it speaks for.
    suppression.first_line = number_;
    found_.push_back(std::move(suppression));
    own_line_.push_back(own_line);
    return true;
  }

  bool is_comment(std::size_t start, bool own_line) {
    switch (style_) {
      case CommentStyle::none: return false;
      case CommentStyle::dockerfile:
        return own_line || is_shell_comment_of_unit(line_start_ + start);
      case CommentStyle::hash:
        if (yaml_) return yaml_comment() <= start;
        return own_line || shell_comment() <= start;
      case CommentStyle::markdown:
        return fence_around(number_) != nullptr && (own_line || shell_comment() <= start);
    }
    return false;
  }

  // Where the shell's comment starts in the line when it is read by itself, or npos.
  std::size_t shell_comment() {
    if (line_comment_) return *line_comment_;
    ShellQuotes quotes;
    std::size_t i = 0;
    for (; i < line_.size(); ++i) {
      const bool starts = line_[i] == '#' && quotes.open == 0 && !quotes.escaped;
      if (starts && at_word_start(line_, i)) break;
      quotes.feed(line_[i]);
    }
    line_comment_ = i < line_.size() ? i : std::string_view::npos;
    return *line_comment_;
  }

  // The same in an instruction of a Dockerfile that a shell gets, where quotes run over lines and
  // the builder has dropped comment lines. Goes on from where the last question ended.
  bool is_shell_comment_of_unit(std::size_t start) {
    const auto after = std::ranges::upper_bound(unit_spans_, start, {}, &Span::begin);
    if (after == unit_spans_.begin()) return false;
    const Span unit = *(after - 1);
    if (start >= unit.end) return false;
    if (unit.begin != scanned_unit_ || scanned_ > start) {
      scanned_unit_ = unit.begin;
      scanned_ = unit.begin;
      quotes_ = {};
      in_comment_ = false;
      line_is_blank_ = false;
      std::string_view text = trim_start(source_.text(unit));
      take_word(text, "onbuild");
      for_shell_ = take_word(text, "run") || take_word(text, "cmd") ||
                   take_word(text, "entrypoint") || take_word(text, "healthcheck");
    }
    if (!for_shell_) return false;
    const std::string_view text = source_.text();
    for (; scanned_ <= start; ++scanned_) {
      const char c = text[scanned_];
      if (c == '\n') {
        in_comment_ = false;
        line_is_blank_ = true;
      }
      if (in_comment_) continue;
      const bool for_shell = quotes_.open == 0 && !quotes_.escaped && at_word_start(text, scanned_);
      in_comment_ = c == '#' && (line_is_blank_ || for_shell);
      if (in_comment_) continue;
      if (!is_space(c)) line_is_blank_ = false;
      quotes_.feed(c);
    }
    return in_comment_;
  }

  // Reads the YAML on to the line and remembers where its comment starts.
  std::size_t yaml_comment() {
    while (yaml_line_ < number_) yaml_comment_ = yaml_lines_.comment_of(source_.line(++yaml_line_));
    return yaml_comment_;
  }

  void find_fences() {
    const std::uint32_t count = source_.line_count();
    std::uint32_t opened_at = 0;
    char mark = 0;
    std::size_t length = 0;
    for (std::uint32_t number = 1; number <= count; ++number) {
      std::string_view line = source_.line(number);
      // A fence may stand in a list or in a quotation.
      while (!line.empty() && (is_blank(line.front()) || line.front() == '>'))
        line.remove_prefix(1);
      if (!line.starts_with("```") && !line.starts_with("~~~")) continue;
      const std::size_t run = std::min(line.find_first_not_of(line.front()), line.size());
      if (opened_at == 0) {
        if (line.front() == '`' && line.substr(run).contains('`')) continue;
        opened_at = number;
        mark = line.front();
        length = run;
      } else if (line.front() == mark && run >= length && trim(line.substr(run)).empty()) {
        fences_.push_back({opened_at + 1, number - 1});
        opened_at = 0;
      }
    }
    if (opened_at != 0) fences_.push_back({opened_at + 1, count});
  }

  const Fence* fence_around(std::uint32_t number) const {
    const auto after = std::ranges::upper_bound(fences_, number, {}, &Fence::first);
    if (after == fences_.begin()) return nullptr;
    const Fence& fence = *(after - 1);
    return number <= fence.last ? &fence : nullptr;
  }

  bool is_comment_line(std::uint32_t number) const {
    const std::string_view line = trim(source_.line(number));
    if (line.empty()) return true;
    if (style_ != CommentStyle::markdown) return line.front() == '#';
    if (fence_around(number) != nullptr) return line.front() == '#';
    return line.starts_with("<!--") && line.ends_with("-->");
  }

  // The whole instruction for a line of one, the whole fence for the line that opens one.
  Lines spoken_for(std::uint32_t number) const {
    const auto after = std::ranges::upper_bound(unit_lines_, number, {}, &Lines::first);
    if (after != unit_lines_.begin() && number <= (after - 1)->last) return *(after - 1);
    if (style_ == CommentStyle::markdown) {
      const Fence* fence = fence_around(number + 1);
      if (fence != nullptr && fence->first == number + 1) return {fence->first, fence->last};
    }
    return {number, number};
  }

  // From the last to the first, so that a stack of comments is walked once.
  void resolve() {
    const std::uint32_t count = source_.line_count();
    std::uint32_t walked_from = 0;
    std::uint32_t walked_to = 0;
    for (std::size_t i = found_.size(); i-- > 0;) {
      Suppression& suppression = found_[i];
      if (suppression.whole_file) {
        suppression.first_line = 0;
        continue;
      }
      std::uint32_t target = suppression.first_line;
      if (own_line_[i]) {
        ++target;
        while (target != walked_from && target <= count && is_comment_line(target)) ++target;
        if (target == walked_from) target = walked_to;
        walked_from = suppression.first_line;
        walked_to = target;
      }
      const Lines lines = target <= count ? spoken_for(target) : Lines{};
      suppression.first_line = lines.first;
      suppression.last_line = lines.last;
    }
  }

  const Source& source_;
  CommentStyle style_;
  bool yaml_;
  std::vector<Span> unit_spans_;   // sorted
  std::vector<Lines> unit_lines_;  // the same, as lines
  std::vector<Fence> fences_;
  std::vector<Suppression> found_;
  std::vector<bool> own_line_;  // of found_: the comment stands alone on its line

  // The line of the keyword that is looked at.
  std::uint32_t number_ = 0;
  std::size_t next_line_ = 0;  // the offset where it starts
  std::string_view line_;
  std::size_t line_start_ = 0;
  std::size_t line_first_ = 0;  // its first character that is no blank
  std::optional<std::size_t> line_comment_;

  YamlLines yaml_lines_;
  std::uint32_t yaml_line_ = 0;
  std::size_t yaml_comment_ = std::string_view::npos;

  std::size_t scanned_unit_ = static_cast<std::size_t>(-1);
  std::size_t scanned_ = 0;
  ShellQuotes quotes_;
  bool in_comment_ = false;
  bool line_is_blank_ = false;
  bool for_shell_ = false;
};

// The suppressions that can be applied, for looking up by place.
class Lookup {
 public:
  explicit Lookup(const std::vector<Suppression>& suppressions) : suppressions_(suppressions) {
    for (std::size_t i = 0; i < suppressions.size(); ++i) {
      const Suppression& suppression = suppressions[i];
      if (suppression.malformed) continue;
      if (suppression.whole_file) {
        whole_files_.push_back(i);
      } else {
        by_line_.push_back(
            {suppression.at.source, suppression.first_line, suppression.last_line, i});
      }
    }
    std::ranges::sort(by_line_, comes_before);
    for (std::size_t i = 1; i < by_line_.size(); ++i) {
      if (by_line_[i].source != by_line_[i - 1].source) continue;
      by_line_[i].reach = std::max(by_line_[i].reach, by_line_[i - 1].reach);
    }
  }

  // Calls for every suppression that speaks for the place's first line.
  template <class Visit>
  void visit(const Location& at, Visit&& visit) const {
    for (const std::size_t i : whole_files_) {
      if (suppressions_[i].at.source == at.source) visit(i);
    }
    if (by_line_.empty()) return;
    const std::uint32_t line = at.source->position(at.span.begin).line;
    const Entry last{at.source, line, 0, static_cast<std::size_t>(-1)};
    for (auto it = std::ranges::upper_bound(by_line_, last, comes_before);
         it != by_line_.begin();) {
      --it;
      if (it->source != at.source || it->reach < line) return;
      if (suppressions_[it->index].last_line >= line) visit(it->index);
    }
  }

 private:
  struct Entry {
    const Source* source = nullptr;
    std::uint32_t first_line = 0;
    std::uint32_t reach = 0;  // the last line that this one or one before it speaks for
    std::size_t index = 0;
  };
  static bool comes_before(const Entry& a, const Entry& b) {
    if (a.source != b.source) return std::less<>()(a.source, b.source);
    return std::pair(a.first_line, a.index) < std::pair(b.first_line, b.index);
  }

  const std::vector<Suppression>& suppressions_;
  std::vector<std::size_t> whole_files_;
  std::vector<Entry> by_line_;
};

}  // namespace

std::vector<Suppression> find_suppressions(const Source& source, CommentStyle style,
                                           std::span<const Span> units) {
  if (style == CommentStyle::none) return {};
  const std::size_t keyword = find_keyword(source.text(), 0);
  if (keyword == std::string_view::npos) return {};
  return Finder(source, style, units).find(keyword);
}

Applied apply_suppressions(std::vector<Suppression>& suppressions, std::vector<Finding> findings,
                           const RuleNames& names, std::string_view today) {
  Applied applied;
  for (Suppression& suppression : suppressions) {
    suppression.expired = !suppression.until.empty() && suppression.until < today;
    for (const std::string& name : suppression.rules) {
      if (!names.known(name)) suppression.unknown_rules.push_back(name);
    }
  }
  if (suppressions.empty()) {
    applied.kept = std::move(findings);
    return applied;
  }
  const Lookup lookup(suppressions);
  for (Finding& finding : findings) {
    std::optional<std::size_t> by;
    if (finding.at.known()) {
      lookup.visit(finding.at, [&](std::size_t i) {
        Suppression& suppression = suppressions[i];
        const bool meant = std::ranges::any_of(suppression.rules, [&](const std::string& name) {
          return names.means(name, finding.rule);
        });
        if (!meant) return;
        suppression.used = true;
        if (!suppression.expired && (!by || i < *by)) by = i;
      });
    }
    if (by) {
      applied.silenced.push_back({std::move(finding), *by});
    } else {
      applied.kept.push_back(std::move(finding));
    }
  }
  return applied;
}

}  // namespace plimsoll
