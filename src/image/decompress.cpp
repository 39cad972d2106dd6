#include "image/decompress.h"

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <vector>

#include "base/text.h"

namespace plimsoll::image {
namespace {

constexpr std::size_t piece_bytes = 256u << 10;
// What a frame may ask for to be read at all: zstd's own default, and what registries send.
constexpr int max_window_log = 27;

// Counts both sides of a decompressor and refuses a bomb.
class BombGuard {
 public:
  void took(std::size_t bytes) { packed_ += bytes; }
  Result<void> gave(std::size_t bytes) {
    plain_ += bytes;
    if (plain_ > max_plain_bytes) {
      return failure({.message = concat("unpacks to more than ",
                                        std::to_string(max_plain_bytes >> 30), " GiB")});
    }
    if (plain_ > max_plain_bytes_at_any_ratio && plain_ / max_ratio > packed_) {
      return failure({.message = concat("unpacks to more than ", std::to_string(max_ratio),
                                        " times its size and ",
                                        std::to_string(max_plain_bytes_at_any_ratio >> 30),
                                        " GiB: a compression bomb")});
    }
    return {};
  }

 private:
  std::uint64_t packed_ = 0;
  std::uint64_t plain_ = 0;
};

class PlainStream final : public Decompressor {
 public:
  explicit PlainStream(Sink sink) : sink_(std::move(sink)) {}
  Result<void> push(std::string_view bytes) override {
    guard_.took(bytes.size());
    if (Result<void> fits = guard_.gave(bytes.size()); !fits) return fits;
    return sink_(bytes);
  }
  Result<void> finish() override { return {}; }

 private:
  Sink sink_;
  BombGuard guard_;
};

class GzipStream final : public Decompressor {
 public:
  explicit GzipStream(Sink sink) : sink_(std::move(sink)), out_(piece_bytes) { begin_member(); }

  Result<void> push(std::string_view bytes) override {
    guard_.took(bytes.size());
    // The library does not write to its input.
    state_.next_in = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data()));
    state_.avail_in = static_cast<std::uint32_t>(bytes.size());
    while (!ended_) {
      if (member_ended_) {
        if (state_.avail_in == 0) return {};
        // Zeros are padding of tapes, and anything else is not ours: gzip(1) warns and is done.
        if (*state_.next_in != first_magic_byte) {
          ended_ = true;
          return {};
        }
        begin_member();
      }
      state_.next_out = out_.data();
      state_.avail_out = static_cast<std::uint32_t>(out_.size());
      const int status = isal_inflate(&state_);
      const std::size_t made = out_.size() - state_.avail_out;
      if (Result<void> fits = guard_.gave(made); !fits) return fits;
      if (made > 0) {
        if (Result<void> taken = sink_({reinterpret_cast<const char*>(out_.data()), made}); !taken)
          return taken;
      }
      if (status != ISAL_DECOMP_OK && status != ISAL_END_INPUT) {
        return failure({.message = status == ISAL_INCORRECT_CHECKSUM
                                       ? "the gzip stream is damaged: its checksum does not match"
                                       : "the gzip stream is damaged"});
      }
      member_ended_ = state_.block_state == ISAL_BLOCK_FINISH;
      if (!member_ended_ && state_.avail_in == 0 && state_.avail_out > 0) return {};
    }
    return {};
  }

  Result<void> finish() override {
    if (member_ended_) return {};
    return failure({.message = "the gzip stream ends before its end"});
  }

 private:
  static constexpr std::uint8_t first_magic_byte = 0x1f;

  void begin_member() {
    std::uint8_t* const input = state_.next_in;
    const std::uint32_t left = state_.avail_in;
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
    state_.next_in = input;
    state_.avail_in = left;
    member_ended_ = false;
  }

  Sink sink_;
  BombGuard guard_;
  inflate_state state_{};
  std::vector<std::uint8_t> out_;
  bool member_ended_ = false;
  bool ended_ = false;  // what follows is no member any more
};

class ZstdStream final : public Decompressor {
 public:
  explicit ZstdStream(Sink sink)
      : sink_(std::move(sink)), stream_(ZSTD_createDStream(), ZSTD_freeDStream), out_(piece_bytes) {
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, max_window_log);
  }

  Result<void> push(std::string_view bytes) override {
    guard_.took(bytes.size());
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool more = true; more;) {
      ZSTD_outBuffer out{out_.data(), out_.size(), 0};
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(status) != 0) {
        return failure(
            {.message = concat("the zstd stream is damaged: ", lower(ZSTD_getErrorName(status)))});
      }
      frame_ended_ = status == 0;
      if (Result<void> fits = guard_.gave(out.pos); !fits) return fits;
      if (out.pos > 0) {
        if (Result<void> taken = sink_({out_.data(), out.pos}); !taken) return taken;
      }
      more = in.pos < in.size || out.pos == out.size;
    }
    return {};
  }

  Result<void> finish() override {
    if (frame_ended_) return {};
    return failure({.message = "the zstd stream ends before its end"});
  }

 private:
  Sink sink_;
  BombGuard guard_;
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  std::vector<char> out_;
  bool frame_ended_ = false;
};

}  // namespace

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::gzip: return "gzip";
    case Compression::zstd: return "zstd";
    case Compression::none: break;
  }
  return "no compression";
}

Compression compression_of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return Compression::gzip;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
  // zstd:chunked and pzstd put skippable frames first: 0x184D2A50 to 5F, little endian.
  if (first_bytes.size() >= 4 && first_bytes.substr(1, 3) == "\x2a\x4d\x18" &&
      (static_cast<unsigned char>(first_bytes[0]) & 0xf0) == 0x50) {
    return Compression::zstd;
  }
  return Compression::none;
}

std::unique_ptr<Decompressor> Decompressor::make(Compression compression, Sink sink) {
  switch (compression) {
    case Compression::gzip: return std::make_unique<GzipStream>(std::move(sink));
    case Compression::zstd: return std::make_unique<ZstdStream>(std::move(sink));
    case Compression::none: break;
  }
  return std::make_unique<PlainStream>(std::move(sink));
}

}  // namespace plimsoll::image
