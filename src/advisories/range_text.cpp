#include "advisories/range_text.h"

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

constexpr std::size_t max_listed_shown = 5;

std::string text_of(const std::vector<Event>& range) {
  std::vector<std::string> parts;
  std::vector<std::string> spans;
  const auto end_span = [&] {
    if (!parts.empty()) spans.push_back(join(parts, ", "));
    parts.clear();
  };
  for (const Event& event : range) {
    switch (event.kind) {
      case EventKind::introduced:
        end_span();
        parts.push_back(event.version == "0" ? "every version" : concat(">= ", event.version));
        continue;
      case EventKind::introduced_after:
        end_span();
        parts.push_back(concat("> ", event.version));
        continue;
      case EventKind::fixed:
      case EventKind::last_affected:
        if (parts.size() == 1 && parts.front() == "every version") parts.clear();
        parts.push_back(concat(event.kind == EventKind::fixed ? "< " : "<= ", event.version));
        end_span();
        continue;
      case EventKind::limit: parts.push_back(concat("before the limit ", event.version)); continue;
    }
  }
  end_span();
  return join(spans, " or ");
}

}  // namespace

std::string range_text(const StoredEntry& entry) {
  std::vector<std::string> out;
  for (const std::vector<Event>& range : entry.ranges) out.push_back(text_of(range));
  for (std::size_t i = 0; i < entry.versions.size(); ++i) {
    if (i == max_listed_shown) {
      out.push_back(concat(std::to_string(entry.versions.size() - i), " more versions"));
      break;
    }
    out.push_back(concat("= ", entry.versions[i]));
  }
  return join(out, " or ");
}

}  // namespace plimsoll::advisories
