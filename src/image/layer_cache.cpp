#include "image/layer_cache.h"

#include "base/digest.h"
#include "base/text.h"
#include "image/analyser_version.h"
#include "image/layer_codec.h"

namespace plimsoll::image {
namespace {

constexpr std::string_view layer_suffix = ".layer";
constexpr std::string_view digest_suffix = ".digest";
constexpr std::size_t digest_bytes = 71;  // "sha256:" and 64 digits

}  // namespace

LayerCache::LayerCache(std::string directory, std::string analysis, std::uint64_t max_bytes)
    : files_(std::move(directory), max_bytes), analysis_(std::move(analysis)) {}

std::optional<Layer> LayerCache::find(const std::string& diff_id) const {
  const auto bytes = files_.find(name_of(diff_id, layer_suffix));
  if (!bytes) return std::nullopt;
  const auto plain = unpacked(*bytes, max_cached_layer_bytes);
  if (!plain) return std::nullopt;
  std::optional<Layer> layer = decode(*plain);
  if (!layer || layer->computed_diff_id != diff_id) return std::nullopt;
  return layer;
}

void LayerCache::keep(const Layer& layer) {
  const std::string bytes = encode(layer);
  if (bytes.size() > max_cached_layer_bytes) return;
  files_.keep(name_of(layer.computed_diff_id, layer_suffix), packed(bytes));
}

std::optional<std::string> LayerCache::digest_of(const std::string& version) const {
  if (version.empty()) return std::nullopt;
  std::optional<std::string> digest = files_.find(name_of(version, digest_suffix), digest_bytes);
  return digest && is_digest(*digest) ? digest : std::nullopt;
}

void LayerCache::remember_digest(const std::string& version, const std::string& digest) {
  if (!version.empty()) files_.keep(name_of(version, digest_suffix), digest);
}

std::string LayerCache::name_of(const std::string& what, std::string_view suffix) const {
  Sha256 hash;
  hash.update(what);
  if (suffix == layer_suffix) hash.update(concat("\n", analyser_version, "\n", analysis_));
  const std::string digest = hash.finish();
  return concat(std::string_view(digest).substr(digest.find(':') + 1), suffix);
}

}  // namespace plimsoll::image
