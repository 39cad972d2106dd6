#include "audit/unit_files.h"

#include <gtest/gtest.h>

namespace plimsoll::audit {
namespace {

std::vector<std::string> paths_of(const std::vector<app::NamedText>& texts) {
  std::vector<std::string> paths;
  for (const app::NamedText& text : texts) paths.push_back(text.path);
  return paths;
}

TEST(UnitFiles, AreTheUnitItsDropInsAndItsEnvironment) {
  MemoryFiles files;
  files.add("/proc/7/cgroup", "0::/system.slice/docker.service\n");
  files.add("/usr/lib/systemd/system/docker.service",
            "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd $OPTS\n");
  files.add("/etc/systemd/system/docker.service.d/10-site.conf", "[Service]\n");
  files.add("/etc/systemd/system/docker.service.d/readme", "");
  files.add("/etc/default/docker", "OPTS=--icc=true\n");
  EXPECT_EQ(
      paths_of(unit_files(7, files)),
      (std::vector<std::string>{"/usr/lib/systemd/system/docker.service", "/etc/default/docker",
                                "/etc/systemd/system/docker.service.d/10-site.conf"}));
}

TEST(UnitFiles, TheSitesOwnUnitHidesTheDistributions) {
  MemoryFiles files;
  files.add("/proc/7/cgroup", "1:name=systemd:/system.slice/docker.service\n");
  files.add("/etc/systemd/system/docker.service", "");
  files.add("/usr/lib/systemd/system/docker.service", "");
  EXPECT_EQ(paths_of(unit_files(7, files)),
            std::vector<std::string>{"/etc/systemd/system/docker.service"});
}

TEST(UnitFiles, AreNoneForAProcessOfNoUnit) {
  MemoryFiles files;
  files.add("/proc/7/cgroup", "0::/user.slice/session-1.scope\n");
  EXPECT_TRUE(unit_files(7, files).empty());
  EXPECT_TRUE(unit_files(8, files).empty());
}

}  // namespace
}  // namespace plimsoll::audit
