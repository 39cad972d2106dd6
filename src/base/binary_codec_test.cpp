#include "base/binary_codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

namespace plimsoll {
namespace {

std::optional<std::uint64_t> taken(std::string_view bytes) {
  std::uint64_t number = 0;
  return take_number(bytes, number) && bytes.empty() ? std::optional(number) : std::nullopt;
}

TEST(BinaryCodec, TakesTheNumbersThatItAppends) {
  for (unsigned shift = 0; shift < 64; ++shift) {
    for (const std::uint64_t number :
         {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) - 1}) {
      std::string bytes;
      append_number(bytes, number);
      EXPECT_EQ(taken(bytes), number);
      EXPECT_EQ(taken(std::string_view(bytes).substr(0, bytes.size() - 1)), std::nullopt);
    }
  }
  const std::string most = std::string(9, '\xff') + '\x01';
  EXPECT_EQ(taken(most), std::numeric_limits<std::uint64_t>::max());
}

TEST(BinaryCodec, TakesNoNumberThatDoesNotFitOrHasAnotherForm) {
  EXPECT_EQ(taken(std::string(9, '\xff') + '\x02'), std::nullopt);
  EXPECT_EQ(taken(std::string(9, '\xff') + '\x66'), std::nullopt);
  EXPECT_EQ(taken(std::string(9, '\xff') + "\x81\x01"), std::nullopt);
  EXPECT_EQ(taken(std::string("\x81\x00", 2)), std::nullopt);
  EXPECT_EQ(taken(""), std::nullopt);
}

}  // namespace
}  // namespace plimsoll
