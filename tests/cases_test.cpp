// Runs every rule's cases. PLIMSOLL_RULE=name,name restricts to some rules; PLIMSOLL_ACCEPT=1
// writes what was found into the files, to be read in the diff.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/files.h"
#include "base/text.h"
#include "rules/catalogue.h"
#include "support/cases.h"

namespace plimsoll::test {
namespace {

bool wanted(std::string_view rule) {
  const char* const only = std::getenv("PLIMSOLL_RULE");
  if (only == nullptr || *only == '\0') return true;
  const auto names = split(only, ',');
  return std::ranges::find(names, rule) != names.end();
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Cases : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(Cases, FindExactlyWhatTheySay) {
  const auto& [rule, path] = GetParam();
  if (!wanted(rule)) GTEST_SKIP() << "PLIMSOLL_RULE names other rules";
  ASSERT_NE(rules::find_rule(rule), nullptr) << "there is no rule of this name";
  std::string text = read_text(path);
  const std::vector<Case> cases = read_cases(text);
  ASSERT_FALSE(cases.empty()) << "the file holds no case";
  const bool accept = std::getenv("PLIMSOLL_ACCEPT") != nullptr;
  // From the end, so that accepting keeps the offsets of those before.
  for (auto test_case = cases.rbegin(); test_case != cases.rend(); ++test_case) {
    const std::string where = concat(path, ":", std::to_string(test_case->line));
    EXPECT_TRUE(test_case->has_findings) << where << ": the case has no findings fence";
    const std::string found = findings_of(*test_case, rule);
    if (accept && test_case->has_findings) {
      text.replace(test_case->findings_begin, test_case->findings_end - test_case->findings_begin,
                   found);
      continue;
    }
    EXPECT_EQ(found, test_case->findings) << where << ": " << test_case->name;
  }
  if (accept) std::ofstream(path, std::ios::binary) << text;
}

INSTANTIATE_TEST_SUITE_P(Rules, Cases, testing::ValuesIn(case_files()), [](const auto& test) {
  std::string name = test.param.first;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace plimsoll::test
