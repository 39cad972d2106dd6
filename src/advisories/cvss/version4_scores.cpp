// Source: FIRST's calculator of CVSS 4.0, github.com/FIRSTdotorg/cvss-v4-calculator,
// cvss_lookup.js as of commit c5b0d40: the scores that the specification's section 8.3 refers to.
// They stand here in tenths.
#include "advisories/cvss/version4_scores.h"

#include <array>

namespace plimsoll::advisories::cvss {
namespace {

// Where nothing is badly hurt (EQ3 is 2), nothing that is much needed can be (EQ6 is 0).
constexpr int none = -1;

struct Pair {
  int eq6_0;
  int eq6_1;
};

// A row is one EQ4 with its three EQ5; three rows are one EQ3, which goes from 0 to 2.
// clang-format off
constexpr std::array<Pair, 162> scores{{
    // EQ1 0, EQ2 0
    {100, 99}, {98, 95}, {95, 92},
    {100, 96}, {93, 87}, {91, 81},
    {93, 90}, {89, 80}, {81, 68},
    {98, 95}, {95, 92}, {90, 84},
    {93, 92}, {89, 81}, {81, 65},
    {88, 80}, {78, 70}, {69, 48},
    {none, 92}, {none, 82}, {none, 72},
    {none, 79}, {none, 69}, {none, 50},
    {none, 69}, {none, 55}, {none, 27},
    // EQ1 0, EQ2 1
    {99, 97}, {95, 92}, {92, 85},
    {95, 91}, {90, 83}, {84, 71},
    {92, 81}, {82, 71}, {72, 53},
    {95, 93}, {92, 85}, {85, 73},
    {92, 82}, {80, 72}, {70, 59},
    {84, 70}, {71, 52}, {50, 30},
    {none, 86}, {none, 75}, {none, 52},
    {none, 71}, {none, 52}, {none, 29},
    {none, 63}, {none, 29}, {none, 17},
    // EQ1 1, EQ2 0
    {98, 95}, {94, 87}, {91, 81},
    {94, 89}, {86, 74}, {77, 64},
    {87, 75}, {74, 63}, {63, 49},
    {94, 89}, {88, 77}, {76, 67},
    {86, 76}, {74, 58}, {59, 50},
    {72, 57}, {57, 52}, {52, 25},
    {none, 83}, {none, 70}, {none, 54},
    {none, 65}, {none, 58}, {none, 26},
    {none, 53}, {none, 21}, {none, 13},
    // EQ1 1, EQ2 1
    {95, 90}, {88, 76}, {76, 70},
    {90, 77}, {75, 62}, {61, 53},
    {77, 66}, {68, 59}, {52, 30},
    {89, 78}, {76, 67}, {62, 58},
    {74, 59}, {57, 57}, {47, 23},
    {61, 52}, {57, 29}, {24, 16},
    {none, 71}, {none, 59}, {none, 30},
    {none, 58}, {none, 26}, {none, 15},
    {none, 23}, {none, 13}, {none, 6},
    // EQ1 2, EQ2 0
    {93, 87}, {86, 72}, {75, 58},
    {86, 74}, {74, 61}, {56, 34},
    {70, 54}, {52, 40}, {40, 22},
    {85, 75}, {74, 55}, {62, 51},
    {72, 57}, {55, 41}, {46, 19},
    {53, 36}, {34, 19}, {19, 8},
    {none, 64}, {none, 51}, {none, 20},
    {none, 47}, {none, 21}, {none, 11},
    {none, 24}, {none, 9}, {none, 4},
    // EQ1 2, EQ2 1
    {88, 75}, {73, 53}, {60, 50},
    {73, 55}, {59, 40}, {41, 20},
    {54, 43}, {45, 22}, {20, 11},
    {75, 55}, {58, 45}, {40, 21},
    {61, 51}, {48, 18}, {20, 9},
    {46, 18}, {17, 7}, {8, 2},
    {none, 53}, {none, 24}, {none, 14},
    {none, 24}, {none, 12}, {none, 5},
    {none, 10}, {none, 3}, {none, 1},
}};
// clang-format on

}  // namespace

std::optional<int> score_of_macro_vector(const MacroVector& macro) {
  const auto [eq1, eq2, eq3, eq4, eq5, eq6] = macro;
  if (eq1 > 2 || eq2 > 1 || eq3 > 2 || eq4 > 2 || eq5 > 2 || eq6 > 1) return std::nullopt;
  const Pair& pair = scores[(((eq1 * 2 + eq2) * 3 + eq3) * 3 + eq4) * 3 + eq5];
  const int score = eq6 == 0 ? pair.eq6_0 : pair.eq6_1;
  if (score == none) return std::nullopt;
  return score;
}

}  // namespace plimsoll::advisories::cvss
