// What is known of layers that were read before, so that an image that has not changed is not read
// again, and one that shares layers with it only where it differs.
//
// An entry is a file named by the layer's diff id and by who analysed it: another build of the
// readers, or other options, finds nothing and reads again. What is torn, damaged or somebody's
// forgery fails to decode, and the layer is read.
//
// An entry says what the layer with this diff id holds. It does not say that what an archive stores
// in its place is that layer: for that the archive's bytes are hashed, which is a fraction of the
// work, or the file that they lie in is known not to have changed since they last were.
//
// The cache never holds a secret: layers have fingerprints of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "image/cached_files.h"
#include "image/layer.h"

namespace plimsoll::image {

inline constexpr std::uint64_t usual_cache_bytes = 1u << 30;
// Of one entry, unpacked; layers that need more are read each time.
inline constexpr std::uint64_t max_cached_layer_bytes = 192u << 20;

// May be used from several threads. Nothing here fails: a cache that cannot be read or written is
// an empty one.
class LayerCache {
 public:
  // `analysis` says which readers made the entries: "" for those of this build with all options at
  // their defaults. The directory is made if it is missing.
  explicit LayerCache(std::string directory, std::string analysis = {},
                      std::uint64_t max_bytes = usual_cache_bytes);

  std::optional<Layer> find(const std::string& diff_id) const;
  // Keeps a layer whose computed diff id is known.
  void keep(const Layer& layer);

  // The digest that stored bytes had when they were last read. `version` is whatever changes when
  // they do (BlobStore::version).
  std::optional<std::string> digest_of(const std::string& version) const;
  void remember_digest(const std::string& version, const std::string& digest);

 private:
  std::string name_of(const std::string& what, std::string_view suffix) const;

  CachedFiles files_;
  std::string analysis_;
};

}  // namespace plimsoll::image
