#include "rules/support/version_order.h"

#include <gtest/gtest.h>

#include <array>

namespace plimsoll::rules {
namespace {

TEST(VersionOrder, IsDpkgs) {
  // Each older than the next.
  constexpr std::array<std::string_view, 14> ordered{
      "0~rc1", "0",      "1.0~beta1", "1.0",  "1.0-1",    "1.0-1+deb12u1", "1.0-10",
      "1.0a+", "1.0+b1", "1.2",       "1.10", "1.10.1-2", "2:0.1",         "10:0.1"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      EXPECT_TRUE(compare_versions(ordered[i], ordered[j]) == (i <=> j))
          << ordered[i] << " and " << ordered[j];
    }
  }
}

TEST(VersionOrder, OrdersKernelReleases) {
  EXPECT_TRUE(compare_versions("6.1.0-9-amd64", "6.1.0-18-amd64") < 0);
  EXPECT_TRUE(compare_versions("6.1.0-18-amd64", "6.12.41+deb13-amd64") < 0);
  EXPECT_TRUE(compare_versions("5.15.0-91-generic", "5.15.0-105-generic") < 0);
  EXPECT_TRUE(compare_versions("6.5.6-300.fc39.x86_64", "6.5.10-200.fc39.x86_64") < 0);
  EXPECT_TRUE(compare_versions("6.1.0-018-amd64", "6.1.0-18-amd64") == 0);
}

}  // namespace
}  // namespace plimsoll::rules
