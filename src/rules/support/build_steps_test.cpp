#include "rules/support/build_steps.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

TEST(BuildSteps, PathsThatTakeInADirectory) {
  constexpr std::string_view lists = "/var/lib/apt/lists";
  for (const char* path :
       {"/var/lib/apt/lists", "/var/lib/apt/lists/", "/var/lib/apt/lists/*",
        "/var/lib/apt/lists/*_*", "/var/lib/apt", "/var/lib/apt/*", "/var/lib/apt/",
        "/var/lib/{apt,dpkg,cache,log}/", "/var/lib/apt/lists/*.lz4", "/var/lib/apt*"}) {
    EXPECT_TRUE(path_covers(path, lists)) << path;
  }
  for (const char* path : {"/var/lib/apt/lists/partial", "/var/lib/apt/lists/partial/*",
                           "/var/cache/apt", "/var/lib/dpkg/*", "/", "", "/var/lib/{dpkg,log}/",
                           "/var/lib/apt/listsx", "${HOME}/x", "*", "/var/lib/ap", "/var/lib/b*"}) {
    EXPECT_FALSE(path_covers(path, lists)) << path;
  }
  for (const char* path : {"/root/.cache", "/root/.cache/pip", "~/.cache", "$HOME/.cache/pip",
                           "/home/app/.cache/pip/", "/root/.cache/*"}) {
    EXPECT_TRUE(path_covers(path, "~/.cache/pip")) << path;
  }
  for (const char* path : {"/root", "/root/.npm", "/root/.cache/pip/wheels", ".cache"}) {
    EXPECT_FALSE(path_covers(path, "~/.cache/pip")) << path;
  }
}

}  // namespace
}  // namespace plimsoll::rules
