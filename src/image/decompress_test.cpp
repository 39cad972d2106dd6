#include "image/decompress.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "support/program.h"

namespace plimsoll::image {
namespace {

std::string output_of(const std::string& line) {
  const test::Ended run = test::run_shell(line);
  EXPECT_EQ(run.exit_code, 0);
  return run.output;
}

struct Unpacked {
  std::string text;
  std::string error;
};

Unpacked unpack(std::string_view packed, std::size_t step = 1000) {
  Unpacked out;
  const auto stream = Decompressor::make(compression_of(packed), [&](std::string_view piece) {
    out.text += piece;
    return Result<void>();
  });
  for (std::size_t at = 0; at < packed.size(); at += step) {
    if (Result<void> pushed = stream->push(packed.substr(at, step)); !pushed) {
      out.error = pushed.error().message;
      return out;
    }
  }
  if (Result<void> whole = stream->finish(); !whole) out.error = whole.error().message;
  return out;
}

const std::string& text() {
  static const std::string numbers = output_of("seq 1 200000");
  return numbers;
}

TEST(Decompress, ReadsWhatTheProgramsWrite) {
  for (const char* program : {"gzip -1", "gzip -9", "zstd -q -3", "zstd -q -19 --long", "cat"}) {
    SCOPED_TRACE(program);
    const std::string packed = output_of(std::string("seq 1 200000 | ") + program);
    for (const std::size_t step : {std::size_t{7}, std::size_t{100'000}, packed.size()}) {
      const Unpacked unpacked = unpack(packed, step);
      EXPECT_EQ(unpacked.error, "");
      EXPECT_TRUE(unpacked.text == text());
    }
  }
}

TEST(Decompress, TakesSeveralMembersForOneText) {
  for (const char* program : {"gzip -c", "zstd -qc"}) {
    SCOPED_TRACE(program);
    const std::string packed =
        output_of("(printf one | " + std::string(program) + "; printf two | " + program + ")");
    for (std::size_t step = 1; step < packed.size(); ++step) {
      const Unpacked unpacked = unpack(packed, step);
      EXPECT_EQ(unpacked.text, "onetwo") << step;
      EXPECT_EQ(unpacked.error, "") << step;
    }
  }
}

TEST(Decompress, EndsAtWhatIsNoMemberAsGzipDoes) {
  const std::string packed = output_of("printf one | gzip -c");
  EXPECT_EQ(unpack(packed + std::string(512, '\0')).text, "one");
  EXPECT_EQ(unpack(packed + std::string(512, '\0')).error, "");
}

TEST(Decompress, KnowsFramesThatAreSkipped) {
  const std::string skippable(
      "\x51\x2a\x4d\x18\x03\x00\x00\x00"
      "abc",
      11);
  const std::string packed = skippable + output_of("printf one | zstd -qc");
  EXPECT_EQ(compression_of(packed), Compression::zstd);
  EXPECT_EQ(unpack(packed).text, "one");
}

TEST(Decompress, SaysWhatIsDamaged) {
  const std::string gzip = output_of("seq 1 200000 | gzip -c");
  const std::string zstd = output_of("seq 1 200000 | zstd -qc");
  EXPECT_EQ(unpack(gzip.substr(0, gzip.size() - 1)).error, "the gzip stream ends before its end");
  EXPECT_EQ(unpack(gzip.substr(0, gzip.size() / 2)).error, "the gzip stream ends before its end");
  EXPECT_EQ(unpack(zstd.substr(0, zstd.size() - 1)).error, "the zstd stream ends before its end");
  std::string other = gzip;
  other[gzip.size() - 6] ^= 1;
  EXPECT_EQ(unpack(other).error, "the gzip stream is damaged: its checksum does not match");
  other = zstd;
  other[zstd.size() / 2] ^= 64;
  EXPECT_TRUE(unpack(other).error.starts_with("the zstd stream is damaged: "))
      << unpack(other).error;
}

TEST(Decompress, RefusesABomb) {
  // 5 GiB of zeros in 160 KB; the sink throws them away.
  const std::string frame = output_of("head -c 64M /dev/zero | zstd -q -1 -c");
  std::string bomb;
  for (int i = 0; i < 80; ++i) bomb += frame;
  std::uint64_t bytes = 0;
  const auto stream = Decompressor::make(Compression::zstd, [&](std::string_view piece) {
    bytes += piece.size();
    return Result<void>();
  });
  const Result<void> pushed = stream->push(bomb);
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().message,
            "unpacks to more than 200 times its size and 4 GiB: a compression bomb");
  EXPECT_LE(bytes, max_plain_bytes_at_any_ratio + (1u << 20));
}

TEST(Digest, IsWhatSha256sumSays) {
  Sha256 hash;
  hash.update("a");
  hash.update("bc");
  EXPECT_EQ(hash.finish(), "sha256:" + output_of("printf abc | sha256sum").substr(0, 64));
}

TEST(Digest, HasOneForm) {
  const std::string digits(64, 'a');
  EXPECT_TRUE(is_digest("sha256:" + digits));
  EXPECT_FALSE(is_digest("sha256:" + digits.substr(1)));
  EXPECT_FALSE(is_digest("sha256:" + std::string(64, 'A')));
  EXPECT_FALSE(is_digest("sha512:" + digits));
  EXPECT_FALSE(is_digest("sha256:../../" + digits.substr(6)));
}

}  // namespace
}  // namespace plimsoll::image
