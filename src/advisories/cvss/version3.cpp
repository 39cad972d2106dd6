// CVSS 3.0 and 3.1, which differ in one formula. Sources: first.org,
// "Common Vulnerability Scoring System v3.0: Specification Document", section 8, and v3.1, section
// 7 and appendix A.
#include <algorithm>
#include <array>
#include <cmath>

#include "advisories/cvss/metrics.h"
#include "base/text.h"

namespace plimsoll::advisories::cvss {
namespace {

// The numbers of `modified` metrics are those of the base metrics, and X takes the base metric's.
constexpr std::array<MetricValue, 5> attack_vector{
    {{"N", 0.85}, {"A", 0.62}, {"L", 0.55}, {"P", 0.2}, {"X", 0}}};
constexpr std::array<MetricValue, 3> attack_complexity{{{"L", 0.77}, {"H", 0.44}, {"X", 0}}};
// Where the scope changes other numbers hold: privileges() has them.
constexpr std::array<MetricValue, 4> privileges_required{
    {{"N", 0.85}, {"L", 0.62}, {"H", 0.27}, {"X", 0}}};
constexpr std::array<MetricValue, 3> user_interaction{{{"N", 0.85}, {"R", 0.62}, {"X", 0}}};
constexpr std::array<MetricValue, 3> scope{{{"U", 0}, {"C", 0}, {"X", 0}}};
constexpr std::array<MetricValue, 4> impact{{{"H", 0.56}, {"L", 0.22}, {"N", 0}, {"X", 0}}};
constexpr std::array<MetricValue, 5> exploit_code{
    {{"X", 1}, {"H", 1}, {"F", 0.97}, {"P", 0.94}, {"U", 0.91}}};
constexpr std::array<MetricValue, 5> remediation{
    {{"X", 1}, {"U", 1}, {"W", 0.97}, {"T", 0.96}, {"O", 0.95}}};
constexpr std::array<MetricValue, 4> confidence{{{"X", 1}, {"C", 1}, {"R", 0.96}, {"U", 0.92}}};
constexpr std::array<MetricValue, 4> requirement{{{"X", 1}, {"H", 1.5}, {"M", 1}, {"L", 0.5}}};

// All but X.
constexpr std::span<const MetricValue> given(std::span<const MetricValue> values) {
  return values.first(values.size() - 1);
}

constexpr std::array<Metric, 22> metrics{{
    {.name = "AV", .values = given(attack_vector)},
    {.name = "AC", .values = given(attack_complexity)},
    {.name = "PR", .values = given(privileges_required)},
    {.name = "UI", .values = given(user_interaction)},
    {.name = "S", .values = given(scope)},
    {.name = "C", .values = given(impact)},
    {.name = "I", .values = given(impact)},
    {.name = "A", .values = given(impact)},
    {.name = "E", .values = exploit_code, .otherwise = "X"},
    {.name = "RL", .values = remediation, .otherwise = "X"},
    {.name = "RC", .values = confidence, .otherwise = "X"},
    {.name = "CR", .values = requirement, .otherwise = "X"},
    {.name = "IR", .values = requirement, .otherwise = "X"},
    {.name = "AR", .values = requirement, .otherwise = "X"},
    {.name = "MAV", .values = attack_vector, .otherwise = "X"},
    {.name = "MAC", .values = attack_complexity, .otherwise = "X"},
    {.name = "MPR", .values = privileges_required, .otherwise = "X"},
    {.name = "MUI", .values = user_interaction, .otherwise = "X"},
    {.name = "MS", .values = scope, .otherwise = "X"},
    {.name = "MC", .values = impact, .otherwise = "X"},
    {.name = "MI", .values = impact, .otherwise = "X"},
    {.name = "MA", .values = impact, .otherwise = "X"},
}};
constexpr std::array<std::string_view, 11> environmental{"CR",  "IR", "AR", "MAV", "MAC", "MPR",
                                                         "MUI", "MS", "MC", "MI",  "MA"};

// To the next tenth. What was meant to be a whole number of tenths can be more by the smallest of
// amounts, and must not become the next: so says 3.1. With exact numbers no vector of 3.0 scores
// otherwise.
int rounded_up(double score) {
  const auto hundred_thousandths = std::lround(score * 100'000);
  return static_cast<int>((hundred_thousandths + 9'999) / 10'000);
}

// One of the two scorings of a vector: by its base metrics, or by the modified ones.
class Scoring {
 public:
  Scoring(const Metrics& m, int minor_version, bool is_modified)
      : m_(m), minor_version_(minor_version), is_modified_(is_modified) {}

  // In tenths, without the temporal metrics.
  int score() const {
    const double impact_score = impact();
    if (impact_score <= 0) return 0;
    const double sum = impact_score + exploitability();
    return rounded_up(std::min((is_changed() ? 1.08 : 1) * sum, 10.0));
  }

 private:
  // The modified metric where it is asked for and says something.
  std::string name(std::string_view base) const {
    std::string modified = concat("M", base);
    return is_modified_ && m_.value(modified) != "X" ? modified : std::string(base);
  }
  double number(std::string_view base) const { return m_.number(name(base)); }
  bool is_changed() const { return m_.value(name("S")) == "C"; }

  double privileges() const {
    const std::string_view value = m_.value(name("PR"));
    if (is_changed() && value == "L") return 0.68;
    if (is_changed() && value == "H") return 0.5;
    return number("PR");
  }

  double exploitability() const {
    return 8.22 * number("AV") * number("AC") * privileges() * number("UI");
  }

  double kept(std::string_view base, std::string_view need) const {
    return 1 - number(base) * (is_modified_ ? m_.number(need) : 1);
  }

  double impact() const {
    double part = 1 - kept("C", "CR") * kept("I", "IR") * kept("A", "AR");
    if (is_modified_) part = std::min(part, 0.915);
    if (!is_changed()) return 6.42 * part;
    const double most = 7.52 * (part - 0.029);
    if (is_modified_ && minor_version_ > 0) return most - 3.25 * std::pow(part * 0.9731 - 0.02, 13);
    return most - 3.25 * std::pow(part - 0.02, 15);
  }

  const Metrics& m_;
  int minor_version_;
  bool is_modified_;
};

}  // namespace

std::optional<int> score_3(std::string_view vector, int minor_version) {
  const std::optional<Metrics> m = Metrics::read(vector, metrics);
  if (!m) return std::nullopt;
  const Scoring scoring(*m, minor_version, m->has_any(environmental));
  // Where none of the temporal metrics is given this changes nothing.
  return rounded_up(scoring.score() / 10.0 * m->number("E") * m->number("RL") * m->number("RC"));
}

}  // namespace plimsoll::advisories::cvss
