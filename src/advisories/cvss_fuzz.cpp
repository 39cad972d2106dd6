// Scores any text: no score is out of bounds, and the order of the metrics does not matter.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "advisories/cvss.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::optional<advisories::CvssScore> score = advisories::score_of(text);
  if (!score) return 0;
  if (score->tenths < 0 || score->tenths > 100) std::abort();
  if (score->rating == Rating::unknown || score->version.empty()) std::abort();
  if (text.starts_with('(')) return 0;
  std::vector<std::string_view> parts = split(text, '/');
  std::reverse(parts.begin() + (text.starts_with("CVSS:") ? 1 : 0), parts.end());
  std::string turned;
  for (const std::string_view part : parts) turned += concat(turned.empty() ? "" : "/", part);
  const std::optional<advisories::CvssScore> again = advisories::score_of(turned);
  if (!again || again->tenths != score->tenths) std::abort();
  return 0;
}
