#include "base/unnamed_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/write_file.h"
#include "support/program.h"

namespace plimsoll {
namespace {

std::size_t files_in(const std::string& directory) {
  const std::filesystem::directory_iterator files(directory);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(UnnamedFile, TakesThePlaceOfAnother) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.write("a", "old");
  UnnamedFile file(path);
  ASSERT_GE(file.descriptor(), 0);
  ASSERT_EQ(write_all(file.descriptor(), "new"), 0);
  EXPECT_EQ(text_of(file.path()), "new");
  EXPECT_EQ(text_of(path), "old");
  ASSERT_TRUE(file.rename_to(path));
  EXPECT_EQ(text_of(path), "new");
  EXPECT_EQ(files_in(directory.path()), 1u);
}

TEST(UnnamedFile, LeavesNothingBehind) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.write("a", "old");
  {
    UnnamedFile file(path);
    ASSERT_EQ(write_all(file.descriptor(), "new"), 0);
    // There is a directory of that name already, with something in it.
    directory.write("b/c", "");
    EXPECT_FALSE(file.rename_to(directory.path() + "/b"));
  }
  EXPECT_EQ(text_of(path), "old");
  EXPECT_EQ(files_in(directory.path()), 2u);
}

TEST(UnnamedFile, SaysWhereItCannotBe) {
  EXPECT_LT(UnnamedFile("/nowhere/a").descriptor(), 0);
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace
}  // namespace plimsoll
