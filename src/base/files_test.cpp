#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace plimsoll {
namespace {

TEST(Files, TellAMissingFileFromOneThatCannotBeSeen) {
  MemoryFiles files;
  files.add("/etc/docker/daemon.json", "{}");
  files.set_status("/etc/docker", {.kind = FileKind::directory, .mode = 0700, .group = 7});
  ASSERT_TRUE(files.status("/etc/docker/daemon.json"));
  EXPECT_EQ(files.status("/etc/docker/daemon.json")->mode, 0644u);
  EXPECT_EQ(files.status("/etc/docker")->group, 7u);
  ASSERT_TRUE(files.status("/etc/other/file"));
  EXPECT_EQ(files.status("/etc/other/file")->kind, FileKind::missing);

  files.refuse("/etc/docker");
  EXPECT_TRUE(files.status("/etc/docker"));
  EXPECT_FALSE(files.status("/etc/docker/daemon.json"));
  EXPECT_FALSE(files.status("/etc/docker/nothing"));
  EXPECT_FALSE(files.read("/etc/docker/daemon.json"));
  EXPECT_FALSE(files.list("/etc/docker"));
  EXPECT_TRUE(files.list("/etc"));
}

TEST(Files, OfTheSystemDoSo) {
  std::string directory = testing::TempDir() + "filesXXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const std::string file = directory + "/file";
  const RealFiles files;
  ASSERT_TRUE(files.status(file));
  EXPECT_EQ(files.status(file)->kind, FileKind::missing);
  // A name below a file is nothing, too.
  EXPECT_EQ(files.status("/proc/self/status/below")->kind, FileKind::missing);

  ASSERT_EQ(::symlink("/proc/self/status", file.c_str()), 0);
  struct stat expected{};
  ASSERT_EQ(::stat("/proc/self/status", &expected), 0);
  const Result<FileStatus> status = files.status(file);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->kind, FileKind::file);
  EXPECT_EQ(status->mode, expected.st_mode & 07777u);
  EXPECT_EQ(status->inode, expected.st_ino);
  // A link to itself leads nowhere that could be told.
  const std::string loop = directory + "/loop";
  ASSERT_EQ(::symlink(loop.c_str(), loop.c_str()), 0);
  EXPECT_FALSE(files.status(loop));
  ::unlink(loop.c_str());
  ::unlink(file.c_str());
  ::rmdir(directory.c_str());
}

}  // namespace
}  // namespace plimsoll
