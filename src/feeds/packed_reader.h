// Unpacks one file that comes in pieces, to the documents in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "feeds/document_splitter.h"
#include "image/decompress.h"
#include "image/tar_reader.h"

namespace plimsoll::feeds {

// Zip archives have their directory at the end: they are read from a file that is at hand whole.
bool is_zip(std::string_view first_bytes);

class PackedReader {
 public:
  // `packings` is how many archives it may be in yet.
  PackedReader(FeedReading& reading, std::string place, bool is_named, int packings);
  ~PackedReader();

  // False when the rest need not be pushed: something was wrong, and the sink was told.
  bool push(std::string_view bytes);
  void finish();
  // The file is cut short, and somebody has said so.
  void cut();

 private:
  class Archive;

  void begin();
  bool pass(std::string_view bytes);
  bool check(Result<void> done);

  FeedReading& reading_;
  std::string place_;
  bool is_named_;
  int packings_;
  std::string head_;  // the first bytes, until they are enough to tell
  bool has_begun_ = false;
  bool has_failed_ = false;
  // One of these, once it has begun.
  std::unique_ptr<image::Decompressor> decompressor_;
  std::unique_ptr<Archive> archive_;
  std::unique_ptr<DocumentSplitter> splitter_;
  std::unique_ptr<PackedReader> inside_;  // of the decompressor
};

// A zip archive, whole. `packings` as above.
void read_zip(std::string_view file, const std::string& place, int packings, FeedReading& reading);

}  // namespace plimsoll::feeds
