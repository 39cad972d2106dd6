#include "advisories/cvss/metrics.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace plimsoll::advisories::cvss {

std::size_t Metrics::index(std::string_view name) const {
  const auto found = std::ranges::find(known_, name, &Metric::name);
  assert(found != known_.end());
  return static_cast<std::size_t>(found - known_.begin());
}

bool Metrics::has_any(std::span<const std::string_view> names) const {
  return std::ranges::any_of(names, [&](std::string_view name) {
    const std::size_t at = index(name);
    return values_[at]->name != known_[at].otherwise;
  });
}

std::optional<Metrics> Metrics::read(std::string_view vector, std::span<const Metric> known) {
  assert(known.size() <= max_metrics);
  Metrics out;
  out.known_ = known;
  // Longer than this none can be, and hostile ones are.
  if (vector.size() > 512) return std::nullopt;
  const auto value_of = [](const Metric& metric, std::string_view name) {
    const auto found = std::ranges::find(metric.values, name, &MetricValue::name);
    return found == metric.values.end() ? nullptr : &*found;
  };
  for (const std::string_view part : split(vector, '/')) {
    const std::size_t colon = part.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto metric = std::ranges::find(known, part.substr(0, colon), &Metric::name);
    if (metric == known.end()) return std::nullopt;
    const MetricValue*& value = out.values_[static_cast<std::size_t>(metric - known.begin())];
    if (value != nullptr) return std::nullopt;
    value = value_of(*metric, part.substr(colon + 1));
    if (value == nullptr) return std::nullopt;
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (out.values_[i] == nullptr) out.values_[i] = value_of(known[i], known[i].otherwise);
    if (out.values_[i] == nullptr) return std::nullopt;
  }
  return out;
}

}  // namespace plimsoll::advisories::cvss
