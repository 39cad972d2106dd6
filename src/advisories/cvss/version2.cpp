// CVSS 2.0. Source: first.org, "A Complete Guide to the Common Vulnerability Scoring System Version
// 2.0", section 3.2.
#include <algorithm>
#include <array>
#include <cmath>

#include "advisories/cvss/metrics.h"

namespace plimsoll::advisories::cvss {
namespace {

constexpr std::array<MetricValue, 3> access_vector{{{"L", 0.395}, {"A", 0.646}, {"N", 1}}};
constexpr std::array<MetricValue, 3> access_complexity{{{"H", 0.35}, {"M", 0.61}, {"L", 0.71}}};
constexpr std::array<MetricValue, 3> authentication{{{"M", 0.45}, {"S", 0.56}, {"N", 0.704}}};
constexpr std::array<MetricValue, 3> impact{{{"N", 0}, {"P", 0.275}, {"C", 0.66}}};
constexpr std::array<MetricValue, 5> exploitability{
    {{"U", 0.85}, {"POC", 0.9}, {"F", 0.95}, {"H", 1}, {"ND", 1}}};
constexpr std::array<MetricValue, 5> remediation{
    {{"OF", 0.87}, {"TF", 0.9}, {"W", 0.95}, {"U", 1}, {"ND", 1}}};
constexpr std::array<MetricValue, 4> confidence{{{"UC", 0.9}, {"UR", 0.95}, {"C", 1}, {"ND", 1}}};
constexpr std::array<MetricValue, 6> collateral{
    {{"N", 0}, {"L", 0.1}, {"LM", 0.3}, {"MH", 0.4}, {"H", 0.5}, {"ND", 0}}};
constexpr std::array<MetricValue, 5> targets{
    {{"N", 0}, {"L", 0.25}, {"M", 0.75}, {"H", 1}, {"ND", 1}}};
constexpr std::array<MetricValue, 4> requirement{{{"L", 0.5}, {"M", 1}, {"H", 1.51}, {"ND", 1}}};

constexpr std::array<Metric, 14> metrics{{
    {.name = "AV", .values = access_vector},
    {.name = "AC", .values = access_complexity},
    {.name = "Au", .values = authentication},
    {.name = "C", .values = impact},
    {.name = "I", .values = impact},
    {.name = "A", .values = impact},
    {.name = "E", .values = exploitability, .otherwise = "ND"},
    {.name = "RL", .values = remediation, .otherwise = "ND"},
    {.name = "RC", .values = confidence, .otherwise = "ND"},
    {.name = "CDP", .values = collateral, .otherwise = "ND"},
    {.name = "TD", .values = targets, .otherwise = "ND"},
    {.name = "CR", .values = requirement, .otherwise = "ND"},
    {.name = "IR", .values = requirement, .otherwise = "ND"},
    {.name = "AR", .values = requirement, .otherwise = "ND"},
}};
constexpr std::array<std::string_view, 3> temporal{"E", "RL", "RC"};
constexpr std::array<std::string_view, 5> environmental{"CDP", "TD", "CR", "IR", "AR"};

// Half a tenth counts as a whole one, also where the sum of the parts falls just short of it.
double rounded(double score) {
  return std::round(score * 10 + std::copysign(1e-9, score)) / 10;
}

double base_score(const Metrics& m, double impact_score) {
  const double exploitability_score = 20 * m.number("AV") * m.number("AC") * m.number("Au");
  if (impact_score == 0) return 0;
  return rounded((0.6 * impact_score + 0.4 * exploitability_score - 1.5) * 1.176);
}

double temporal_score(const Metrics& m, double base) {
  return rounded(base * m.number("E") * m.number("RL") * m.number("RC"));
}

double score(const Metrics& m) {
  const auto kept = [&](std::string_view name, std::string_view need) {
    return 1 - m.number(name) * m.number(need);
  };
  if (m.has_any(environmental)) {
    const double adjusted =
        std::min(10.0, 10.41 * (1 - kept("C", "CR") * kept("I", "IR") * kept("A", "AR")));
    const double adjusted_temporal = temporal_score(m, base_score(m, adjusted));
    return rounded((adjusted_temporal + (10 - adjusted_temporal) * m.number("CDP")) *
                   m.number("TD"));
  }
  const double base =
      base_score(m, 10.41 * (1 - (1 - m.number("C")) * (1 - m.number("I")) * (1 - m.number("A"))));
  return m.has_any(temporal) ? temporal_score(m, base) : base;
}

}  // namespace

std::optional<int> score_2(std::string_view vector) {
  const std::optional<Metrics> m = Metrics::read(vector, metrics);
  if (!m) return std::nullopt;
  // What is needed little can make a score less than nothing.
  return std::max(0, static_cast<int>(std::lround(score(*m) * 10)));
}

}  // namespace plimsoll::advisories::cvss
