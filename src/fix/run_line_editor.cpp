#include "fix/run_line_editor.h"

#include <algorithm>

#include "base/text.h"
#include "fix/lines.h"

namespace plimsoll::fix {
namespace {

constexpr std::string_view plain_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./-_";

bool is_plain(std::string_view word) {
  return word.find_first_not_of(plain_characters) == std::string_view::npos;
}

bool contains(const Location& outer, const Location& inner) {
  return outer.source == inner.source && outer.span.begin <= inner.span.begin &&
         inner.span.end <= outer.span.end;
}

const WrittenFlag* flag_at(const ContainerSpec& line, const Location& at) {
  const auto found = std::ranges::find_if(line.flags, [&](const WrittenFlag& flag) {
    return contains(flag.value_at, at) || contains(flag.at, at);
  });
  return found == line.flags.end() ? nullptr : &*found;
}

class Editor {
 public:
  Editor(const Finding& finding, const ContainerSpec& line)
      : finding_(finding), line_(line), source_(*line.at.source), text_(source_.text()) {}

  Result<std::vector<Edit>> run() {
    for (const Change& change : finding_.fix.changes) {
      if (std::optional<Error> error = make(change)) return failure(std::move(*error));
    }
    return std::move(edits_);
  }

 private:
  std::optional<Error> make(const Change& change) {
    switch (change.kind) {
      case Change::Kind::set:
        if (change.at.known() && flag_at(line_, change.at) != nullptr) {
          if (change.setting.spelling().is_switch) return set_switch(change);
          return rewrite(change.at, with_prefix(change));
        }
        return add_flag(change);
      case Change::Kind::add: return add_flag(change);
      case Change::Kind::remove: return remove(change.at);
      case Change::Kind::rewrite: return rewrite(change.at, change.value);
      default: return Error{.message = "a run line has nothing like it"};
    }
  }

  void edit(std::uint32_t begin, std::uint32_t end, std::string text, std::string slot = {}) {
    edits_.push_back({{&source_, {begin, end}}, std::move(text), std::move(slot), {}});
  }

  std::optional<Error> add_flag(const Change& change) {
    const SettingSpelling& spelling = change.setting.spelling();
    if (spelling.flag.empty()) return Error{.message = "no flag of docker run sets it"};
    const std::string flag = flag_text(change);
    if (!is_plain(flag)) return Error{.message = "its value would need quotes here"};
    const Location& image = line_.image.at;
    if (!image.known() || image.source != &source_ || image.span.begin < line_.at.span.end ||
        line_.image.value.starts_with(',')) {
      return Error{.message = "where the image stands is not known"};
    }
    const std::uint32_t offset = behind_flags(word_start(image.span.begin));
    if (offset < line_.at.span.end) return Error{.message = "where the image stands is not known"};
    const std::uint32_t start = line_start(text_, offset);
    const bool own_line = start > line_.at.span.begin && is_blank_range(text_, start, offset);
    std::string after = " ";
    if (own_line) {
      // The line above ends with the continuation that this one ends with, too.
      const std::uint32_t above = line_start(text_, start - 1);
      const std::string_view before = trim(text_.substr(above, start - above));
      if (before.empty()) return Error{.message = "where the image stands is not known"};
      after = concat(" ", before.substr(before.size() - 1), line_ending(text_),
                     text_.substr(start, offset - start));
    }
    // A setting that may stand once has its flag as slot, a list each of its entries.
    std::string slot(change.setting.spelling().is_list ? std::string_view(flag)
                                                       : change.setting.spelling().key);
    edit(offset, offset, concat(flag, after), std::move(slot));
    return std::nullopt;
  }

  // A word may end right at the backslash that its line goes on with.
  bool is_continuation(std::uint32_t offset) const {
    return text_[offset] == '\\' && line_end(text_, offset) == offset + 1;
  }

  // An image in quotes: its place may be what stands between them.
  std::uint32_t word_start(std::uint32_t offset) const {
    while (offset > 0 && !is_space(text_[offset - 1])) --offset;
    return offset;
  }

