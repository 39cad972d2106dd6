#include "advisories/table_writer.h"

#include <zstd.h>

#include <new>

#include "base/digest.h"
#include "base/write_file.h"

namespace plimsoll::advisories {
namespace {

// Higher ones save a tenth and take several times as long.
constexpr int compression_level = 3;

}  // namespace

void BlockFile::append(std::string_view bytes) {
  if (error_ == 0) error_ = write_all(descriptor_, bytes);
  size_ += bytes.size();
}

struct TableWriter::Compressor {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::string out;
  ~Compressor() { ZSTD_freeCCtx(context); }
};

TableWriter::TableWriter(BlockFile& file, std::size_t usual_bytes)
    : file_(file), usual_bytes_(usual_bytes), compressor_(std::make_unique<Compressor>()) {
  if (compressor_->context == nullptr) throw std::bad_alloc();
}

TableWriter::~TableWriter() = default;

void TableWriter::add(std::string_view key, std::string_view value) {
  if (block_.empty()) first_key_ = key;
  append_item(block_, block_.empty() ? std::string_view() : key_, key, value);
  key_ = key;
  if (block_.size() >= usual_bytes_) end_block();
}

void TableWriter::end_block() {
  if (block_.empty()) return;
  std::string& out = compressor_->out;
  out.resize(ZSTD_compressBound(block_.size()));
  const std::size_t size = ZSTD_compressCCtx(compressor_->context, out.data(), out.size(),
                                             block_.data(), block_.size(), compression_level);
  // Fails for want of memory alone.
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();
  const std::string_view stored = std::string_view(out).substr(0, size);
  written_.push_back({first_key_, sha256_of(stored), file_.size(), stored.size(), block_.size()});
  file_.append(stored);
  block_.clear();
}

std::vector<BlockInfo> TableWriter::finish() {
  end_block();
  std::vector<BlockInfo> blocks;
  blocks.reserve(written_.size());
  for (const Written& block : written_) {
    blocks.push_back({block.first_key, block.offset, block.size, block.plain_size, block.digest});
  }
  return blocks;
}

}  // namespace plimsoll::advisories
