#include "app/inline_dockerfile.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::app {
namespace {

// The offset in the compose file of an offset in the inline text, when the block there is literal:
// its lines are the inline text's lines, each behind the same indentation.
std::optional<std::uint32_t> offset_in_block(const Source& inner, std::uint32_t offset,
                                             const Location& block) {
  const std::string_view whole = block.source->text();
  std::size_t line_start = whole.find('\n', block.span.begin);
  if (!block.text().starts_with('|') || line_start == std::string_view::npos) return std::nullopt;
  ++line_start;
  const std::string_view before = inner.text().substr(0, offset);
  for (std::ptrdiff_t lines = std::ranges::count(before, '\n'); lines > 0; --lines) {
    line_start = whole.find('\n', line_start);
    if (line_start == std::string_view::npos) return std::nullopt;
    ++line_start;
  }
  const std::size_t inner_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t inner_end = inner.text().find('\n', inner_start);
  const std::string_view inner_line = inner.text().substr(inner_start, inner_end - inner_start);
  const std::string_view line = whole.substr(line_start, whole.find('\n', line_start) - line_start);
  const std::size_t indentation = line.find(inner_line);
  if (indentation == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(line_start + indentation + (offset - inner_start));
}

}  // namespace

Location place_in_compose_file(const Location& inner, const ComposeBuild& build) {
  const Location& block = build.dockerfile_inline.at;
  const auto begin = offset_in_block(*inner.source, inner.span.begin, block);
  const auto end = offset_in_block(*inner.source, inner.span.end, block);
  if (!begin || !end || *end < *begin) return block;
  return {block.source, {*begin, *end}};
}

}  // namespace plimsoll::app
