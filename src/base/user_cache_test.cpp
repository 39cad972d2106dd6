#include "base/user_cache.h"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(UserCache, IsWhereTheUserHasItElseInTheHome) {
  const RealFiles files;
  EXPECT_EQ(user_cache({{"XDG_CACHE_HOME", "/var/caches"}, {"HOME", "/"}}, files),
            "/var/caches/plimsoll");
  EXPECT_EQ(user_cache({{"HOME", "/usr"}}, files), "/usr/.cache/plimsoll");
  EXPECT_EQ(user_cache({{"XDG_CACHE_HOME", "caches"}, {"HOME", "/usr"}}, files),
            "/usr/.cache/plimsoll");
}

TEST(UserCache, IsNowhereWithoutAHome) {
  const RealFiles files;
  EXPECT_EQ(user_cache({}, files), "");
  EXPECT_EQ(user_cache({{"HOME", "home"}}, files), "");
  EXPECT_EQ(user_cache({{"HOME", "/nonexistent"}}, files), "");
  EXPECT_EQ(user_cache({{"HOME", "/etc/passwd"}}, files), "");
}

}  // namespace
}  // namespace plimsoll
