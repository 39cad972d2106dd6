#include "fix/dockerfile_editor.h"

#include "base/files.h"
#include "base/text.h"
#include "fix/lines.h"

namespace plimsoll::fix {
namespace {

bool is_directive(std::string_view line) {
  if (!line.starts_with('#')) return false;
  const std::string_view word = trim(line.substr(1));
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && !trim(word.substr(0, equals)).contains(' ');
}

// Where the parser directives at the top end: they are no comments about anything, and they count
// only as long as nothing stands above them.
std::uint32_t end_of_directives(std::string_view text) {
  std::uint32_t end = 0;
  while (end < text.size()) {
    const std::uint32_t next = next_line(text, end);
    if (!is_directive(trim(text.substr(end, next - end)))) break;
    end = next;
  }
  return end;
}

// The comments right above an instruction speak of it: what is put before the instruction is put
// before them, and they go with it, unless what follows right behind may be meant as well.
std::uint32_t start_with_comments(std::string_view text, std::uint32_t offset) {
  const std::uint32_t first = end_of_directives(text);
  std::uint32_t start = line_start(text, offset);
  while (start > first) {
    const std::uint32_t above = line_start(text, start - 1);
    if (!trim(text.substr(above, start - above)).starts_with('#')) return start;
    start = above;
  }
  return start;
}

// Behind the last line of what stands at `span`: heredocs end behind their line ending.
std::uint32_t behind(std::string_view text, Span span) {
  if (!span.empty() && text[span.end - 1] == '\n') return span.end;
  return next_line(text, span.end);
}

bool is_blank_line(std::string_view text, std::uint32_t offset) {
  return trim(text.substr(offset, next_line(text, offset) - offset)).empty();
}

// Of the blank lines around something that goes, one is enough.
std::uint32_t with_blank_line(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  const bool blank_above = begin == 0 || is_blank_line(text, line_start(text, begin - 1));
  const bool itself_blank = trim(text.substr(begin, end - begin)).empty();
  if (itself_blank || !blank_above || end >= text.size() || !is_blank_line(text, end)) return end;
  return next_line(text, end);
}

Edit edit_of(const Change& change) {
  const std::string_view text = change.at.source->text();
  const Span span = change.at.span;
  const auto at = [&](std::uint32_t begin, std::uint32_t end) {
    return Location{change.at.source, {begin, end}};
  };
  switch (change.kind) {
    case Change::Kind::insert_before: {
      const std::uint32_t offset = start_with_comments(text, span.begin);
      return {at(offset, offset), inserted_lines(text, offset, concat(change.value, "\n")), {}, {}};
    }
    case Change::Kind::insert_after: {
      const std::uint32_t offset = behind(text, span);
      return {at(offset, offset), inserted_lines(text, offset, concat(change.value, "\n")), {}, {}};
    }
    case Change::Kind::remove: {
      const bool directly_followed =
          behind(text, span) < text.size() && !is_blank_line(text, behind(text, span));
      const bool itself_blank = trim(text.substr(span.begin, span.size())).empty();
      const std::uint32_t begin = directly_followed || itself_blank
                                      ? line_start(text, span.begin)
                                      : start_with_comments(text, span.begin);
      const std::uint32_t end = with_blank_line(text, begin, behind(text, span));
      return {{change.at.source, removed_lines(text, begin, end)}, {}, {}, {}};
    }
    default: return {change.at, with_endings(change.value, line_ending(text)), {}, {}};
  }
}

}  // namespace

Result<std::vector<Edit>> dockerfile_edits(const Finding& finding) {
  std::vector<Edit> edits;
  for (const Change& change : finding.fix.changes) {
    if (change.kind == Change::Kind::create_file) {
      const std::string_view directory = parent_path(finding.at.source->path());
      edits.push_back({{}, change.value, {}, join_path(directory, change.name)});
      continue;
    }
    // An escape character at the file's very end would take the inserted line in.
    const std::string_view written = trim(change.at.text());
    if (change.kind == Change::Kind::insert_after &&
        (written.ends_with('\\') || written.ends_with('`'))) {
      return failure({.message = "the last line goes on, and nothing can be written behind it"});
    }
    edits.push_back(edit_of(change));
  }
  return edits;
}

}  // namespace plimsoll::fix
