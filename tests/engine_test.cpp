// Programs that run under what `fix` wrote: scripts/try-fixed-examples builds and starts the fixed
// examples with a real Docker engine. Without one, or without root, it is skipped.
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

// What the script says of itself stands in its last line.
std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const std::size_t begin = text.find_last_of('\n', end);
  return text.substr(begin + 1, end - begin);
}

TEST(Engine, RunsTheFixedExamples) {
  // The bounds of the script itself come first: of its downloads, and of all that it starts.
  const Ended run =
      run_shell(concat("exec ", source_path("scripts/try-fixed-examples"), " \"$PLIMSOLL\""),
                {.directory = {}, .input = {}, .environment = {}, .seconds = 900});
  if (run.exit_code == 77) GTEST_SKIP() << last_line(run.errors);
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_EQ(last_line(run.output), "try-fixed-examples: the fixed examples run");
}

}  // namespace
}  // namespace plimsoll::test
