#include "feeds/input_identity.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "support/program.h"

namespace plimsoll::feeds {
namespace {

std::string text_of(const std::string& path) {
  const Result<InputIdentity> identity = identity_of(path);
  return identity ? identity->text : identity.error().message;
}

void wait_for_another_time() {
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
}

TEST(InputIdentity, ChangesWithAFile) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.write("a", "one");
  const std::string before = text_of(path);
  EXPECT_EQ(text_of(path), before);
  wait_for_another_time();
  directory.write("a", "two");
  const std::string after = text_of(path);
  EXPECT_NE(after, before);
  // The same size, and a time that somebody set back: the inode's own time tells.
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  wait_for_another_time();
  directory.write("a", "six");
  const timespec times[2] = {status.st_atim, status.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  EXPECT_NE(text_of(path), after);
}

TEST(InputIdentity, ChangesWithWhatLiesInADirectory) {
  const test::TemporaryDirectory directory;
  directory.write("below/a", "one");
  const std::string before = text_of(directory.path());
  EXPECT_EQ(text_of(directory.path()), before);
  EXPECT_TRUE(identity_of(directory.path())->is_directory);
  wait_for_another_time();
  directory.write("below/a", "two");
  const std::string changed = text_of(directory.path());
  EXPECT_NE(changed, before);
  wait_for_another_time();
  directory.write("below/b", "");
  const std::string grown = text_of(directory.path());
  EXPECT_NE(grown, changed);
  wait_for_another_time();
  std::filesystem::rename(directory.path() + "/below/b", directory.path() + "/below/c");
  EXPECT_NE(text_of(directory.path()), grown);
}

TEST(InputIdentity, IsSettledAfterAWhile) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.write("a", "one");
  wait_for_another_time();
  EXPECT_TRUE(identity_of(path)->is_settled);
  EXPECT_TRUE(identity_of(directory.path())->is_settled);
  directory.write("a", "two");
  EXPECT_FALSE(identity_of(path)->is_settled);
  EXPECT_FALSE(identity_of(directory.path())->is_settled);
}

TEST(InputIdentity, IsOfFilesAndDirectoriesAlone) {
  EXPECT_EQ(text_of("/nowhere"), "no such file or directory");
  EXPECT_EQ(text_of("/dev/null"), "is neither a file nor a directory");
}

}  // namespace
}  // namespace plimsoll::feeds
