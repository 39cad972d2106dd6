// Reads one layer: hashes what is stored, unpacks it, hashes that, and looks into each file, in one
// pass and with memory for one file of interest.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "image/decompress.h"
#include "image/file_reader.h"
#include "image/layer.h"
#include "image/secrets/secret_scanner.h"
#include "image/tar_reader.h"

namespace plimsoll::image {

// Takes the files of a layer one after the other, from a tar or from a directory.
class LayerContents final : public TarHandler {
 public:
  // With a scanner, which outlives it, every file is searched for secrets, too.
  explicit LayerContents(Layer& layer, SecretScanner* scanner = nullptr)
      : layer_(layer), scanner_(scanner) {}

  Result<void> begin(const TarEntry& entry) override;
  Result<void> content(std::string_view piece) override;
  Result<void> end() override;
  // Whether anybody wants the content, or more of it, of the file that has begun: of a directory
  // the others need not be read.
  bool wants_content() const {
    return reader_ != nullptr || (is_scanning_ && scanner_->wants_more());
  }

 private:
  bool is_whiteout(const TarEntry& entry);
  void note(const TarEntry& entry);
  void choose_reader(const TarEntry& entry);
  bool is_too_large();  // then it is said, and the reader is gone
  void look_at_first_bytes();
  void give_to_reader(std::string_view piece);

  Layer& layer_;
  SecretScanner* scanner_;
  bool is_scanning_ = false;            // the file that is being read
  const FileReader* reader_ = nullptr;  // of the file that is being read
  bool was_looked_at_ = false;          // by the reader's looks_right, if it has one
  std::uint64_t size_ = 0;              // as the header says
  std::string path_;
  std::string content_;
  bool is_full_ = false;
};

class LayerReader {
 public:
  explicit LayerReader(SearchSecrets secrets = SearchSecrets::no);

  // Bytes as they are stored. What is wrong with them is kept for finish(): the rest is still
  // hashed, and what was read until then is still reported.
  void push(std::string_view bytes);
  // The layer; nothing may follow.
  Layer finish();

 private:
  void start();
  Result<void> take_plain(std::string_view bytes);

  Layer layer_;
  std::optional<SecretScanner> scanner_;
  LayerContents contents_;
  TarReader tar_{contents_};
  Sha256 stored_hash_;
  Sha256 plain_hash_;
  std::unique_ptr<Decompressor> decompressor_;
  std::string first_bytes_;  // until there are enough to know the compression
  std::optional<Error> unpack_error_;
  std::optional<Error> tar_error_;
};

}  // namespace plimsoll::image
