// What holds in every order, whatever is compared.
#pragma once

#include <array>
#include <string_view>

#include "advisories/versions/versions.h"

namespace plimsoll::advisories {

// Whether three texts stand to each other as they must: a version is equal to itself, a comparison
// turned around gives the answer turned around, and what is before something is before all that
// comes after that. Texts that are no version have no order to anything.
inline bool keep_order(PackageKind kind, const std::array<std::string_view, 3>& texts) {
  std::array<std::array<Order, 3>, 3> orders;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) orders[i][k] = compare_versions(kind, texts[i], texts[k]);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    if (orders[i][i] && *orders[i][i] != 0) return false;
    for (std::size_t k = 0; k < 3; ++k) {
      const bool both = orders[i][i] && orders[k][k];
      if (orders[i][k].has_value() != both) return false;
      if (both && *orders[i][k] != (0 <=> *orders[k][i])) return false;
    }
  }
  // Maven's own order goes in circles (maven.cpp).
  if (kind == PackageKind::maven) return true;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      const std::size_t last = 3 - i - k;
      if (i == k || !orders[i][k] || !orders[k][last]) continue;
      if (*orders[i][k] <= 0 && *orders[k][last] <= 0) {
        const bool equal = *orders[i][k] == 0 && *orders[k][last] == 0;
        if (*orders[i][last] > 0 || (*orders[i][last] == 0) != equal) return false;
      }
    }
  }
  return true;
}

}  // namespace plimsoll::advisories
