// An image from wherever it is, read once and put together: the way from a target to the subject
// that rules judge.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "image/archive_stream.h"
#include "image/blob_store.h"
#include "image/directory.h"
#include "image/layer.h"
#include "image/manifest.h"
#include "subjects/image.h"

namespace plimsoll::image {

enum class TargetKind : std::uint8_t {
  archive,    // docker save, or an OCI layout in a tar
  oci,        // a directory with an OCI layout
  directory,  // an unpacked root file system
  sbom,       // an inventory that somebody wrote, and no image
};

struct Target {
  TargetKind kind = TargetKind::archive;
  std::string path;
  std::string name;          // which of several images: "archive://all.tar#redis:7"
  bool is_detected = false;  // nothing said the kind: of a file its first bytes decide, too
};

// "archive://PATH", "oci://PATH", "dir://PATH", "sbom://PATH", or a path alone, for which what lies
// there decides;
// "-" is an archive on standard input.
Result<Target> parse_target(const std::string& text);

class LayerCache;

// How far a reading is, for whoever watches it from another thread.
struct ReadProgress {
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> total = 0;  // 0 where it is not known before
};

struct ReadOptions {
  // Another image than one for this platform is an error. Nothing: of an image for several that for
  // this machine, and of others the one that there is.
  std::optional<Platform> platform = {};
  unsigned threads = 0;  // layers that are read at a time; 0: as many as there are processors
  LayerCache* cache = nullptr;  // of layers that were read before; not of unpacked ones
  ReadProgress* progress = nullptr;
  // Looks for secrets in every file and in the configuration. Where it is not asked for, the
  // configuration still shows none.
  SearchSecrets secrets = SearchSecrets::no;
};

// An image whose layers an engine keeps unpacked on its disk.
struct UnpackedImage {
  std::string name;                      // "nginx:1.27", or ""
  std::string digest;                    // of the manifest that it was pulled by, or ""
  std::string configuration;             // the text, whose hash is the image's id
  std::vector<std::string> directories;  // of the layers, the base first
};

// Its directories are opened: the process that reads them may not see the paths any more.
struct UnpackedTarget {
  UnpackedImage image;
  std::vector<OpenedDirectory> directories;
};

// An unpacked root file system.
struct RootDirectory {
  OpenedDirectory directory;
};

// An inventory of packages: sbom_reader.h.
struct InventoryTarget {
  StoreFile file;
};

// An image among those of an archive or a layout.
struct StoredTarget {
  StoreFile file;
  std::string name;  // "" for the only one
};

// An archive that somebody hands over as it comes.
struct StreamedTarget {
  ByteStream stream;
  std::string name;  // of one of several images; "" for the only one
};

// Parts that are fetched from elsewhere by their names.
struct FetchedTarget {
  std::unique_ptr<BlobStore> store;
};

// Where an image is, opened: nothing of it was read, so that whoever reads it can give up the
// rights that opening took.
using OpenedTarget = std::variant<StoredTarget, StreamedTarget, FetchedTarget, UnpackedTarget,
                                  RootDirectory, InventoryTarget>;

struct ImageReading {
  std::unique_ptr<Sources> sources;  // owns the texts that the image's places point into
  std::unique_ptr<Image> image;
  std::vector<Layer> layers;  // the base first: the paths of each
  std::vector<Error> errors;  // what could not be read of it; the rest is there
};

Result<OpenedTarget> open_target(const Target& target);
OpenedTarget open_target(UnpackedImage image);
// The directories below which files are still to be opened.
std::vector<std::string> directories_of(const OpenedTarget& target);

// `text` is the target as the user named it. An error when there is no image to speak of.
Result<ImageReading> read_image(const std::string& text, OpenedTarget target,
                                const ReadOptions& options);

}  // namespace plimsoll::image
