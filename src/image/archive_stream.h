// An archive that comes once, from its start to its end: from a pipe, from an engine, or compressed
// as a whole. What names the layers stands behind them (manifest.json), so that every member is
// taken for what it looks like: documents are kept, anything else is read as a layer, and what
// nobody names is forgotten.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "image/blob_store.h"
#include "image/layer.h"

namespace plimsoll::image {

// Hands on a text in pieces until `sink` gives back false.
using ByteStream =
    std::function<Result<void>(const std::function<bool(std::string_view piece)>& sink)>;

// Bounds on what is kept of one archive.
inline constexpr std::size_t max_streamed_documents = 4096;
inline constexpr std::size_t max_streamed_document_bytes = 64u << 20;  // of all together
inline constexpr std::size_t max_streamed_layers = 2000;

class StreamedArchive {
 public:
  // The documents; a layer has a size in it and cannot be read.
  const BlobStore& documents() const;
  // The layer of this name; nothing when there is none.
  std::optional<Layer> layer(const std::string& name) const;

 private:
  friend class ArchiveStream;
  class Documents;
  StreamedArchive();

  std::shared_ptr<Documents> documents_;
  std::map<std::string, Layer, std::less<>> layers_;
};

// `path` is how the archive is called in errors.
Result<StreamedArchive> read_archive_stream(const ByteStream& stream, const std::string& path,
                                            SearchSecrets secrets);

}  // namespace plimsoll::image