  // `--` ends the flags: what stands behind it is none.
  std::uint32_t behind_flags(std::uint32_t image) const {
    std::uint32_t begin = line_.at.span.end;
    for (const WrittenFlag& flag : line_.flags) {
      for (const Location& at : {flag.at, flag.value_at}) {
        if (at.source == &source_ && at.span.end <= image) begin = std::max(begin, at.span.end);
      }
    }
    const std::size_t dashes = text_.substr(begin, image - begin).find("--");
    if (dashes == std::string_view::npos) return image;
    return word_start(begin + static_cast<std::uint32_t>(dashes));
  }

  // The place of a value such as `nofile=5` holds what stands before it, too.
  static std::string with_prefix(const Change& change) {
    const std::string_view prefix = change.setting.spelling().flag_prefix;
    std::string_view old = change.at.text();
    if (old.starts_with('"') || old.starts_with('\'')) old.remove_prefix(1);
    const bool prefixed = !prefix.empty() && old.starts_with(prefix);
    return prefixed ? concat(prefix, change.value) : change.value;
  }

  std::optional<Error> set_switch(const Change& change) {
    const WrittenFlag* const flag = flag_at(line_, change.at);
    if (flag->at == flag->value_at) {
      return change.value == "true" ? std::nullopt : remove(change.at);
    }
    return rewrite(flag->value_at, change.value);
  }

  std::optional<Error> rewrite(const Location& at, const std::string& value) {
    const std::string_view old = at.text();
    if (old.find_first_of("$`") != std::string_view::npos) {
      return Error{.message = "the value comes from a variable", .at = at};
    }
    std::string_view inside = old;
    const bool quoted = old.size() > 1 && (old[0] == '"' || old[0] == '\'') && old.back() == old[0];
    if (quoted) inside = old.substr(1, old.size() - 2);
    if (inside.find_first_of("\"'\\\n") != std::string_view::npos) {
      return Error{.message = "the value is written in a way that is not changed", .at = at};
    }
    if (!is_plain(value)) return Error{.message = "its value would need quotes here", .at = at};
    const std::uint32_t shift = quoted ? 1 : 0;
    edit(at.span.begin + shift, at.span.end - shift, value);
    return std::nullopt;
  }

  std::optional<Error> remove(const Location& at) {
    const WrittenFlag* const flag = flag_at(line_, at);
    if (flag == nullptr) return Error{.message = "it is no flag of this line", .at = at};
    std::uint32_t begin = flag->at.span.begin;
    std::uint32_t end = std::max(flag->at.span.end, flag->value_at.span.end);
    if (text_.substr(begin, end - begin).find_first_of("$`") != std::string_view::npos) {
      return Error{.message = "the flag comes from a variable", .at = at};
    }
    // One of several letters behind one dash: -itP.
    if (text_[begin] != '-') {
      const bool first = text_[begin - 1] == '-';
      const bool whole_word =
          flag->at != flag->value_at || end == text_.size() || is_space(text_[end]);
      if (flag->at == flag->value_at && !(first && whole_word)) {
        edit(begin, end, {});
        return std::nullopt;
      }
      if (!first) {
        return Error{.message = "the flag stands together with others", .at = at};
      }
      --begin;
    }
    // The place of a word in quotes is what stands between them.
    if (begin > 0 && (text_[begin - 1] == '"' || text_[begin - 1] == '\'')) --begin;
    while (end < text_.size() && !is_space(text_[end]) && !is_continuation(end)) ++end;
    const std::uint32_t word = begin;
    const std::uint32_t start = line_start(text_, begin);
    const std::uint32_t behind_line = next_line(text_, end);
    const std::string_view rest = trim(text_.substr(end, behind_line - end));
    if (is_blank_range(text_, start, begin) && (rest == "\\" || rest == "`" || rest == "^")) {
      edit(start, behind_line, {});
      return std::nullopt;
    }
    while (begin > 0 && is_blank(text_[begin - 1])) --begin;
    // First in its line: the blanks before it are the line's indentation, those behind it go.
    if (begin == start) {
      begin = word;
      while (end < text_.size() && is_blank(text_[end])) ++end;
    }
    edit(begin, end, {});
    return std::nullopt;
  }

  const Finding& finding_;
  const ContainerSpec& line_;
  const Source& source_;
  std::string_view text_;
  std::vector<Edit> edits_;
};

}  // namespace

Result<std::vector<Edit>> run_line_edits(const Finding& finding, const ContainerSpec& line) {
  return Editor(finding, line).run();
}

}  // namespace plimsoll::fix
