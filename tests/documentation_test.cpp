// The commands that the documentation shows are run, and must answer what it says they answer.
//
// In a fence tagged `console`, a line `$ command` is a command, run in the project's directory, and
// the lines up to the next one are all that it prints. PLIMSOLL_ACCEPT=1 writes what was printed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/documented_commands.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Documentation : public testing::TestWithParam<const char*> {};

TEST_P(Documentation, ShowsWhatTheProgramDoes) {
  const std::string path = source_path(GetParam());
  const std::string text = read_text(path);
  std::size_t commands = 0;
  const std::string expected = with_answers(text, commands);
  EXPECT_GT(commands, 0u) << path << " shows no command";
  if (std::getenv("PLIMSOLL_ACCEPT") != nullptr) {
    std::ofstream(path, std::ios::binary) << expected;
    return;
  }
  EXPECT_EQ(text, expected);
}

INSTANTIATE_TEST_SUITE_P(Pages, Documentation,
                         testing::Values("README.md", "docs/usage.md", "docs/guide/advisories.md",
                                         "docs/guide/vulnerabilities.md"),
                         [](const auto& test) {
                           std::string name;
                           for (const char c : std::string_view(test.param)) {
                             name += is_alpha(c) ? c : '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace plimsoll::test
