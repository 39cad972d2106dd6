// Runs every rule's cases: what the rule finds, what its fixes write, and what must hold of every
// fix. PLIMSOLL_RULE=name,name restricts to some rules; PLIMSOLL_ACCEPT=1 writes what was found and
// what was fixed into the files, to be read in the diff.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

// A way to write a file's text that means the same: what a fix writes must be written so, too, and
// in nothing else differ.
struct Layout {
  std::string_view name;
  std::string (*written)(std::string_view text);
};

std::string with_carriage_returns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

std::string without_last_ending(std::string_view text) {
  return std::string(text.ends_with('\n') ? text.substr(0, text.size() - 1) : text);
}

std::string as_from_windows(std::string_view text) {
  return concat("\xEF\xBB\xBF", with_carriage_returns(without_last_ending(text)));
}

constexpr std::array<Layout, 3> layouts{
    {{"CRLF", with_carriage_returns},
     {"no final line ending", without_last_ending},
     {"a byte order mark, CRLF and no final line ending", as_from_windows}}};

Case laid_out(const Case& test_case, const Layout& layout) {
  Case out = test_case;
  for (CaseFile& file : out.files) file.text = layout.written(file.text);
  return out;
}

// Files that a fix makes are its own: they are written alike whatever stands beside them.
std::string problems_of_layouts(const Case& test_case, const std::vector<const Rule*>& rules) {
  std::string out;
  const Case fixed = after(test_case, fix_of(test_case, rules));
  for (const Layout& layout : layouts) {
    const Case laid = laid_out(test_case, layout);
    const Case result = after(laid, fix_of(laid, rules));
    for (std::size_t i = 0; i < fixed.files.size(); ++i) {
      const CaseFile& file = fixed.files[i];
      std::string expected = i < test_case.files.size() ? layout.written(file.text) : file.text;
      // A single line without an ending does not show how lines end in its file.
      if (i < laid.files.size() && !laid.files[i].text.contains('\n')) std::erase(expected, '\r');
      const std::string found = i < result.files.size() ? result.files[i].text : "nothing";
      if (found == expected) continue;
      out += concat("with ", layout.name, ", ", file.name, " becomes:\n", found, "\nand not:\n",
                    expected, "\n");
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
    EXPECT_EQ(problems_of_layouts(test_case, {subject}), "") << where << ": " << test_case.name;
    EXPECT_EQ(problems_of_layouts(test_case, forwards), "") << where << ": " << test_case.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, Cases, testing::ValuesIn(case_files()), [](const auto& test) {
  std::string name = test.param.first;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace plimsoll::test
