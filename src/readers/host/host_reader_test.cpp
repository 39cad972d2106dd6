#include "readers/host/host_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "readers/host/kernel_versions.h"
#include "readers/host/mounts.h"
#include "subjects/container_spec.h"
#include "subjects/daemon.h"

namespace plimsoll {
namespace {

class HostReader : public testing::Test {
 protected:
  Host read(HostTexts texts = {}, HostTenants tenants = {}) {
    Reading<Host> reading = read_host(files_, sources_, std::move(texts), std::move(tenants));
    errors_ = std::move(reading.errors);
    return std::move(reading.value);
  }

  const EngineHostFile* file(const Host& host, std::string_view path) const {
    for (const EngineHostFile& one : host.engine_files) {
      if (one.path == path) return &one;
    }
    return nullptr;
  }

  MemoryFiles files_;
  Sources sources_;
  std::vector<Error> errors_;
};

Mount mount(std::string source, Mount::Type type = Mount::Type::bind) {
  Mount out;
  out.type = type;
  out.source = std::move(source);
  return out;
}

// Nothing is taken for a fact that was not read, and nothing of it is an error.
TEST_F(HostReader, KnowsNothingOfAnEmptyMachine) {
  const Host host = read();
  EXPECT_TRUE(errors_.empty());
  EXPECT_FALSE(host.users);
  EXPECT_FALSE(host.mounts);
  EXPECT_FALSE(host.listeners);
  EXPECT_FALSE(host.apparmor);
  EXPECT_FALSE(host.selinux);
  EXPECT_FALSE(host.lockdown);
  EXPECT_FALSE(host.vulnerabilities);
  EXPECT_FALSE(host.kernel_arguments);
  EXPECT_FALSE(host.audit_rules);
  EXPECT_FALSE(host.running_kernel);
  EXPECT_EQ(host.audit_rules_unread, "the kernel was not asked for its audit rules");
  for (const EngineHostFile& one : host.engine_files) {
    EXPECT_TRUE(one.status && !one.exists()) << one.path;
  }
}

TEST_F(HostReader, ReadsRangesOfIds) {
  files_.add("/etc/subuid", "web:100000:65536\nbroken:1\n1000:200000:10\n");
  const Host host = read();
  ASSERT_TRUE(host.subordinate_users);
  ASSERT_EQ(host.subordinate_users->size(), 2u);
  EXPECT_EQ(host.subordinate_users->back().owner, "1000");
  EXPECT_EQ(host.subordinate_users->back().first, 200'000u);
  EXPECT_EQ(host.subordinate_users->back().at.text(), "1000:200000:10");
  ASSERT_EQ(errors_.size(), 1u);
  EXPECT_EQ(errors_[0].at.text(), "broken:1");
  // A file that is not there gives nobody a range; one that may not be read says nothing.
  ASSERT_TRUE(host.subordinate_groups);
  EXPECT_TRUE(host.subordinate_groups->empty());
  files_.refuse("/etc/subuid");
  EXPECT_TRUE(read().subordinate_groups);
  files_.refuse("/etc");
  EXPECT_FALSE(read().subordinate_users);
}

TEST_F(HostReader, WritesALineOfOwnerAndMode) {
  files_.add("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  files_.add("/etc/group", "docker:x:999:\n");
  files_.set_status("/run/docker.sock",
                    {.kind = FileKind::other, .mode = 01660, .user = 0, .group = 999});
  files_.set_status("/etc/docker", {.kind = FileKind::directory, .mode = 06750, .user = 12});
  const Host host = read();
  ASSERT_NE(file(host, "/run/docker.sock"), nullptr);
  EXPECT_EQ(file(host, "/run/docker.sock")->at.text(), "srw-rw---T root docker");
  EXPECT_EQ(file(host, "/run/docker.sock")->at.source->path(), "/run/docker.sock");
  EXPECT_EQ(file(host, "/etc/docker")->at.text(), "drwsr-s--- 12 0");
}

TEST_F(HostReader, LooksAtTheFilesThatTheEngineNames) {
  files_.set_status("/srv/tls/key.pem", {.kind = FileKind::file, .mode = 0400});
  files_.set_status("/run/engine.sock", {.kind = FileKind::other, .mode = 0660});
  Daemon daemon;
  daemon.tlskey.value = "/srv/tls/key.pem";
  daemon.tlscert.value = "relative.pem";
  daemon.hosts = {{"unix:///run/engine.sock"}, {"fd://"}, {"unix:///var/run/docker.sock"}};
  daemon.data_root.value = "/srv/docker";
  const Host host = read({}, {.daemon = &daemon});
  ASSERT_NE(file(host, "/srv/tls/key.pem"), nullptr);
  EXPECT_EQ(file(host, "/srv/tls/key.pem")->what, EngineFile::tls_key);
  EXPECT_NE(file(host, "/run/engine.sock"), nullptr);
  EXPECT_EQ(file(host, "relative.pem"), nullptr);
  EXPECT_EQ(file(host, "/var/run/docker.sock"), nullptr);  // /run/docker.sock under another name
  EXPECT_NE(file(host, "/srv/docker"), nullptr);
  EXPECT_EQ(file(host, "/var/lib/docker"), nullptr);
}

TEST_F(HostReader, LooksBelowDirectoriesOfCertificatesAndDropIns) {
  files_.add("/etc/docker/certs.d/a.example/ca.crt", "");
  files_.add("/etc/docker/certs.d/a.example/client.key", "");
  files_.add("/etc/docker/certs.d/a.example/deep/er/ca.crt", "");
  files_.add("/etc/docker/certs.d/README", "");
  files_.add("/etc/systemd/system/docker.service.d/a.conf", "");
  files_.add("/etc/systemd/system/docker.service.d/a.conf.bak", "");
  const Host host = read();
  EXPECT_EQ(file(host, "/etc/docker/certs.d/a.example/ca.crt")->what,
            EngineFile::registry_certificate);
  EXPECT_EQ(file(host, "/etc/docker/certs.d/a.example/client.key")->what, EngineFile::registry_key);
  EXPECT_EQ(file(host, "/etc/docker/certs.d/a.example/deep/er/ca.crt"), nullptr);
  EXPECT_EQ(file(host, "/etc/docker/certs.d/README"), nullptr);
  EXPECT_TRUE(file(host, "/etc/docker/certs.d")->exists());
  EXPECT_TRUE(file(host, "/etc/systemd/system/docker.service.d/a.conf")->exists());
  EXPECT_EQ(file(host, "/etc/systemd/system/docker.service.d/a.conf.bak"), nullptr);
}

TEST_F(HostReader, SaysWhatItMayNotSee) {
  files_.add("/etc/docker/daemon.json", "{}");
  files_.refuse("/etc/docker");
  const Host host = read();
  EXPECT_TRUE(file(host, "/etc/docker")->exists());
  EXPECT_FALSE(file(host, "/etc/docker/daemon.json")->status);
  EXPECT_FALSE(file(host, "/etc/docker/certs.d")->status);
}

TEST_F(HostReader, KnowsTheSourcesOfBindMounts) {
  files_.set_status("/srv/a", {.kind = FileKind::directory, .mode = 0755, .user = 7});
  ContainerSpec runs;
  runs.process_id = 1;
  runs.mounts = {mount("/srv/a"), mount("/srv/a"), mount("relative"),
                 mount("/srv/b", Mount::Type::volume)};
  ContainerSpec stopped;
  stopped.mounts = {mount("/srv/c")};
  const Host host = read({}, {.containers = {&runs, &stopped}});
  ASSERT_EQ(host.bind_sources.size(), 1u);
  ASSERT_NE(host.bind_source("/srv/a"), nullptr);
  EXPECT_EQ(host.bind_source("/srv/a")->status->user, 7u);
}

TEST_F(HostReader, ReadsSettingsOfTheKernelAndOfContainers) {
  files_.add("/proc/sys/kernel/kptr_restrict", "1\n");
  files_.add("/proc/sys/kernel/dmesg_restrict", "1\n");
  files_.refuse("/proc/sys/kernel/dmesg_restrict");
  files_.add("/proc/sys/net/ipv4/ip_forward", "0\n");
  files_.add("/etc/shadow", "secret");
  ContainerSpec container;
  container.sysctls = {{"net.ipv4.ip_forward=1"}, {"..=1"}, {"net/../../etc/shadow=1"}, {""}};
  const Host host = read({}, {.containers = {&container}});
  EXPECT_EQ(host.kernel_setting("kernel.kptr_restrict")->value, "1");
  EXPECT_EQ(host.kernel_setting("kernel.kptr_restrict")->at.text(), "1");
  EXPECT_FALSE(host.kernel_setting("kernel.dmesg_restrict")->value);
  EXPECT_FALSE(host.kernel_setting("kernel.dmesg_restrict")->absent);
  EXPECT_TRUE(host.kernel_setting("kernel.yama.ptrace_scope")->absent);
  EXPECT_EQ(host.kernel_setting("net.ipv4.ip_forward")->value, "0");
  for (const KernelSetting& setting : host.kernel_settings) {
    EXPECT_NE(setting.value, "secret") << setting.name;
  }
}

TEST_F(HostReader, ReadsLockdown) {
  files_.add("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  ASSERT_TRUE(read().lockdown);
  EXPECT_EQ(read().lockdown->value, "integrity");
}

// Without the file there is no lockdown, unless its file system is only not mounted.
TEST_F(HostReader, TellsNoLockdownFromAHiddenOne) {
  files_.add("/proc/filesystems", "nodev\tsecurityfs\n");
  EXPECT_FALSE(read().lockdown);
  files_.add("/proc/self/mountinfo",
             "9 8 0:7 / /sys/kernel/security rw - securityfs securityfs rw\n");
  ASSERT_TRUE(read().lockdown);
  EXPECT_EQ(read().lockdown->value, "");
}

TEST_F(HostReader, ReadsTheKernelsArguments) {
  files_.add("/proc/cmdline", "root=/dev/sda1  mitigations=off -- nopti\n");
  const Host host = read();
  ASSERT_TRUE(host.kernel_arguments);
  ASSERT_EQ(host.kernel_arguments->size(), 2u);
  EXPECT_EQ(host.kernel_arguments->back().at.text(), "mitigations=off");
}

TEST_F(HostReader, ReadsSecurityModules) {
  files_.add("/sys/module/apparmor/parameters/enabled", "Y\n");
  files_.add("/sys/kernel/security/apparmor/profiles",
             "docker-default (enforce)\nwith blank (complain)\nbroken\n");
  files_.add("/sys/fs/selinux/enforce", "0");
  const Host host = read();
  EXPECT_TRUE(host.apparmor->value);
  ASSERT_EQ(host.apparmor_profiles->size(), 2u);
  EXPECT_EQ(host.apparmor_profiles->back().name, "with blank");
  EXPECT_EQ(host.apparmor_profiles->back().mode, "complain");
  EXPECT_EQ(host.selinux->value, SelinuxMode::permissive);
}

TEST_F(HostReader, TakesTheFirstProcessesMountsForTheHosts) {
  files_.add("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/own rw\n");
  ASSERT_EQ(read().mounts->size(), 1u);
  EXPECT_EQ(read().mounts->front().source, "/dev/own");
  files_.add("/proc/1/mountinfo",
             "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /var\\040lib rw - xfs /dev/sda2 rw\n");
  const Host host = read();
  EXPECT_EQ(host.mount_of("/var lib/docker")->source, "/dev/sda2");
  EXPECT_EQ(host.mount_of("/var libs")->source, "/dev/sda1");
  EXPECT_EQ(host.mount_of("/")->source, "/dev/sda1");
}

TEST_F(HostReader, ReadsTheKernelsThereAre) {
  files_.add("/proc/sys/kernel/osrelease", "6.1.0-9-amd64\n");
  files_.add("/boot/vmlinuz-6.1.0-9-amd64", "");
  files_.add("/boot/vmlinuz-6.1.0-9-amd64.old", "");
  files_.add("/boot/initrd.img-6.1.0-9-amd64", "");
  files_.add("/lib/modules/6.5.6-300.fc39.x86_64/vmlinuz", "");
  files_.add("/lib/modules/5.0.0-1-amd64/modules.dep", "");
  const Host host = read();
  EXPECT_EQ(host.running_kernel->value, "6.1.0-9-amd64");
  std::vector<std::string> kernels;
  for (const auto& kernel : *host.installed_kernels) kernels.push_back(kernel.value);
  EXPECT_EQ(kernels, (std::vector<std::string>{"6.1.0-9-amd64", "6.5.6-300.fc39.x86_64"}));
  EXPECT_EQ(host.installed_kernels->front().at.text(), "6.1.0-9-amd64");
  files_.refuse("/boot");
  EXPECT_FALSE(read().installed_kernels);
}

TEST(KernelPackages, AreThoseThatAreInstalled) {
  const Source status("/var/lib/dpkg/status",
                      "Package: linux-image-a\nStatus: install ok installed\nVersion: 1\n\n"
                      "Package: linux-image-b\nStatus: deinstall ok config-files\nVersion: 2\n\n"
                      "Package: other\nDescription: Package: linux-image-c\nVersion: 3\n\n"
                      "Package: linux-image-d\nVersion: 4");
  const auto packages = host::read_kernel_packages(status);
  ASSERT_EQ(packages.size(), 2u);
  EXPECT_EQ(packages[0].name, "linux-image-a");
  EXPECT_EQ(packages[0].at.text(), "Version: 1");
  EXPECT_EQ(packages[1].version, "4");
}

constexpr std::string_view tcp_table =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 "
    "20915 1\n"
    "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 "
    "20916 1\n"
    "   2: 0A00000A:0016 0B00000A:D431 01 00000000:00000000 00:00000000 00000000     0        0 "
    "20917 1\n"
    "   3: nonsense 00000000:0000 0A 0 0 0 0 0 0\n";

TEST_F(HostReader, ReadsListeningSockets) {
  files_.add("/proc/net/tcp", std::string(tcp_table));
  files_.add("/proc/net/tcp6",
             "   0: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A "
             "00000000:00000000 00:00000000 00000000     0        0 30000 1\n");
  files_.add("/proc/net/udp",
             "  10: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0    "
             "    0 104 2\n");
  const Host host = read();
  std::vector<std::string> listeners;
  for (const Listener& one : *host.listeners) {
    listeners.push_back(concat(one.udp ? "udp " : "tcp ", one.address, " ",
                               std::to_string(one.port), " ", one.at.text()));
  }
  EXPECT_EQ(listeners, (std::vector<std::string>{
                           "tcp 127.0.0.1 3306 0100007F:0CEA", "tcp 0.0.0.0 22 00000000:0016",
                           "tcp ::1 631 00000000000000000000000001000000:0277",
                           "udp 0.0.0.0 68 00000000:0044"}));
  EXPECT_FALSE(host.listeners_have_processes);
}

TEST_F(HostReader, FindsWhoseSocketsAre) {
  files_.add("/proc/net/tcp", std::string(tcp_table));
  files_.add("/proc/1/fd/0", "");
  files_.add("/proc/77/fd/3", "");
  files_.add("/proc/77/fd/4", "");
  files_.add("/proc/77/comm", "mysqld\n");
  files_.set_status("/proc/77/fd/3", {.kind = FileKind::file, .inode = 20916});
  files_.set_status("/proc/77/fd/4", {.kind = FileKind::other, .inode = 20915});
  const Host host = read();
  EXPECT_TRUE(host.listeners_have_processes);
  EXPECT_EQ(host.listeners->at(0).process, "mysqld");
  EXPECT_EQ(host.listeners->at(1).process, "");  // a file with the number of a socket
}

std::vector<std::string> watches(std::string_view text) {
  const MemoryFiles files;
  Sources sources;
  const Reading<Host> reading = read_host(files, sources, {.audit_rules = std::string(text)});
  std::vector<std::string> out;
  for (const AuditWatch& watch : reading.value.audit_rules->watches) {
    out.push_back(concat(watch.path, watch.whole_tree ? " tree " : " alone ", watch.permissions));
  }
  return out;
}

TEST(AuditRulesReader, TakesWhatRecordsEveryAccess) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(watches("-w /usr/bin/dockerd -p wa -k docker\n"), Texts{"/usr/bin/dockerd tree wa"});
  EXPECT_EQ(watches("-w /etc/docker/\n"), Texts{"/etc/docker tree rwxa"});
  EXPECT_EQ(watches("-a always,exit -F arch=b64 -S all -F path=/usr/bin/runc -F perm=x -F key=a\n"),
            Texts{"/usr/bin/runc alone x"});
  EXPECT_EQ(watches("-a exit,always -F dir=/etc/docker -F perm=wa -k docker\n"),
            Texts{"/etc/docker tree wa"});
  // Only for some, only sometimes, or never.
  EXPECT_EQ(watches("-a always,exit -F path=/a -F auid>=1000\n"), Texts{});
  EXPECT_EQ(watches("-a always,exit -S 257 -F path=/a\n"), Texts{});
  EXPECT_EQ(watches("-a never,exit -F path=/a\n"), Texts{});
  EXPECT_EQ(watches("-a always,exit -F path!=/a\n"), Texts{});
  EXPECT_EQ(watches("No rules\n-w\n-a\n-w relative -p wa\n"), Texts{});
}

TEST(AuditRulesReader, KnowsWhetherAuditingIsOn) {
  const MemoryFiles files;
  Sources sources;
  EXPECT_TRUE(read_host(files, sources, {.audit_rules = "enabled 2\n"}).value.audit_rules->enabled);
  EXPECT_FALSE(
      read_host(files, sources, {.audit_rules = "enabled 0\n"}).value.audit_rules->enabled);
}

TEST_F(HostReader, ReadsTheMaskOfLoginsAndTheLastAudit) {
  EXPECT_FALSE(read().umask->written());
  EXPECT_FALSE(read().last_audit->written());
  files_.add("/etc/login.defs", "# UMASK 000\nUMASK\t\t027\nUMASK_OTHER 1\n");
  files_.add("/var/lib/plimsoll/last-audit", "2026-11-01\n");
  const Host host = read();
  EXPECT_EQ(host.umask->value, "027");
  EXPECT_EQ(host.last_audit->value, "2026-11-01");
  files_.refuse("/var/lib/plimsoll");
  EXPECT_FALSE(read().last_audit);
}

}  // namespace
}  // namespace plimsoll
