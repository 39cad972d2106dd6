#include "advisories/database_path.h"

#include <gtest/gtest.h>

namespace plimsoll::advisories {
namespace {

TEST(DatabasePath, IsWhatTheUserChose) {
  MemoryFiles files;
  files.add("/home/u/.cache/plimsoll/db/advisories.db", "");
  EXPECT_EQ(usual_database("my.db", {{"HOME", "/home/u"}}, files), "my.db");
}

TEST(DatabasePath, IsTheUsersThenTheMachines) {
  const Environment environment{{"HOME", "/home/u"}};
  MemoryFiles files;
  files.add("/home/u/.profile", "");
  const std::string of_user = "/home/u/.cache/plimsoll/db/advisories.db";
  EXPECT_EQ(usual_database("", environment, files), of_user);
  files.add(std::string(system_database), "");
  EXPECT_EQ(usual_database("", environment, files), system_database);
  files.add(of_user, "");
  EXPECT_EQ(usual_database("", environment, files), of_user);
}

TEST(DatabasePath, FollowsXdg) {
  MemoryFiles files;
  files.add("/home/u/.profile", "");
  EXPECT_EQ(usual_database("", {{"HOME", "/home/u"}, {"XDG_CACHE_HOME", "/c"}}, files),
            "/c/plimsoll/db/advisories.db");
  EXPECT_EQ(usual_database("", {{"HOME", "/home/u"}, {"XDG_CACHE_HOME", "c"}}, files),
            "/home/u/.cache/plimsoll/db/advisories.db");
}

TEST(DatabasePath, IsTheMachinesForWhoHasNoHome) {
  EXPECT_EQ(usual_database("", {}, MemoryFiles()), system_database);
}

}  // namespace
}  // namespace plimsoll::advisories
