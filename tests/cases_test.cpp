// Runs every rule's cases: what the rule finds, what its fixes write, and what must hold of every
// fix. PLIMSOLL_RULE=name,name restricts to some rules; PLIMSOLL_ACCEPT=1 writes what was found and
// what was fixed into the files, to be read in the diff.
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

// The files that a fix changed, as the fences have them.
std::vector<CaseFile> fixed_files(const app::FixResult& result) {
  std::vector<CaseFile> out;
  for (const app::FixedFile& file : result.files) {
    // A fence ends with a line's end, whatever the file does.
    out.push_back(
        {"fixed", file.path, file.after.ends_with('\n') ? file.after : concat(file.after, "\n")});
  }
  return out;
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
    const std::string fixed = fences_of(fixed_files(fix_of(*test_case, {rules::find_rule(rule)})));
    if (accept && test_case->has_findings) {
      text.replace(test_case->fixed_begin, test_case->fixed_end - test_case->fixed_begin, fixed);
      text.replace(test_case->findings_begin, test_case->findings_end - test_case->findings_begin,
                   found);
      continue;
    }
    EXPECT_EQ(found, test_case->findings) << where << ": " << test_case->name;
    EXPECT_EQ(fixed, fences_of(test_case->fixed)) << where << ": " << test_case->name;
  }
  if (accept) std::ofstream(path, std::ios::binary) << text;
}

// What a fix must never do, on every case: with the rule alone, and with all rules together.
std::string problems_of_fix(const Case& test_case, const std::vector<const Rule*>& rules) {
  std::string out;
  const app::FixResult result = fix_of(test_case, rules);
  for (const app::Unfixed& one : result.unfixed) {
    if (one.fixable)
      out += concat("the fix did not take hold: ", one.rule, " at ", one.place, "\n");
  }
  for (const Error& error : result.errors) {
    if (error.message.starts_with("the fix is withheld")) out += concat(error.message, "\n");
  }
  const Case fixed = after(test_case, result);
  for (const app::FixedFile& again : fix_of(fixed, rules).files) {
    out += concat("fixing twice changes ", again.path, " again to:\n", again.after);
  }
  const auto count = [](std::string_view findings, std::string_view what) {
    std::size_t number = 0;
    for (std::size_t at = findings.find(what); at != findings.npos;
         at = findings.find(what, at + 1)) {
      ++number;
    }
    return number;
  };
  const std::string before_text = findings_of(test_case, {});
  const std::string after_text = findings_of(fixed, {});
  if (count(after_text, ": error: ") > count(before_text, ": error: ")) {
    out += concat("the fixed files do not read:\n", after_text);
  }
  for (const Rule* rule : rules::catalogue()) {
    const std::string name = concat("[", rule->name, "]\n");
    if (count(after_text, name) > count(before_text, name)) {
      out += concat("a new finding of ", rule->name, ":\n", after_text);
    }
  }
  return out;
}

// `privileged` makes the other privileges meaningless; without it they count.
bool uncovers_others(std::string_view rule) {
  return rule == "privileged";
}

TEST_P(Cases, FixesKeepTheirPromises) {
  const auto& [rule, path] = GetParam();
  if (!wanted(rule)) GTEST_SKIP() << "PLIMSOLL_RULE names other rules";
  const Rule* const subject = rules::find_rule(rule);
  ASSERT_NE(subject, nullptr);
  for (const Case& test_case : read_cases(read_text(path))) {
    const std::string where = concat(path, ":", std::to_string(test_case.line));
    if (!uncovers_others(rule)) {
      EXPECT_EQ(problems_of_fix(test_case, {subject}), "") << where << ": " << test_case.name;
    }
    const auto all = rules::catalogue();
    const std::vector<const Rule*> forwards(all.begin(), all.end());
    const std::vector<const Rule*> backwards(all.rbegin(), all.rend());
    const Case fixed = after(test_case, fix_of(test_case, forwards));
    const Case other = after(test_case, fix_of(test_case, backwards));
    for (std::size_t i = 0; i < fixed.files.size(); ++i) {
      EXPECT_EQ(fixed.files[i].text, other.files[i].text)
          << where << ": the order of the rules matters";
    }
    EXPECT_EQ(fences_of(fixed_files(fix_of(fixed, forwards))), "")
        << where << ": fixing everything twice changes the files again";
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, Cases, testing::ValuesIn(case_files()), [](const auto& test) {
  std::string name = test.param.first;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace plimsoll::test
