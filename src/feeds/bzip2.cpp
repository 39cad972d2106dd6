#include "feeds/bzip2.h"

#include <bzlib.h>

#include <vector>

#include "base/text.h"

namespace plimsoll::feeds {
namespace {

constexpr std::size_t piece_bytes = 256u << 10;

class Bzip2Stream final : public image::Decompressor {
 public:
  explicit Bzip2Stream(Sink sink) : sink_(std::move(sink)), out_(piece_bytes) {}
  ~Bzip2Stream() override {
    if (is_open_) BZ2_bzDecompressEnd(&state_);
  }
  Bzip2Stream(const Bzip2Stream&) = delete;
  Bzip2Stream& operator=(const Bzip2Stream&) = delete;

  Result<void> push(std::string_view bytes) override {
    packed_ += bytes.size();
    // The library does not write to its input.
    char* input = const_cast<char*>(bytes.data());
    auto left = static_cast<unsigned>(bytes.size());
    while (left > 0 && !has_ended_) {
      if (!is_open_) {
        if (has_member_ && *input != 'B') {
          has_ended_ = true;
          return {};
        }
        state_ = {};
        if (BZ2_bzDecompressInit(&state_, 0, 0) != BZ_OK) {
          return failure({.message = "there is no memory for the bzip2 stream"});
        }
        is_open_ = true;
      }
      state_.next_in = input;
      state_.avail_in = left;
      if (Result<void> done = step(); !done) return done;
      input = state_.next_in;
      left = state_.avail_in;
    }
    return {};
  }

  Result<void> finish() override {
    if (has_member_ && !is_open_) return {};
    return failure({.message = "the bzip2 stream ends before its end"});
  }

 private:
  // Until the input is used up or a member ends.
  Result<void> step() {
    for (;;) {
      state_.next_out = out_.data();
      state_.avail_out = static_cast<unsigned>(out_.size());
      const int status = BZ2_bzDecompress(&state_);
      const std::size_t made = out_.size() - state_.avail_out;
      plain_ += made;
      if (plain_ > image::max_plain_bytes ||
          (plain_ > image::max_plain_bytes_at_any_ratio && plain_ / image::max_ratio > packed_)) {
        return failure({.message = "the bzip2 stream unpacks to too much: a compression bomb"});
      }
      if (made > 0) {
        if (Result<void> taken = sink_({out_.data(), made}); !taken) return taken;
      }
      if (status == BZ_STREAM_END) {
        BZ2_bzDecompressEnd(&state_);
        is_open_ = false;
        has_member_ = true;
        return {};
      }
      if (status != BZ_OK) return failure({.message = "the bzip2 stream is damaged"});
      if (state_.avail_in == 0 && state_.avail_out > 0) return {};
    }
  }

  Sink sink_;
  bz_stream state_{};
  std::vector<char> out_;
  std::uint64_t packed_ = 0;
  std::uint64_t plain_ = 0;
  bool is_open_ = false;     // amid a member
  bool has_member_ = false;  // one was read
  bool has_ended_ = false;   // what follows is no member
};

}  // namespace

bool is_bzip2(std::string_view first_bytes) {
  return first_bytes.size() >= 4 && first_bytes.starts_with("BZh") && first_bytes[3] >= '1' &&
         first_bytes[3] <= '9';
}

std::unique_ptr<image::Decompressor> make_bzip2_decompressor(image::Decompressor::Sink sink) {
  return std::make_unique<Bzip2Stream>(std::move(sink));
}

}  // namespace plimsoll::feeds
