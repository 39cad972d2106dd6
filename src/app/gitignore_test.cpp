#include "app/gitignore.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "support/program.h"

namespace plimsoll::app {
namespace {

TEST(Wildcard, MatchesAsGitDoes) {
  struct Row {
    const char* pattern;
    const char* path;
    bool matches;
  };
  for (const Row& row : std::vector<Row>{
           {"a", "a", true},
           {"a", "b", false},
           {"*.c", "x.c", true},
           {"*.c", "d/x.c", false},
           {"a?c", "abc", true},
           {"a?c", "a/c", false},
           {"[a-c]x", "bx", true},
           {"[!a-c]x", "bx", false},
           {"[]x]", "]", true},
           {"[a", "[a", true},
           {"\\*", "*", true},
           {"\\*", "x", false},
           {"**/x", "x", true},
           {"**/x", "a/b/x", true},
           {"**/x", "a/bx", false},
           {"a/**/b", "a/b", true},
           {"a/**/b", "a/x/y/b", true},
           {"a/**", "a/x/y", true},
           {"*/b", "a/b", true},
           {"*/b", "a/c/b", false},
           {"a*b*c", "axxbyyc", true},
           {"a*b*c", "axxbyy", false},
           {"", "", true},
           {"*", "", true},
       }) {
    EXPECT_EQ(wildcard_match(row.pattern, row.path), row.matches)
        << row.pattern << " against " << row.path;
  }
}

TEST(Wildcard, AHostilePatternEnds) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(wildcard_match(pattern + "b", std::string(5000, 'a')));
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "**/";
  EXPECT_TRUE(wildcard_match(deep + "x", "a/b/c/x"));
}

// The same patterns and paths go to git itself.
TEST(GitIgnore, AgreesWithGit) {
  const test::TemporaryDirectory tree;
  if (test::run_shell("git init -q .", {.directory = tree.path()}).exit_code != 0) {
    GTEST_SKIP() << "git is not installed";
  }
  const std::vector<std::string> files = {
      "a.log",     "build/x", "src/build/x", "src/a.log", "docs/keep.md", "docs/drop.md",
      "x/y/z.tmp", "x/z.tmp", "top",         "src/top",   "sp ace",       "#hash"};
  for (const std::string& file : files) tree.write(file, "");
  const std::vector<std::string> ignores = {"*.log",
                                            "/build",
                                            "build/",
                                            "/top\n",
                                            "docs/*\n!docs/keep.md",
                                            "**/z.tmp",
                                            "x/**/z.tmp",
                                            "x/*/z.tmp",
                                            "src/*.log",
                                            "sp ace",
                                            "\\#hash",
                                            "# comment\n\n   \n*.md  ",
                                            "*\n!src/\n!*.log",
                                            "[a-d]*",
                                            "doc?/"};
  for (const std::string& text : ignores) {
    tree.write(".gitignore", text + "\n");
    const GitIgnore ignore(text + "\n");
    for (const std::string& file : files) {
      const bool by_git =
          test::run_shell("git check-ignore -q -- '" + file + "'", {.directory = tree.path()})
              .exit_code == 0;
      // As the walk asks: every directory on the way first.
      bool ignored = false;
      for (std::size_t slash = file.find('/'); slash != std::string::npos && !ignored;
           slash = file.find('/', slash + 1)) {
        ignored = ignore.verdict(file.substr(0, slash), true) == GitIgnore::Verdict::ignored;
      }
      ignored = ignored || ignore.verdict(file, false) == GitIgnore::Verdict::ignored;
      EXPECT_EQ(ignored, by_git) << "pattern \"" << text << "\", path " << file;
    }
  }
}

}  // namespace
}  // namespace plimsoll::app
