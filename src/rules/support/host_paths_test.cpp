#include "rules/support/host_paths.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

TEST(HostPaths, FoldsSpellings) {
  const struct {
    std::string_view written;
    std::string_view normal;
  } cases[] = {
      {"/", "/"},
      {"//", "/"},
      {"/../..", "/"},
      {"/etc/", "/etc"},
      {"//etc//./passwd", "/etc/passwd"},
      {"/tmp/../etc", "/etc"},
      {"/var/run/docker.sock", "/run/docker.sock"},
      {"//var/run/docker.sock", "/run/docker.sock"},
      {"/var/../var/run", "/run"},
      {"/var/runner", "/var/runner"},
      {"/private/var/run/docker.sock", "/run/docker.sock"},
      {"/lib/modules", "/usr/lib/modules"},
      {"/lib64", "/usr/lib64"},
      {"/library", "/library"},
      {"/proc/self/root", "/"},
      {"/proc/1/root/etc/shadow", "/etc/shadow"},
      {"/proc/self/root/proc/1/root/var/run", "/run"},
      {"/proc/self/cwd", "/"},
      {"/proc/self/rootless", "/proc/self/rootless"},
      {"/proc/sys", "/proc/sys"},
      {"/host_mnt/Users/ann", "/Users/ann"},
      {"/host_mnt", "/"},
      {"~", "~"},
      {"~/.ssh/", "~/.ssh"},
      {"$HOME/.aws", "~/.aws"},
      {"${HOME}/.aws", "~/.aws"},
      {"$HOMES/.aws", "$HOMES/.aws"},
      {"~/../..", "~/../.."},
      {"./data", "data"},
      {"data/", "data"},
      {"a//b", "a/b"},
      {"/a/.hidden", "/a/.hidden"},
      {"/a/..b", "/a/..b"},
      {"", "."},
      {".", "."},
      {"../x/./y/..", "../x"},
      {"C:\\Windows\\", "c:/windows"},
      {"c:/", "c:"},
  };
  for (const auto& [written, normal] : cases)
    EXPECT_EQ(normal_host_path(written), normal) << written;
}

TEST(HostPaths, KnowsWhatContainsWhat) {
  EXPECT_EQ(relation("/", "/etc"), PathRelation::contains);
  EXPECT_EQ(relation("/etc", "/etc"), PathRelation::same);
  EXPECT_EQ(relation("/etc/ssh", "/etc"), PathRelation::below);
  EXPECT_EQ(relation("/etcetera", "/etc"), PathRelation::apart);
  EXPECT_EQ(relation("/etc", "/"), PathRelation::below);
}

TEST(HostPaths, FindsHomes) {
  EXPECT_FALSE(home_path("/homestead").found);
  EXPECT_FALSE(home_path("/home").found);
  EXPECT_TRUE(home_path("/root").found);
  EXPECT_EQ(home_path("/root/.ssh").rest, ".ssh");
  EXPECT_EQ(home_path("/home/ann").rest, "");
  EXPECT_EQ(home_path("/home/ann/.ssh/id_rsa").rest, ".ssh/id_rsa");
  EXPECT_EQ(home_path("~/.aws").rest, ".aws");
}

}  // namespace
}  // namespace plimsoll::rules
