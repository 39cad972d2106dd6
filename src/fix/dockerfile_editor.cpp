#include "fix/dockerfile_editor.h"

#include "base/files.h"
#include "base/text.h"
#include "fix/lines.h"

namespace plimsoll::fix {
namespace {

// The comments right above an instruction speak of it: what is put before the instruction is put
// before them, and they go with it, unless what follows right behind may be meant as well. Parser
// directives at the top are no comments about anything.
std::uint32_t start_with_comments(std::string_view text, std::uint32_t offset) {
  std::uint32_t start = line_start(text, offset);
  while (start > 0) {
    const std::uint32_t above = line_start(text, start - 1);
    const std::string_view line = trim(text.substr(above, start - above));
    if (!line.starts_with('#')) return start;
    const std::string_view word = trim(line.substr(1));
    const std::size_t equals = word.find('=');
    const bool directive =
        equals != std::string_view::npos && !word.substr(0, equals).contains(' ') && above == 0;
    if (directive) return start;
    start = above;
  }
  return start;
}

// Behind an instruction that ends at `offset`: heredocs end behind their last line's ending.
std::uint32_t behind(std::string_view text, std::uint32_t offset) {
  if (offset > 0 && text[offset - 1] == '\n') return offset;
  return next_line(text, offset);
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
      const std::uint32_t offset = behind(text, span.end);
      return {at(offset, offset), inserted_lines(text, offset, concat(change.value, "\n")), {}, {}};
    }
    case Change::Kind::remove: {
      std::uint32_t begin = line_start(text, span.begin);
      std::uint32_t end = behind(text, span.end);
      const bool ends_paragraph =
          end == text.size() || is_blank_range(text, end, line_end(text, end));
      if (ends_paragraph) begin = start_with_comments(text, span.begin);
      // Of the blank lines before and behind what goes, one is enough.
      const std::uint32_t above = begin > 0 ? line_start(text, begin - 1) : 0;
      if (begin > 0 && end < text.size() && ends_paragraph &&
          is_blank_range(text, above, line_end(text, above))) {
        end = next_line(text, end);
      }
      // A last line without its ending: the one before it goes, so that none is made up.
      const bool last = end == text.size() && begin > 0 && !text.ends_with('\n');
      return {at(last ? begin - 1 : begin, end), {}, {}, {}};
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
    edits.push_back(edit_of(change));
  }
  return edits;
}

}  // namespace plimsoll::fix
