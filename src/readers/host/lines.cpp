#include "readers/host/lines.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::host {

std::vector<Line> lines_of(const Source& source) {
  std::vector<Line> lines;
  const std::string_view text = source.text();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!trim(line).empty() && !trim(line).starts_with('#')) {
      lines.push_back(
          {{&source, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}}});
    }
    begin = end + 1;
  }
  return lines;
}

std::vector<Location> fields_of(const Location& line, char separator) {
  std::vector<Location> fields;
  const std::string_view text = line.text();
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    fields.push_back({line.source,
                      {static_cast<std::uint32_t>(line.span.begin + begin),
                       static_cast<std::uint32_t>(line.span.begin + end)}});
    if (end == text.size()) return fields;
    begin = end + 1;
  }
}

Location trimmed(Location at) {
  const std::string_view text = at.text();
  const std::string_view inner = trim(text);
  if (inner.empty()) return at;
  const auto skipped = static_cast<std::uint32_t>(inner.data() - text.data());
  at.span.begin += skipped;
  at.span.end = at.span.begin + static_cast<std::uint32_t>(inner.size());
  return at;
}

Location value_of(const Source& source) {
  return trimmed({&source, {0, static_cast<std::uint32_t>(source.text().size())}});
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace plimsoll::host
