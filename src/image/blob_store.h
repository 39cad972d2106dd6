// Where the parts of an image lie by name: a directory (an OCI layout) or a tar that is not
// compressed (docker save). Both can be read from several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"

namespace plimsoll::image {

// Manifests, indexes and configurations; what registries accept is 4 MiB.
inline constexpr std::uint64_t max_document_bytes = 8u << 20;
inline constexpr std::size_t max_archive_members = 100'000;

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // The size in bytes; nothing when there is no such part.
  virtual std::optional<std::uint64_t> size(const std::string& name) const = 0;
  // The part from its start to its end, in pieces.
  virtual Result<void> read(const std::string& name,
                            const std::function<void(std::string_view)>& sink) const = 0;
  // Something that changes when the part does, told without reading it: the inode, size and times
  // of its file. "" when nothing tells.
  virtual std::string version(const std::string& name) const = 0;

  // A small part as a whole; larger ones are an error.
  Result<std::string> document(const std::string& name) const;
};

// A store that was opened, and of whose content nothing is known yet.
struct StoreFile {
  std::string path;
  Descriptor file;
  std::uint64_t size = 0;
  bool is_directory = false;
  bool is_pipe = false;  // it can be read once, from its start to its end
};

// `path` is a file, a directory, a pipe, or "-" for standard input.
Result<StoreFile> open_store_file(const std::string& path);
// Its first bytes, at most 64; "" of a directory and of a pipe, which cannot be read twice.
std::string beginning_of(const StoreFile& file);
// Whether its parts cannot be reached one by one: a pipe, or an archive that is compressed as a
// whole. archive_stream.h reads those.
bool is_only_a_stream(const StoreFile& file);
// All of a file from its start. `sink` gives back false when it has enough.
Result<void> read_whole(const StoreFile& file, const std::function<bool(std::string_view)>& sink);
// A directory, or a plain tar; anything else is an error that says what it is.
Result<std::unique_ptr<BlobStore>> read_store_file(StoreFile file);

}  // namespace plimsoll::image
