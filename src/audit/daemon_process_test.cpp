#include "audit/daemon_process.h"

#include <gtest/gtest.h>

namespace plimsoll::audit {
namespace {

void add_process(MemoryFiles& files, const std::string& id, const std::string& name,
                 const std::string& line) {
  files.add("/proc/" + id + "/comm", name + "\n");
  files.add("/proc/" + id + "/cmdline", line);
}

using Words = std::vector<std::string>;

TEST(FindDockerd, TakesTheProcessThatListens) {
  MemoryFiles files;
  using namespace std::string_literals;
  add_process(files, "7", "dockerd", "/usr/bin/dockerd\0-H\0unix:///a\0"s);
  add_process(files, "8", "dockerd", "/usr/bin/dockerd\0-H\0fd://\0"s);
  const std::optional<DaemonProcess> found = find_dockerd(7, files);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 7);
  EXPECT_EQ(found->arguments, (Words{"-H", "unix:///a"}));
}

TEST(FindDockerd, LooksForTheOneThatSystemdListensFor) {
  MemoryFiles files;
  using namespace std::string_literals;
  add_process(files, "1", "systemd", "/sbin/init\0"s);
  add_process(files, "7", "dockerd", "/usr/bin/dockerd\0-H\0unix:///a\0"s);
  add_process(files, "8", "dockerd", "/usr/bin/dockerd\0-H\0fd://\0--icc=false\0"s);
  add_process(files, "9", "bash", "bash\0-H\0fd://\0"s);
  const std::optional<DaemonProcess> found = find_dockerd(1, files);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 8);
  EXPECT_EQ(found->arguments, (Words{"-H", "fd://", "--icc=false"}));

  // Which of two is meant cannot be told.
  add_process(files, "10", "dockerd", "/usr/bin/dockerd\0-H\0fd://\0"s);
  EXPECT_FALSE(find_dockerd(1, files));
}

TEST(FindDockerd, FindsNothingWhereNobodyIsKnownToListen) {
  const MemoryFiles files;
  EXPECT_FALSE(find_dockerd(std::nullopt, files));
  EXPECT_FALSE(find_dockerd(7, files));
}

TEST(DaemonJsonPath, IsWhereDockerdLooks) {
  MemoryFiles files;
  using namespace std::string_literals;
  files.add("/proc/7/environ", "PATH=/bin\0HOME=/home/alice\0"s);
  files.add("/proc/8/environ", "HOME=/home/alice\0XDG_CONFIG_HOME=/conf\0"s);
  EXPECT_EQ(daemon_json_path({7, {}}, files), "/etc/docker/daemon.json");
  EXPECT_EQ(daemon_json_path({7, {"--config-file", "/x.json"}}, files), "/x.json");
  EXPECT_EQ(daemon_json_path({7, {"--config-file=/x.json"}}, files), "/x.json");
  EXPECT_EQ(daemon_json_path({7, {"--rootless"}}, files), "/home/alice/.config/docker/daemon.json");
  EXPECT_EQ(daemon_json_path({8, {"--rootless"}}, files), "/conf/docker/daemon.json");
  EXPECT_EQ(daemon_json_path({9, {"--rootless"}}, files), "");
}

}  // namespace
}  // namespace plimsoll::audit
