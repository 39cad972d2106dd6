// Writes the sorted tables of the database, block by block (database_format.h).
#pragma once

#include <string>
#include <string_view>

#include "advisories/database_format.h"

namespace plimsoll::advisories {

// A file that is written from its start to its end.
class BlockFile {
 public:
  // The descriptor is the caller's.
  explicit BlockFile(int descriptor) : descriptor_(descriptor) {}

  // Behind what was written before. Nothing, or what went wrong (errno); then nothing is written
  // any more.
  void append(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  int error() const { return error_; }

 private:
  int descriptor_;
  std::uint64_t size_ = 0;
  int error_ = 0;
};

class TableWriter {
 public:
  TableWriter(BlockFile& file, std::size_t usual_bytes) : file_(file), usual_bytes_(usual_bytes) {}

  // In the order of the keys.
  void add(std::string_view key, std::string_view value);
  // The list of the blocks.
  BlockListText finish();

 private:
  void end_block();

  BlockFile& file_;
  std::size_t usual_bytes_;
  std::string block_;
  std::string first_key_;
  std::string key_;
  std::string packed_;
  BlockListText written_;
};

}  // namespace plimsoll::advisories
