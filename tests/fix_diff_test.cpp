// git judges the diffs: those of all cases together are applied by one `git apply`, and must give
// byte for byte what the fixes wrote.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/text.h"
#include "fix/unified_diff.h"
#include "rules/catalogue.h"
#include "support/cases.h"
#include "support/program.h"

namespace plimsoll::test {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(FixDiff, OfEveryCaseIsTakenByGit) {
  const auto all = rules::catalogue();
  const std::vector<const Rule*> rules(all.begin(), all.end());
  const TemporaryDirectory tree;
  std::string diff;
  std::vector<std::pair<std::string, std::string>> expected;  // path below the tree, text
  std::size_t number = 0;
  for (const auto& [rule, path] : case_files()) {
    for (const Case& test_case : read_cases(read(path))) {
      const std::string directory = concat("case-", std::to_string(++number), "/");
      for (const CaseFile& file : test_case.files) tree.write(directory + file.name, file.text);
      for (const app::FixedFile& file : fix_of(test_case, rules).files) {
        const std::string name = directory + file.path;
        const fix::UnifiedDiff one = fix::unified_diff(name, file.before, file.after, file.is_new);
        if (one.hidden_hunks > 0) continue;  // not the whole change
        diff += one.text;
        expected.emplace_back(name, file.after);
      }
    }
  }
  ASSERT_GT(expected.size(), 100u);
  tree.write("all.diff", diff);
  const Ended applied =
      run_shell("git init -q . && git apply all.diff", {.directory = tree.path()});
  ASSERT_EQ(applied.exit_code, 0) << applied.errors;
  for (const auto& [name, text] : expected) EXPECT_EQ(read(tree.path() + "/" + name), text) << name;
}

}  // namespace
}  // namespace plimsoll::test
