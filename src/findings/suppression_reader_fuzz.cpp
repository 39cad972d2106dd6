// Finds and applies suppressions in any text, in every style, and checks what must always hold.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "findings/suppression_reader.h"

namespace {

using namespace plimsoll;

void require(bool condition) {
  if (!condition) std::abort();
}

class AllNames final : public RuleNames {
 public:
  bool means(std::string_view, std::string_view) const override { return true; }
  bool known(std::string_view name) const override { return name.size() < 9; }
};

void read(const Source& source, CommentStyle style, std::span<const Span> units) {
  std::vector<Suppression> suppressions = find_suppressions(source, style, units);
  require(suppressions.size() <= max_suppressions);
  std::uint32_t end = 0;
  for (const Suppression& suppression : suppressions) {
    require(suppression.at.source == &source);
    require(suppression.at.span.begin >= end && suppression.at.span.end <= source.text().size());
    end = suppression.at.span.end;
    require(suppression.first_line <= suppression.last_line);
    require(suppression.last_line <= source.line_count());
    require(suppression.malformed != suppression.problem.empty());
    require(suppression.malformed || !suppression.rules.empty());
  }
  Finding finding;
  finding.at = {&source, {0, 0}};
  const std::size_t size = source.text().size();
  std::vector<Finding> findings(3, finding);
  findings[1].at.span.begin = findings[1].at.span.end = static_cast<std::uint32_t>(size / 2);
  findings[2].at.span.begin = findings[2].at.span.end = static_cast<std::uint32_t>(size);
  const Applied applied =
      apply_suppressions(suppressions, std::move(findings), AllNames(), "2026-11-22");
  require(applied.kept.size() + applied.silenced.size() == 3);
  for (const Applied::Silenced& silenced : applied.silenced) {
    const Suppression& by = suppressions[silenced.suppression];
    require(by.used && !by.expired && !by.malformed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  // The first two bytes choose the units: parts of some lines each.
  const std::size_t lines_of_unit = data[0] % 8;
  const bool yaml = data[1] % 2 == 0;
  const Source source(yaml ? "a.yaml" : "a",
                      std::string(reinterpret_cast<const char*>(data) + 2, size - 2));
  std::vector<Span> units;
  if (lines_of_unit > 0) {
    const std::string_view text = source.text();
    std::size_t begin = 0;
    std::size_t lines = 0;
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      if (++lines % lines_of_unit != 0) continue;
      units.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)});
      begin = at + 1;
    }
  }
  for (const CommentStyle style :
       {CommentStyle::dockerfile, CommentStyle::hash, CommentStyle::markdown, CommentStyle::none}) {
    read(source, style, units);
  }
  return 0;
}
