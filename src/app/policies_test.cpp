#include "app/policies.h"

#include <gtest/gtest.h>

namespace plimsoll::app {
namespace {

TEST(Policies, TheNearestAncestorDecidesThenTheUserThenTheSystem) {
  MemoryFiles files;
  files.add("a/.plimsoll.yaml", "docker_group_members: [near]\n");
  files.add(".plimsoll.yaml", "docker_group_members: [far]\nbind_roots: [/far]\n");
  files.add("/user", "trust_group_label: user\nbind_roots: [/user]\n");
  files.add("/system", "trust_group_label: system\naudit_period_days: 7\n");
  files.add("a/b/Dockerfile", "");
  Policies policies(files, {"/user", "/system"}, "2026-11-22");
  policies.load("a/b");
  policies.load("");
  ASSERT_TRUE(policies.errors().empty());
  const Policy& below = policies.of("a/b");
  EXPECT_EQ(below.docker_group_members, std::vector<std::string>{"near"});
  EXPECT_EQ(below.bind_roots, std::vector<std::string>{"/far"});
  EXPECT_EQ(below.trust_group_label, "user");
  EXPECT_EQ(below.audit_period_days, 7);
  EXPECT_EQ(below.today, "2026-11-22");
  EXPECT_EQ(policies.of("").docker_group_members, std::vector<std::string>{"far"});
}

TEST(Policies, ComplainAboutAFileOnce) {
  MemoryFiles files;
  files.add(".plimsoll.yaml", "nonsense: 1\n");
  files.add("a/.plimsoll.yaml", "bind_roots: [/a]\n");
  Policies policies(files, {}, "");
  policies.load("a");
  policies.load("b");
  policies.load("");
  EXPECT_EQ(policies.errors().size(), 1u);
}

TEST(Policies, AreTheDefaultWhereThereIsNoFile) {
  const MemoryFiles files;
  Policies policies(files, {}, "2026-11-22");
  policies.load("x");
  EXPECT_EQ(policies.of("x").bind_roots, std::nullopt);
  EXPECT_EQ(policies.of("x").today, "2026-11-22");
}

}  // namespace
}  // namespace plimsoll::app
