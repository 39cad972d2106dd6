#include "scan/progress.h"

#include <gtest/gtest.h>

namespace plimsoll::scan {
namespace {

TEST(ProgressLine, SaysHowFarItIs) {
  constexpr std::uint64_t mebi = 1u << 20;
  EXPECT_EQ(progress_line("/tmp/app.tar", 50 * mebi, 100 * mebi, 2),
            "app.tar  50.0 MiB of 100.0 MiB  [##########----------]  25.0 MiB/s");
  EXPECT_EQ(progress_line("app:1", 50 * mebi, 0, 0.5), "app:1  50.0 MiB  100.0 MiB/s");
  // More than was said.
  EXPECT_EQ(progress_line("x", 2, 1, 0), "x  2 bytes of 1 byte  [####################]");
  EXPECT_EQ(progress_line("a\x1b[2J", 0, 0, 0), "a\\x1b[2J  0 bytes");
}

}  // namespace
}  // namespace plimsoll::scan
