// An image from wherever it is, read once and put together: the way from a target to the subject
// that rules judge.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "image/layer.h"
#include "image/manifest.h"
#include "subjects/image.h"

namespace plimsoll::image {

enum class TargetKind : std::uint8_t {
  archive,    // docker save, or an OCI layout in a tar
  oci,        // a directory with an OCI layout
  directory,  // an unpacked root file system
};

struct Target {
  TargetKind kind = TargetKind::archive;
  std::string path;
  std::string name;  // which of several images: "archive://all.tar#redis:7"
};

// "archive://PATH", "oci://PATH", "dir://PATH", or a path alone, for which what lies there decides.
Result<Target> parse_target(const std::string& text);

struct ReadOptions {
  // Another image than one for this platform is an error. Nothing: of an image for several that for
  // this machine, and of others the one that there is.
  std::optional<Platform> platform = {};
  unsigned threads = 0;  // layers that are read at a time; 0: as many as there are processors
};

// An image whose layers an engine keeps unpacked on its disk.
struct UnpackedImage {
  std::string name;                      // "nginx:1.27", or ""
  std::string digest;                    // of the manifest that it was pulled by, or ""
  std::string configuration;             // the text, whose hash is the image's id
  std::vector<std::string> directories;  // of the layers, the base first
};

struct ImageReading {
  std::unique_ptr<Sources> sources;  // owns the texts that the image's places point into
  std::unique_ptr<Image> image;
  std::vector<Layer> layers;  // the base first: the paths of each
  std::vector<Error> errors;  // what could not be read of it; the rest is there
};

// `text` is the target as the user named it. An error when there is no image to speak of.
Result<ImageReading> read_image(const std::string& text, const Target& target,
                                const ReadOptions& options);
Result<ImageReading> read_image(const std::string& text, const UnpackedImage& unpacked,
                                const ReadOptions& options);
// The one image of a store that holds no other.
Result<ImageReading> read_image(const std::string& text, const BlobStore& store,
                                const ReadOptions& options);

}  // namespace plimsoll::image
