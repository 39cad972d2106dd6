#include "rules/support/host_mounts.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

HostExposure judged(std::string source, bool read_only, bool unresolved = false,
                    std::string target = "/x") {
  Mount mount;
  mount.type = Mount::Type::bind;
  mount.source = std::move(source);
  mount.target = std::move(target);
  mount.read_only = read_only;
  mount.unresolved = unresolved;
  return judge(host_mount(mount));
}

TEST(HostMounts, GradesPaths) {
  const struct {
    const char* path;
    bool read_only;
    HostArea area;
    Severity severity;
  } cases[] = {
      {"/", false, HostArea::sensitive, Severity::critical},
      {"/", true, HostArea::sensitive, Severity::high},
      {"/var/run/docker.sock", true, HostArea::engine_socket, Severity::critical},
      {"/var/run", true, HostArea::engine_socket, Severity::critical},
      {"/run/user/1000", false, HostArea::engine_socket, Severity::high},
      {"/run/user/1000/pulse", false, HostArea::ordinary, Severity::info},
      {"/dev", true, HostArea::sensitive, Severity::critical},
      {"/dev/sda1", true, HostArea::device, Severity::high},
      {"/dev/null", false, HostArea::ordinary, Severity::info},
      {"/dev/log", false, HostArea::ordinary, Severity::info},
      {"/dev/shm", false, HostArea::sensitive, Severity::medium},
      {"/proc", true, HostArea::sensitive, Severity::medium},
      {"/proc/sys/kernel", false, HostArea::kernel, Severity::high},
      {"/sys/fs/cgroup", false, HostArea::kernel, Severity::high},
      {"/sys/fs/cgroup", true, HostArea::sensitive, Severity::low},
      {"/sys", false, HostArea::sensitive, Severity::critical},
      {"/etc/localtime", true, HostArea::ordinary, Severity::info},
      {"/etc/localtime", false, HostArea::sensitive, Severity::low},
      {"/etc/ssl/certs/ca.pem", true, HostArea::ordinary, Severity::info},
      {"/etc/cron.d/job", false, HostArea::sensitive, Severity::critical},
      {"/lib/modules/6.1", true, HostArea::ordinary, Severity::info},
      {"/var/spool", false, HostArea::sensitive, Severity::critical},
      {"/var/lib/grafana", false, HostArea::ordinary, Severity::info},
      {"/var/snap", false, HostArea::sensitive, Severity::critical},
      {"~/.ssh/id_ed25519", true, HostArea::sensitive, Severity::high},
      {"~/.ssh/id_ed25519.pub", true, HostArea::ordinary, Severity::info},
      {"/root", true, HostArea::sensitive, Severity::high},
      {"/home/ann/data", false, HostArea::ordinary, Severity::info},
      {"./etc", false, HostArea::ordinary, Severity::info},
      {"/srv", false, HostArea::ordinary, Severity::info},
  };
  for (const auto& [path, read_only, area, severity] : cases) {
    const HostExposure exposure = judged(path, read_only);
    EXPECT_EQ(exposure.area, area) << path << (read_only ? " ro" : "");
    EXPECT_EQ(exposure.severity, severity) << path << (read_only ? " ro" : "");
  }
}

TEST(HostMounts, JudgesOnlyWhatIsKnown) {
  EXPECT_EQ(judged("$HOME/.ssh", true, true).area, HostArea::sensitive);
  EXPECT_EQ(judged("$RUN/docker.sock", true, true).area, HostArea::engine_socket);
  EXPECT_EQ(judged("$SOCKET", false, true, "/var/run/docker.sock").area, HostArea::engine_socket);
  EXPECT_EQ(judged("$DATA", false, true).area, HostArea::ordinary);
  EXPECT_EQ(judged("/etc", false, true).area, HostArea::ordinary);
}

TEST(HostMounts, SeesThroughVolumeOptions) {
  Mount mount;
  mount.source = "data";
  mount.driver_options = {"type=none", "o=ro,bind", "device=/etc"};
  EXPECT_EQ(host_mount(mount).path, "/etc");
  EXPECT_TRUE(host_mount(mount).read_only);
  mount.driver_options = {"type=nfs", "o=addr=nas", "device=:/etc"};
  EXPECT_EQ(host_mount(mount).path, "");
  mount.driver_options = {"type=overlay", "device=overlay", "o=lowerdir=/etc:/usr,upperdir=/tmp/u"};
  EXPECT_EQ(host_mount(mount).path, "/etc");
}

}  // namespace
}  // namespace plimsoll::rules
