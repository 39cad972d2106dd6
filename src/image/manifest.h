// Finds an image in an archive or a layout: docker save's manifest.json, or the index of an OCI
// layout, which can hold images for several platforms and indexes of their own.
// Sources: OCI image specification, "Image Index", "Image Manifest" and "Image Layout"; moby's
// image/tarexport (manifest.json); distribution's manifest v2 schema 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "image/blob_store.h"
#include "subjects/image.h"

namespace plimsoll::image {

struct StoredLayer {
  std::string name;         // in the store
  std::string digest;       // that it is stored under, or ""
  bool is_foreign = false;  // to be had elsewhere: it is not in the store
};

struct StoredImage {
  std::string name;    // "nginx:1.27", or ""
  std::string digest;  // of the manifest, or ""
  const Source* config = nullptr;
  std::string config_digest;
  std::vector<StoredLayer> layers;  // the base first
  // The manifest's org.opencontainers.image.base.name and .digest, or "".
  std::string base_name;
  std::string base_digest;
  // Of an archive that docker save wrote nothing is known: it can leave them out.
  std::optional<ImageAttestations> attestations;
};

// As docker names it: "linux/arm/v7".
struct Platform {
  std::string os;
  std::string architecture;  // as Go names it: "amd64"
  std::string variant;       // "v7"; "" for any
};

struct Choice {
  std::string name = {};  // one of several images, by its name or tag; "" for the only one
  // Which of an image for several. Nothing: this machine's where there is a choice.
  std::optional<Platform> platform = {};
};

// "arm64", "arm/v7", "linux/amd64", "linux/arm/v7"; nothing for anything else.
std::optional<Platform> parse_platform(std::string_view text);
std::string name_of(const Platform& platform);
Platform own_platform();

inline constexpr std::size_t max_layers = 1000;  // the engine takes 127
inline constexpr std::size_t max_index_depth = 4;
inline constexpr std::size_t max_attestations = 64;  // of one image: BuildKit writes one manifest

// `path` is how the store is called in errors.
Result<StoredImage> find_image(const BlobStore& store, const std::string& path,
                               const Choice& choice, Sources& sources);

}  // namespace plimsoll::image
