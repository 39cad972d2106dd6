// docs/rules/ says what the rules are now.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/repository.h"
#include "support/rule_pages.h"

namespace plimsoll::test {
namespace {

TEST(RulePages, AreCurrent) {
  const std::filesystem::path directory = source_path("docs/rules");
  const auto pages = rule_pages();
  for (const auto& [name, text] : pages) {
    std::ifstream file(directory / name, std::ios::binary);
    const std::string written((std::istreambuf_iterator<char>(file)), {});
    EXPECT_TRUE(written == text) << "docs/rules/" << name << " is not current: run `make docs`";
  }
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++files;
  EXPECT_EQ(files, pages.size())
      << "docs/rules holds pages of rules that are gone: run `make docs`";
}

}  // namespace
}  // namespace plimsoll::test
