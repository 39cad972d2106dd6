#include "rules/support/capabilities.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

ContainerSpec spec_with(std::vector<std::string> add, std::vector<std::string> drop) {
  ContainerSpec spec;
  for (std::string& name : add) spec.cap_add.push_back({.value = std::move(name)});
  for (std::string& name : drop) spec.cap_drop.push_back({.value = std::move(name)});
  return spec;
}

TEST(Capabilities, FoldsSpellings) {
  EXPECT_EQ(capability_name("cap_sys_admin"), "SYS_ADMIN");
  EXPECT_EQ(capability_name("Sys_Admin"), "SYS_ADMIN");
  EXPECT_EQ(capability_name("all"), "ALL");
  EXPECT_EQ(capability_name("CAP_ALL"), "ALL");
  EXPECT_EQ(capability_name("SYS_ADMN"), "");
  EXPECT_EQ(capability_name(""), "");
}

TEST(Capabilities, KnowsTheDefaultSet) {
  EXPECT_EQ(names_of(default_capabilities),
            "CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, "
            "NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP");
}

TEST(Capabilities, AppliesAddAndDropAsTheEngineDoes) {
  EXPECT_EQ(container_capabilities(spec_with({}, {})).kept, default_capabilities);
  EXPECT_EQ(container_capabilities(spec_with({}, {"all"})).kept, 0u);
  EXPECT_EQ(container_capabilities(spec_with({"SETUID"}, {"ALL"})).kept, 0u);
  EXPECT_EQ(container_capabilities(spec_with({}, {"NET_RAW"})).kept,
            default_capabilities & ~capability_bit("NET_RAW"));
  EXPECT_TRUE(container_capabilities(spec_with({"ALL"}, {"ALL"})).adds_all);
}

TEST(Capabilities, KnowsWhoCanNeverBeRoot) {
  ContainerSpec spec;
  spec.no_new_privileges.value = true;
  EXPECT_FALSE(never_root(spec));
  for (const char* root : {"0", "root", "0:1000", "root:root", "00"}) {
    spec.user.value = root;
    EXPECT_FALSE(never_root(spec)) << root;
  }
  for (const char* user : {"1000", "1000:0", "nobody", "app:app"}) {
    spec.user.value = user;
    EXPECT_TRUE(never_root(spec)) << user;
  }
  spec.no_new_privileges.value = false;
  EXPECT_FALSE(never_root(spec));
}

}  // namespace
}  // namespace plimsoll::rules
