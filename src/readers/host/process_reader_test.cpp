#include "readers/host/process_reader.h"

#include <gtest/gtest.h>

#include "subjects/container_spec.h"

namespace plimsoll {
namespace {

// As kernels 6.1 (control groups version 2) and 6.18 (version 1) write them.
MemoryFiles process_files() {
  MemoryFiles files;
  files.add("/proc/7/status",
            "Name:\tsleep\nUid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n"
            "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n");
  files.add("/proc/7/uid_map", "         0     100000      65536\n");
  files.add("/proc/7/mountinfo",
            "700 600 0:50 / / ro,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u\n"
            "701 700 0:51 /a\\040b /data rw,nosuid master:1 shared:2 - ext4 /dev/sda1 rw\n"
            "no mount at all\n");
  files.add("/proc/7/attr/current", "docker-default (enforce)\n");
  files.add("/sys/module/apparmor/parameters/enabled", "Y\n");
  return files;
}

TEST(ProcessReader, ReadsWhatTheKernelSays) {
  const MemoryFiles files = process_files();
  Sources sources;
  const RunningProcess process = read_process(7, files, sources);
  EXPECT_TRUE(process.no_new_privileges.value);
  EXPECT_EQ(process.no_new_privileges.at.text(), "NoNewPrivs:\t1");
  EXPECT_EQ(process.no_new_privileges.layer, Layer::kernel);
  EXPECT_EQ(process.seccomp.value, 2);
  EXPECT_EQ(process.bounding_capabilities.value, 0xa80425fbu);
  ASSERT_EQ(process.user_ids.value.size(), 1u);
  EXPECT_EQ(process.user_ids.value[0].outside, 100'000u);
  EXPECT_EQ(process.lsm_label.value, "docker-default (enforce)");
  EXPECT_TRUE(process.apparmor.value);
  ASSERT_TRUE(process.mounts);
  ASSERT_EQ(process.mounts->size(), 2u);
  const MountPoint& root = process.mounts->front();
  EXPECT_TRUE(root.has_option("ro"));
  EXPECT_FALSE(root.shared);
  const MountPoint& data = process.mounts->back();
  EXPECT_EQ(data.root, "/a b");
  EXPECT_EQ(data.target, "/data");
  EXPECT_TRUE(data.shared);
  EXPECT_EQ(data.file_system, "ext4");
  EXPECT_EQ(data.source, "/dev/sda1");
}

TEST(ProcessReader, ReadsLimitsOfBothVersionsOfControlGroups) {
  MemoryFiles unified = process_files();
  unified.add("/proc/7/cgroup", "0::/docker/c\n");
  unified.add("/sys/fs/cgroup/docker/c/memory.max", "67108864\n");
  unified.add("/sys/fs/cgroup/docker/c/pids.max", "max\n");
  unified.add("/sys/fs/cgroup/docker/c/cpu.max", "50000 100000\n");
  Sources sources;
  const RunningProcess second = read_process(7, unified, sources);
  EXPECT_EQ(second.memory_limit.value, 67'108'864);
  EXPECT_TRUE(second.pids_limit.written());
  EXPECT_EQ(second.pids_limit.value, 0);
  EXPECT_EQ(second.nano_cpus.value, 500'000'000);

  MemoryFiles separate = process_files();
  separate.add("/proc/7/cgroup",
               "9:pids:/docker/c\n4:cpu,cpuacct:/docker/c\n3:memory:/docker/c\n0::/x\n");
  separate.add("/sys/fs/cgroup/memory/docker/c/memory.limit_in_bytes", "9223372036854771712\n");
  separate.add("/sys/fs/cgroup/pids/docker/c/pids.max", "50\n");
  separate.add("/sys/fs/cgroup/cpu/docker/c/cpu.cfs_quota_us", "-1\n");
  separate.add("/sys/fs/cgroup/cpu/docker/c/cpu.cfs_period_us", "100000\n");
  const RunningProcess first = read_process(7, separate, sources);
  EXPECT_TRUE(first.memory_limit.written());
  EXPECT_EQ(first.memory_limit.value, 0);
  EXPECT_EQ(first.pids_limit.value, 50);
  EXPECT_TRUE(first.nano_cpus.written());
  EXPECT_EQ(first.nano_cpus.value, 0);
}

TEST(ProcessReader, FollowsLimitsUpToTheRoot) {
  MemoryFiles unified = process_files();
  unified.add("/proc/7/cgroup", "0::/site.slice/apps.slice/docker-c.scope\n");
  const std::string slice = "/sys/fs/cgroup/site.slice/";
  unified.add(slice + "memory.max", "536870912\n");
  unified.add(slice + "apps.slice/memory.max", "1073741824\n");
  unified.add(slice + "apps.slice/docker-c.scope/memory.max", "max\n");
  unified.add(slice + "pids.max", "max\n");
  unified.add(slice + "apps.slice/pids.max", "900\n");
  unified.add(slice + "apps.slice/docker-c.scope/pids.max", "50\n");
  unified.add(slice + "apps.slice/cpu.max", "200000 100000\n");
  Sources sources;
  const RunningProcess second = read_process(7, unified, sources);
  EXPECT_EQ(second.memory_limit.value, 0);
  ASSERT_EQ(second.shared_memory_limit.value, 536'870'912);
  EXPECT_EQ(second.shared_memory_limit.at.source->path(), slice + "memory.max");
  EXPECT_EQ(second.pids_limit.value, 50);
  EXPECT_EQ(second.shared_pids_limit.value, 900);
  EXPECT_FALSE(second.nano_cpus.written());
  EXPECT_EQ(second.shared_nano_cpus.value, 2'000'000'000);

  MemoryFiles separate = process_files();
  separate.add("/proc/7/cgroup", "9:pids:/site/c\n4:cpu,cpuacct:/site/c\n3:memory:/site/c\n");
  const std::string unlimited = "9223372036854771712\n";
  separate.add("/sys/fs/cgroup/memory/site/c/memory.limit_in_bytes", unlimited);
  separate.add("/sys/fs/cgroup/memory/site/memory.limit_in_bytes", "67108864\n");
  separate.add("/sys/fs/cgroup/memory/memory.limit_in_bytes", unlimited);
  separate.add("/sys/fs/cgroup/pids/site/c/pids.max", "max\n");
  separate.add("/sys/fs/cgroup/pids/site/pids.max", "70\n");
  separate.add("/sys/fs/cgroup/cpu/site/c/cpu.cfs_quota_us", "-1\n");
  separate.add("/sys/fs/cgroup/cpu/site/c/cpu.cfs_period_us", "100000\n");
  separate.add("/sys/fs/cgroup/cpu/site/cpu.cfs_quota_us", "50000\n");
  separate.add("/sys/fs/cgroup/cpu/site/cpu.cfs_period_us", "100000\n");
  const RunningProcess first = read_process(7, separate, sources);
  EXPECT_EQ(first.memory_limit.value, 0);
  EXPECT_EQ(first.shared_memory_limit.value, 67'108'864);
  EXPECT_EQ(first.shared_pids_limit.value, 70);
  EXPECT_EQ(first.nano_cpus.value, 0);
  EXPECT_EQ(first.shared_nano_cpus.value, 500'000'000);
}

TEST(ProcessReader, EndsWithAGroupThatIsNone) {
  for (const std::string& group : {std::string("relative"), std::string("//"),
                                   std::string(500, '/') + "a", "/.." + std::string(400, '/')}) {
    MemoryFiles files = process_files();
    files.add("/proc/7/cgroup", "0::" + group + "\n");
    Sources sources;
    EXPECT_EQ(read_process(7, files, sources).shared_memory_limit.value, 0);
  }
}

TEST(ProcessReader, TheRootGroupLimitsNothing) {
  MemoryFiles files = process_files();
  files.add("/proc/7/cgroup", "0::/\n");
  Sources sources;
  const RunningProcess process = read_process(7, files, sources);
  EXPECT_TRUE(process.memory_limit.written());
  EXPECT_EQ(process.memory_limit.value, 0);
}

TEST(ProcessReader, ConcludesNothingFromWhatItCannotRead) {
  const MemoryFiles files;
  Sources sources;
  const RunningProcess process = read_process(7, files, sources);
  EXPECT_FALSE(process.no_new_privileges.written());
  EXPECT_FALSE(process.seccomp.written());
  EXPECT_FALSE(process.memory_limit.written());
  EXPECT_FALSE(process.apparmor.written());
  EXPECT_FALSE(process.mounts);

  ContainerSpec spec;
  spec.mem_limit.value = 5;
  spec.no_new_privileges.value = true;
  apply(process, spec);
  EXPECT_EQ(spec.mem_limit.value, 5);
  EXPECT_TRUE(spec.no_new_privileges.value);
}

TEST(RunningProcess, WinsWhereItDiffers) {
  MemoryFiles files = process_files();
  files.add("/proc/7/status", "NoNewPrivs:\t0\nSeccomp:\t0\n");
  files.add("/proc/7/attr/current", "unconfined\n");
  files.add("/proc/7/cgroup", "0::/c\n");
  files.add("/sys/fs/cgroup/c/memory.max", "max\n");
  files.add("/sys/fs/cgroup/c/pids.max", "100\n");
  Sources sources;
  ContainerSpec spec;
  spec.no_new_privileges.value = true;
  spec.apparmor.value = "mine";
  spec.mem_limit.value = 67'108'864;
  spec.pids_limit.value = 100;
  apply(read_process(7, files, sources), spec);
  EXPECT_FALSE(spec.no_new_privileges.value);
  EXPECT_EQ(spec.no_new_privileges.layer, Layer::kernel);
  EXPECT_EQ(spec.seccomp.value, "unconfined");
  EXPECT_EQ(spec.apparmor.value, "unconfined");
  EXPECT_EQ(spec.mem_limit.value, 0);
  EXPECT_EQ(spec.mem_limit.layer, Layer::kernel);
  EXPECT_EQ(spec.pids_limit.layer, Layer::engine);  // it agrees: the configuration's place stays
  EXPECT_TRUE(spec.read_only.value);
}

}  // namespace
}  // namespace plimsoll
