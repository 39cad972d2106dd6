// Ways of sorting that the standard library leaves to its callers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace plimsoll {

// What costs a lot to move, such as structs of many texts: numbers are sorted, and then each item
// is moved once to its place. Those of which none comes before the other keep their order.
template <class T, class Before>
void sort_large(std::vector<T>& items, Before comes_before) {
  // Where the item comes from that belongs here.
  std::vector<std::size_t> origin(items.size());
  std::iota(origin.begin(), origin.end(), std::size_t{0});
  std::ranges::stable_sort(
      origin, [&](std::size_t a, std::size_t b) { return comes_before(items[a], items[b]); });
  for (std::size_t first = 0; first < items.size(); ++first) {
    if (origin[first] == first) continue;
    // Each moves up into the place that became free, until the first one's place is found.
    T taken = std::move(items[first]);
    std::size_t free = first;
    while (origin[free] != first) {
      items[free] = std::move(items[origin[free]]);
      free = std::exchange(origin[free], free);
    }
    items[free] = std::move(taken);
    origin[free] = free;
  }
}

// Sorted, and one of each.
template <class T>
void sort_unique(std::vector<T>& items) {
  std::ranges::sort(items);
  const auto repeated = std::ranges::unique(items);
  items.erase(repeated.begin(), repeated.end());
}

}  // namespace plimsoll
