// The score of each MacroVector of CVSS 4.0 (version4.cpp says what those are).
#pragma once

#include <cstddef>
#include <optional>

namespace plimsoll::advisories::cvss {

// The six equivalence classes; 0 is the worst of each.
struct MacroVector {
  std::size_t eq1 = 0;
  std::size_t eq2 = 0;
  std::size_t eq3 = 0;
  std::size_t eq4 = 0;
  std::size_t eq5 = 0;
  std::size_t eq6 = 0;
};

// In tenths; nothing for a MacroVector that does not exist.
std::optional<int> score_of_macro_vector(const MacroVector& macro);

}  // namespace plimsoll::advisories::cvss
