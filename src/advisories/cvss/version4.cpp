// CVSS 4.0. Experts have not agreed on formulas here but ranked vectors: all that are alike in six
// respects (equivalence classes EQ1 to EQ6) make one of 270 MacroVectors, and each of those has a
// score, which is that of its worst vectors. A vector that is less bad than these gets less, as far
// as it is on the way to the next MacroVector below: for each respect the share of the way is the
// number of steps from a worst vector over the number of steps there are, and the mean of the
// respects is taken off.
//
// Source: first.org, "Common Vulnerability Scoring System version 4.0: Specification Document",
// section 8 and tables 24 to 30; the numbers of steps are those of FIRST's calculator.
#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

#include "advisories/cvss/metrics.h"
#include "advisories/cvss/version4_scores.h"
#include "base/text.h"

namespace plimsoll::advisories::cvss {
namespace {

// The numbers are the steps down from the worst value.
constexpr std::array<MetricValue, 5> attack_vector{
    {{"N", 0}, {"A", 1}, {"L", 2}, {"P", 3}, {"X", 0}}};
constexpr std::array<MetricValue, 3> attack_complexity{{{"L", 0}, {"H", 1}, {"X", 0}}};
constexpr std::array<MetricValue, 3> attack_requirements{{{"N", 0}, {"P", 1}, {"X", 0}}};
constexpr std::array<MetricValue, 4> privileges_required{{{"N", 0}, {"L", 1}, {"H", 2}, {"X", 0}}};
constexpr std::array<MetricValue, 4> user_interaction{{{"N", 0}, {"P", 1}, {"A", 2}, {"X", 0}}};
constexpr std::array<MetricValue, 4> vulnerable_impact{{{"H", 0}, {"L", 1}, {"N", 2}, {"X", 0}}};
// Worse than high is only safety, and that only modified metrics can say.
constexpr std::array<MetricValue, 5> subsequent_impact{
    {{"H", 1}, {"L", 2}, {"N", 3}, {"X", 0}, {"S", 0}}};
constexpr std::array<MetricValue, 4> exploit_maturity{{{"X", 0}, {"A", 0}, {"P", 1}, {"U", 2}}};
constexpr std::array<MetricValue, 4> requirement{{{"X", 0}, {"H", 0}, {"M", 1}, {"L", 2}}};
// Those that say more of a flaw and do not score.
constexpr std::array<MetricValue, 3> safety{{{"X"}, {"N"}, {"P"}}};
constexpr std::array<MetricValue, 3> automatable{{{"X"}, {"N"}, {"Y"}}};
constexpr std::array<MetricValue, 4> recovery{{{"X"}, {"A"}, {"U"}, {"I"}}};
constexpr std::array<MetricValue, 3> value_density{{{"X"}, {"D"}, {"C"}}};
constexpr std::array<MetricValue, 4> response_effort{{{"X"}, {"L"}, {"M"}, {"H"}}};
constexpr std::array<MetricValue, 5> urgency{{{"X"}, {"Clear"}, {"Green"}, {"Amber"}, {"Red"}}};

using Values = std::span<const MetricValue>;

constexpr std::array<Metric, 32> metrics{{
    {.name = "AV", .values = Values(attack_vector).first(4)},
    {.name = "AC", .values = Values(attack_complexity).first(2)},
    {.name = "AT", .values = Values(attack_requirements).first(2)},
    {.name = "PR", .values = Values(privileges_required).first(3)},
    {.name = "UI", .values = Values(user_interaction).first(3)},
    {.name = "VC", .values = Values(vulnerable_impact).first(3)},
    {.name = "VI", .values = Values(vulnerable_impact).first(3)},
    {.name = "VA", .values = Values(vulnerable_impact).first(3)},
    {.name = "SC", .values = Values(subsequent_impact).first(3)},
    {.name = "SI", .values = Values(subsequent_impact).first(3)},
    {.name = "SA", .values = Values(subsequent_impact).first(3)},
    {.name = "E", .values = exploit_maturity, .otherwise = "X"},
    {.name = "CR", .values = requirement, .otherwise = "X"},
    {.name = "IR", .values = requirement, .otherwise = "X"},
    {.name = "AR", .values = requirement, .otherwise = "X"},
    {.name = "MAV", .values = attack_vector, .otherwise = "X"},
    {.name = "MAC", .values = attack_complexity, .otherwise = "X"},
    {.name = "MAT", .values = attack_requirements, .otherwise = "X"},
    {.name = "MPR", .values = privileges_required, .otherwise = "X"},
    {.name = "MUI", .values = user_interaction, .otherwise = "X"},
    {.name = "MVC", .values = vulnerable_impact, .otherwise = "X"},
    {.name = "MVI", .values = vulnerable_impact, .otherwise = "X"},
    {.name = "MVA", .values = vulnerable_impact, .otherwise = "X"},
    {.name = "MSC", .values = Values(subsequent_impact).first(4), .otherwise = "X"},
    {.name = "MSI", .values = subsequent_impact, .otherwise = "X"},
    {.name = "MSA", .values = subsequent_impact, .otherwise = "X"},
    {.name = "S", .values = safety, .otherwise = "X"},
    {.name = "AU", .values = automatable, .otherwise = "X"},
    {.name = "R", .values = recovery, .otherwise = "X"},
    {.name = "V", .values = value_density, .otherwise = "X"},
    {.name = "RE", .values = response_effort, .otherwise = "X"},
    {.name = "U", .values = urgency, .otherwise = "X"},
}};

// The steps down of each metric of a vector, or of a worst vector.
template <std::size_t size>
using Steps = std::array<int, size>;

// How many steps a vector is below the first worst vector that it is nowhere above.
template <std::size_t size>
int distance(const Steps<size>& vector, std::span<const Steps<size>> worst) {
  for (const Steps<size>& top : worst) {
    if (!std::ranges::equal(top, vector, std::ranges::less_equal())) continue;
    return std::accumulate(vector.begin(), vector.end(), 0) -
           std::accumulate(top.begin(), top.end(), 0);
  }
  assert(!"each vector of a MacroVector is below one of its worst");
  return 0;
}

// AV, PR, UI.
constexpr std::array<Steps<3>, 1> worst_of_eq1_0{{{0, 0, 0}}};
constexpr std::array<Steps<3>, 3> worst_of_eq1_1{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr std::array<Steps<3>, 2> worst_of_eq1_2{{{3, 0, 0}, {1, 1, 1}}};
constexpr std::array<std::span<const Steps<3>>, 3> worst_of_eq1{worst_of_eq1_0, worst_of_eq1_1,
                                                                worst_of_eq1_2};
constexpr std::array<int, 3> depth_of_eq1{1, 4, 5};

// AC, AT.
constexpr std::array<Steps<2>, 1> worst_of_eq2_0{{{0, 0}}};
constexpr std::array<Steps<2>, 2> worst_of_eq2_1{{{1, 0}, {0, 1}}};
constexpr std::array<std::span<const Steps<2>>, 2> worst_of_eq2{worst_of_eq2_0, worst_of_eq2_1};
constexpr std::array<int, 2> depth_of_eq2{1, 2};

// VC, VI, VA, CR, IR, AR: EQ3 and EQ6 are about the same and move together.
constexpr std::array<Steps<6>, 1> worst_of_eq36_00{{{0, 0, 0, 0, 0, 0}}};
constexpr std::array<Steps<6>, 2> worst_of_eq36_01{{{0, 0, 1, 1, 1, 0}, {0, 0, 0, 1, 1, 1}}};
constexpr std::array<Steps<6>, 2> worst_of_eq36_10{{{1, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}}};
constexpr std::array<Steps<6>, 5> worst_of_eq36_11{{{1, 0, 1, 0, 1, 0},
                                                    {1, 0, 0, 0, 1, 1},
                                                    {0, 1, 0, 1, 0, 1},
                                                    {0, 1, 1, 1, 0, 0},
                                                    {1, 1, 0, 0, 0, 1}}};
constexpr std::array<Steps<6>, 1> worst_of_eq36_21{{{1, 1, 1, 0, 0, 0}}};
using Worst6 = std::span<const Steps<6>>;
constexpr std::array<std::array<Worst6, 2>, 3> worst_of_eq36{{{worst_of_eq36_00, worst_of_eq36_01},
                                                              {worst_of_eq36_10, worst_of_eq36_11},
                                                              {Worst6(), worst_of_eq36_21}}};
constexpr std::array<std::array<int, 2>, 3> depth_of_eq36{{{7, 6}, {8, 8}, {1, 10}}};

// SC, SI, SA.
constexpr std::array<std::array<Steps<3>, 1>, 3> worst_of_eq4{
    {{{{1, 0, 0}}}, {{{1, 1, 1}}}, {{{2, 2, 2}}}}};
constexpr std::array<int, 3> depth_of_eq4{6, 5, 4};

class Scoring {
 public:
  explicit Scoring(const Metrics& m) : m_(m) {}

  int score() const {
    constexpr std::array<std::string_view, 6> impacts{"VC", "VI", "VA", "SC", "SI", "SA"};
    if (std::ranges::all_of(impacts, [&](std::string_view name) { return is(name, "N"); })) {
      return 0;
    }
    const MacroVector macro = macro_vector();
    const auto [eq1, eq2, eq3, eq4, eq5, eq6] = macro;
    const int most = score_of_macro_vector(macro).value_or(0);
    // The sum of the shares, in parts of a tenth that are whole for every depth there is.
    constexpr int parts = 840;
    int taken = 0;
    int ways = 0;
    const auto take = [&](std::optional<int> next, int steps, int depth) {
      if (!next) return;
      ++ways;
      taken += (most - *next) * steps * (parts / depth);
    };
    take(score_of_macro_vector({eq1 + 1, eq2, eq3, eq4, eq5, eq6}),
         distance<3>({steps("AV"), steps("PR"), steps("UI")}, worst_of_eq1[eq1]),
         depth_of_eq1[eq1]);
    take(score_of_macro_vector({eq1, eq2 + 1, eq3, eq4, eq5, eq6}),
         distance<2>({steps("AC"), steps("AT")}, worst_of_eq2[eq2]), depth_of_eq2[eq2]);
    take(next_of_eq36(macro),
         distance<6>({steps("VC"), steps("VI"), steps("VA"), steps("CR"), steps("IR"), steps("AR")},
                     worst_of_eq36[eq3][eq6]),
         depth_of_eq36[eq3][eq6]);
    take(score_of_macro_vector({eq1, eq2, eq3, eq4 + 1, eq5, eq6}),
         distance<3>({steps("SC"), steps("SI"), steps("SA")}, worst_of_eq4[eq4]),
         depth_of_eq4[eq4]);
    // EQ5 is one metric: no vector is below its worst. The way counts all the same.
    take(score_of_macro_vector({eq1, eq2, eq3, eq4, eq5 + 1, eq6}), 0, 1);
    if (ways == 0) return most;
    // Half a tenth counts as a whole one.
    const int whole = parts * ways;
    return (2 * (most * whole - taken) + whole) / (2 * whole);
  }

 private:
  // The modified metric where it says something. Metrics that have no modified form have none.
  std::string name(std::string_view base) const {
    std::string modified = concat("M", base);
    const bool can_be = std::ranges::find(metrics, modified, &Metric::name) != metrics.end();
    return can_be && m_.value(modified) != "X" ? modified : std::string(base);
  }
  bool is(std::string_view base, std::string_view value) const {
    return m_.value(name(base)) == value;
  }
  int steps(std::string_view base) const { return static_cast<int>(m_.number(name(base))); }

  MacroVector macro_vector() const {
    MacroVector out;
    const int near = is("AV", "N") + is("PR", "N") + is("UI", "N");
    out.eq1 = near == 3 ? 0 : near > 0 && !is("AV", "P") ? 1 : 2;
    out.eq2 = is("AC", "L") && is("AT", "N") ? 0 : 1;
    const bool is_any_high = is("VC", "H") || is("VI", "H") || is("VA", "H");
    out.eq3 = is("VC", "H") && is("VI", "H") ? 0 : is_any_high ? 1 : 2;
    const bool is_unsafe = is("SI", "S") || is("SA", "S");
    const bool is_high_beyond = is("SC", "H") || is("SI", "H") || is("SA", "H");
    out.eq4 = is_unsafe ? 0 : is_high_beyond ? 1 : 2;
    out.eq5 = static_cast<std::size_t>(steps("E"));
    const auto hurts = [&](std::string_view impact, std::string_view need) {
      return is(impact, "H") && steps(need) == 0;
    };
    out.eq6 = hurts("VC", "CR") || hurts("VI", "IR") || hurts("VA", "AR") ? 0 : 1;
    return out;
  }

  // From the worst of both there are two ways down: the shorter one counts.
  static std::optional<int> next_of_eq36(const MacroVector& macro) {
    MacroVector less_hurt = macro;
    ++less_hurt.eq3;
    MacroVector less_needed = macro;
    ++less_needed.eq6;
    if (macro.eq6 == 1) return score_of_macro_vector(less_hurt);
    if (macro.eq3 == 1) return score_of_macro_vector(less_needed);
    return std::max(score_of_macro_vector(less_hurt), score_of_macro_vector(less_needed));
  }

  const Metrics& m_;
};

}  // namespace

std::optional<int> score_4(std::string_view vector) {
  const std::optional<Metrics> m = Metrics::read(vector, metrics);
  if (!m) return std::nullopt;
  return Scoring(*m).score();
}

}  // namespace plimsoll::advisories::cvss
