#include "base/source.h"

#include <algorithm>

#include "base/utf8.h"

namespace plimsoll {

const std::vector<std::uint32_t>& Source::line_starts() const {
  std::call_once(indexed_, [this] {
    // A byte order mark is no part of what is written.
    line_starts_.push_back(text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    for (std::size_t at = text_.find('\n'); at != std::string::npos;
         at = text_.find('\n', at + 1)) {
      line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
    }
  });
  return line_starts_;
}

Position Source::position(std::uint32_t offset) const {
  const auto& starts = line_starts();
  offset = std::clamp(offset, starts.front(), static_cast<std::uint32_t>(text_.size()));
  const auto next = std::upper_bound(starts.begin(), starts.end(), offset);
  const std::uint32_t start = *(next - 1);
  return {.line = static_cast<std::uint32_t>(next - starts.begin()),
          .column = static_cast<std::uint32_t>(code_points(text({start, offset}))) + 1};
}

std::string_view Source::line(std::uint32_t number) const {
  const auto& starts = line_starts();
  if (number == 0 || number > starts.size()) return {};
  const std::uint32_t begin = starts[number - 1];
  const std::uint32_t end =
      number < starts.size() ? starts[number] - 1 : static_cast<std::uint32_t>(text_.size());
  std::string_view line = text({begin, end});
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::uint32_t Source::line_count() const {
  const auto& starts = line_starts();
  const bool ends_with_newline = !text_.empty() && text_.back() == '\n';
  return static_cast<std::uint32_t>(starts.size()) - (ends_with_newline || text_.empty() ? 1 : 0);
}

}  // namespace plimsoll
