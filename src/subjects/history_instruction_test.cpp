#include "subjects/history_instruction.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll {
namespace {

std::string read(std::string_view created_by) {
  const HistoryInstruction instruction = instruction_of(created_by);
  return concat(instruction.keyword, "|", instruction.rest);
}

TEST(HistoryInstruction, IsReadAsBuildersWriteIt) {
  EXPECT_EQ(read("/bin/sh -c make  all"), "RUN|make  all");
  EXPECT_EQ(read("/bin/sh -c #(nop)  CMD [\"sh\"]"), "CMD|[\"sh\"]");
  EXPECT_EQ(read("/bin/sh -c #(nop) ADD file:1 in / "), "ADD|file:1 in /");
  EXPECT_EQ(read("|1 V=2 /bin/sh -c make"), "RUN|make");
  EXPECT_EQ(read("RUN /bin/sh -c make # buildkit"), "RUN|make");
  EXPECT_EQ(read("RUN |1 V=2 /bin/sh -c make # buildkit"), "RUN|make");
  EXPECT_EQ(read("RUN make # buildkit"), "RUN|make");
  EXPECT_EQ(read("COPY a b # buildkit"), "COPY|a b");
  EXPECT_EQ(read("# debian.sh --arch 'amd64' out/"), "#|debian.sh --arch 'amd64' out/");
  EXPECT_EQ(read("bazel"), "bazel|");
  EXPECT_EQ(read("  "), "|");
}

}  // namespace
}  // namespace plimsoll
