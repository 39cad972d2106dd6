#include "base/write_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace plimsoll {
namespace {

class WriteFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "plimsoll-write-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return directory_ / name; }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string text(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory_), {}));
  }

  std::filesystem::path directory_;
};

TEST_F(WriteFile, ReplacesTheTextAndKeepsTheMode) {
  put("a", "old");
  ::chmod(path("a").c_str(), 0751);
  EXPECT_FALSE(replace_file(path("a"), "old", "new"));
  EXPECT_EQ(text("a"), "new");
  struct stat status{};
  ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0751u);
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WriteFile, KeepsTheOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  put("a", "old");
  ASSERT_EQ(::chown(path("a").c_str(), 12345, 23456), 0);
  EXPECT_FALSE(replace_file(path("a"), "old", "new"));
  struct stat status{};
  ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 12345u);
  EXPECT_EQ(status.st_gid, 23456u);
}

// An access control list as the kernel keeps it: who owns the file and `user` read and write it,
// its group and everybody else do nothing. Entries are: what it is for, rights, id, in little
// endian.
std::string access_list_for(char user) {
  const auto entry = [](char tag, char rights, const std::string& id = "\xFF\xFF\xFF\xFF") {
    return std::string{tag, '\0', rights, '\0'} + id;
  };
  return std::string("\x02\0\0\0", 4) + entry(0x01, 6) +
         entry(0x02, 6, std::string{user, '\0', '\0', '\0'}) + entry(0x04, 0) + entry(0x10, 6) +
         entry(0x20, 0);
}

std::string attribute(const std::string& path, const char* name) {
  std::string value(1024, '\0');
  const ssize_t size = ::getxattr(path.c_str(), name, value.data(), value.size());
  if (size < 0) return "none";
  value.resize(static_cast<std::size_t>(size));
  return value;
}

bool set_attribute(const std::string& path, const char* name, const std::string& value) {
  return ::setxattr(path.c_str(), name, value.data(), value.size(), 0) == 0;
}

TEST_F(WriteFile, KeepsAttributes) {
  put("a", "old");
  if (!set_attribute(path("a"), "user.origin", "here")) GTEST_SKIP() << "not on this file system";
  ASSERT_TRUE(set_attribute(path("a"), "user.empty", ""));
  EXPECT_FALSE(replace_file(path("a"), "old", "new"));
  EXPECT_EQ(text("a"), "new");
  EXPECT_EQ(attribute(path("a"), "user.origin"), "here");
  EXPECT_EQ(attribute(path("a"), "user.empty"), "");
}

TEST_F(WriteFile, KeepsTheAccessControlList) {
  constexpr const char* name = "system.posix_acl_access";
  const std::string list = access_list_for(42);
  put("a", "old");
  if (!set_attribute(path("a"), name, list)) GTEST_SKIP() << "not on this file system";
  EXPECT_FALSE(replace_file(path("a"), "old", "new"));
  EXPECT_EQ(text("a"), "new");
  EXPECT_EQ(attribute(path("a"), name), list);
}

TEST_F(WriteFile, TakesNoAccessControlListOverFromTheDirectory) {
  put("a", "old");
  ::chmod(path("a").c_str(), 0664);
  if (!set_attribute(directory_, "system.posix_acl_default", access_list_for(42))) {
    GTEST_SKIP() << "not on this file system";
  }
  EXPECT_FALSE(replace_file(path("a"), "old", "new"));
  EXPECT_EQ(attribute(path("a"), "system.posix_acl_access"), "none");
  struct stat status{};
  ASSERT_EQ(::stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0664u);
}

TEST_F(WriteFile, LeavesOtherHardLinksAsTheyWere) {
  put("a", "old");
  std::filesystem::create_hard_link(path("a"), path("b"));
  EXPECT_FALSE(replace_file(path("a"), "old", "new"));
  EXPECT_EQ(text("a"), "new");
  EXPECT_EQ(text("b"), "old");
}

