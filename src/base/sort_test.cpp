#include "base/sort.h"

#include <gtest/gtest.h>

#include <string>

namespace plimsoll {
namespace {

TEST(SortLarge, SortsAndKeepsTheOrderOfEquals) {
  using Item = std::pair<int, std::string>;
  std::vector<Item> items;
  for (int i = 0; i < 1000; ++i) items.emplace_back(i * 7919 % 10, std::to_string(i));
  std::vector<Item> expected = items;
  const auto before = [](const Item& a, const Item& b) { return a.first < b.first; };
  std::ranges::stable_sort(expected, before);
  sort_large(items, before);
  EXPECT_EQ(items, expected);
}

TEST(SortLarge, LeavesNothingAsNothing) {
  std::vector<std::string> none;
  sort_large(none, std::less<>());
  EXPECT_TRUE(none.empty());
}

TEST(SortUnique, LeavesOneOfEach) {
  std::vector<int> items{3, 1, 3, 2, 1};
  sort_unique(items);
  EXPECT_EQ(items, (std::vector<int>{1, 2, 3}));
}

}  // namespace
}  // namespace plimsoll
