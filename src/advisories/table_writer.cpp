#include "advisories/table_writer.h"

#include <lz4hc.h>

#include <utility>

#include "base/digest.h"
#include "base/write_file.h"

namespace plimsoll::advisories {
namespace {

// The lowest of those that look for better matches: others save nothing more.
constexpr int compression_level = LZ4HC_CLEVEL_MIN;

}  // namespace

void BlockFile::append(std::string_view bytes) {
  if (error_ == 0) error_ = write_all(descriptor_, bytes);
  size_ += bytes.size();
}

void TableWriter::add(std::string_view key, std::string_view value) {
  if (block_.empty()) first_key_ = key;
  append_item(block_, block_.empty() ? std::string_view() : key_, key, value);
  key_ = key;
  if (block_.size() >= usual_bytes_) end_block();
}

void TableWriter::end_block() {
  if (block_.empty()) return;
  const auto plain_size = static_cast<int>(block_.size());  // max_block_bytes at most
  packed_.resize(static_cast<std::size_t>(LZ4_compressBound(plain_size)));
  const int size = LZ4_compress_HC(block_.data(), packed_.data(), plain_size,
                                   static_cast<int>(packed_.size()), compression_level);
  packed_.resize(static_cast<std::size_t>(size));
  const std::string digest = sha256_of(packed_);
  written_.append({.first_key = first_key_,
                   .offset = file_.size(),
                   .size = static_cast<std::uint32_t>(size),
                   .plain_size = static_cast<std::uint32_t>(plain_size),
                   .digest = digest});
  file_.append(packed_);
  block_.clear();
}

BlockListText TableWriter::finish() {
  end_block();
  return std::move(written_);
}

}  // namespace plimsoll::advisories