TEST_F(WriteFile, LeavesAFileThatSomebodyElseChanged) {
  put("a", "theirs");
  const auto error = replace_file(path("a"), "old", "new");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "has changed since it was read, so it is not written");
  EXPECT_EQ(text("a"), "theirs");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WriteFile, LeavesAReadOnlyFileEvenForRoot) {
  put("a", "old");
  ::chmod(path("a").c_str(), 0444);
  const auto error = replace_file(path("a"), "old", "new");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "cannot be written: the file is read-only");
  EXPECT_EQ(text("a"), "old");
}

TEST_F(WriteFile, WritesTheTargetOfASymlink) {
  std::filesystem::create_directory(path("elsewhere"));
  put("elsewhere/a", "old");
  std::filesystem::create_symlink("elsewhere/a", path("link"));
  EXPECT_FALSE(replace_file(path("link"), "old", "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
  EXPECT_EQ(text("elsewhere/a"), "new");
}

TEST_F(WriteFile, MakesNothingAnewThatIsGone) {
  const auto gone = replace_file(path("a"), "old", "new");
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->message, "the file is gone, so it is not written");
  std::filesystem::create_symlink("loop", path("loop"));
  EXPECT_TRUE(replace_file(path("loop"), "old", "new"));
  EXPECT_TRUE(create_file(path("loop"), "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(path("loop")));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WriteFile, LeavesAFileInAReadOnlyDirectory) {
  put("a", "old");
  ::chmod(path("a").c_str(), 0666);
  ::chmod(directory_.c_str(), 0555);
  // Root may write anywhere: for the time of the test it is somebody else.
  constexpr uid_t nobody = 65534;
  const uid_t user = ::geteuid();
  if (user == 0) {
    ASSERT_EQ(::seteuid(nobody), 0);
  }
  const auto error = replace_file(path("a"), "old", "new");
  const auto made = create_file(path("b"), "new");
  if (user == 0) {
    ASSERT_EQ(::seteuid(user), 0);
  }
  ::chmod(directory_.c_str(), 0755);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "cannot be written: permission denied");
  EXPECT_EQ(error->hint, "a temporary file is made in its directory");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->message, "cannot be made: permission denied");
  EXPECT_EQ(text("a"), "old");
  EXPECT_EQ(entries(), 1u);
}

// A limit on the size of files stands for the full disk: the write fails half way.
TEST_F(WriteFile, LeavesTheFileWhenTheDiskIsFull) {
  put("a", "old");
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small{.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto error = replace_file(path("a"), "old", std::string(10'000, 'x'));
  const auto made = create_file(path("b"), std::string(10'000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->hint, "the file is as it was");
  EXPECT_EQ(text("a"), "old");
  EXPECT_TRUE(made);
  EXPECT_EQ(entries(), 1u);
}

TEST_F(WriteFile, MakesDirectoriesThatOthersMakeAtTheSameTime) {
  for (int round = 0; round < 50; ++round) {
    const std::string wanted = path(std::to_string(round) + "/b/c/d/e/f");
    std::barrier start(4);
    std::atomic<int> refused = 0;
    {
      std::vector<std::jthread> makers;
      for (int i = 0; i < 4; ++i) {
        makers.emplace_back([&] {
          start.arrive_and_wait();
          if (make_directories(wanted)) ++refused;
        });
      }
    }
    EXPECT_EQ(refused, 0);
    EXPECT_TRUE(std::filesystem::is_directory(wanted));
  }
}

TEST_F(WriteFile, MakesNoFileOverAnother) {
  EXPECT_FALSE(create_file(path("a"), "new"));
  EXPECT_EQ(text("a"), "new");
  EXPECT_TRUE(create_file(path("a"), "newer"));
  EXPECT_EQ(text("a"), "new");
}

}  // namespace
}  // namespace plimsoll
