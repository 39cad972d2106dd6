#include "image/image_reader.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>
#include <thread>
#include <utility>

#include "base/files.h"
#include "base/pretty_json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "image/blob_store.h"
#include "image/config.h"
#include "image/directory.h"
#include "image/layer_reader.h"
#include "image/merge.h"

namespace plimsoll::image {
namespace {

constexpr std::array<std::pair<std::string_view, TargetKind>, 3> schemes{
    {{"archive", TargetKind::archive}, {"oci", TargetKind::oci}, {"dir", TargetKind::directory}}};

// What the layers are called, in the order of the history: entries that made none are left out.
void name_instructions(Image& image) {
  if (!image.config) return;
  std::size_t at = 0;
  for (const HistoryEntry& entry : image.config->history) {
    if (entry.empty_layer) continue;
    if (at == image.layers.size()) return;
    ImageLayer& layer = image.layers[at++];
    layer.instruction = entry.created_by.value;
    if (entry.created_by.written()) layer.at = entry.created_by.at;
  }
}

// The largest first, so that no thread is left with it at the end.
std::vector<std::size_t> by_size(const BlobStore& store, const std::vector<StoredLayer>& layers) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t index) {
    return store.size(layers[index].name).value_or(0);
  });
  return order;
}

Layer read_layer(const BlobStore& store, const StoredLayer& stored) {
  if (stored.is_foreign) {
    Layer elsewhere;
    elsewhere.errors.push_back({.message = "is stored elsewhere (a foreign layer)"});
    return elsewhere;
  }
  LayerReader reader;
  const Result<void> read =
      store.read(stored.name, [&](std::string_view piece) { reader.push(piece); });
  if (read) return reader.finish();
  Layer layer;
  layer.errors.push_back(read.error());
  return layer;
}

// Reads the layers in this order, several at a time.
template <class Read>
std::vector<Layer> read_side_by_side(const std::vector<std::size_t>& order, unsigned threads,
                                     const Read& read) {
  std::vector<Layer> layers(order.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < order.size(); i = next++) {
      layers[order[i]] = read(order[i]);
    }
  };
  std::vector<std::jthread> others;
  const std::size_t wanted = std::min<std::size_t>(
      threads == 0 ? std::max(1u, std::thread::hardware_concurrency()) : threads, order.size());
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(work);
  work();
  others.clear();
  return layers;
}

class ImageReader {
 public:
  ImageReader(const std::string& text, const ReadOptions& options) : options_(options) {
    reading_.sources = std::make_unique<Sources>();
    reading_.image = std::make_unique<Image>();
    image_ = reading_.image.get();
    image_->target = text;
  }

  Result<ImageReading> read(const Target& target) {
    return finish(target.kind == TargetKind::directory ? read_root(target.path)
                                                       : read_archive(target));
  }

  Result<ImageReading> read(const BlobStore& store) { return finish(read_store(store, {})); }

  Result<ImageReading> read(const UnpackedImage& unpacked) {
    Sha256 hash;
    hash.update(unpacked.configuration);
    image_->name = unpacked.name;
    image_->digest = unpacked.digest;
    image_->id = hash.finish();
    const Source& config = reading_.sources->add(concat(image_->target, "!config"),
                                                 pretty_json(unpacked.configuration));
    const Result<void> taken = take_config(config, unpacked.directories.size());
    if (!taken) return failure(taken.error());
    std::vector<std::size_t> order(unpacked.directories.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    reading_.layers = read_side_by_side(order, options_.threads, [&](std::size_t index) {
      return read_directory(unpacked.directories[index]);
    });
    return finish({});
  }

 private:
  Result<ImageReading> finish(const Result<void>& read) {
    if (!read) return failure(read.error());
    merge(reading_.layers, *image_);
    take_errors();
    name_instructions(*image_);
    return std::move(reading_);
  }

  Result<void> read_root(const std::string& path) {
    if (RealFiles().kind(path) != FileKind::directory) {
      return failure({.message = "is no directory", .file = path});
    }
    reading_.layers.push_back(read_directory(path));
    image_->layers.resize(1);
    place_at(image_->target);
    return {};
  }

  Result<void> read_archive(const Target& target) {
    const Result<std::unique_ptr<BlobStore>> store = open_blob_store(target.path);
    if (!store) return failure(store.error());
    return read_store(**store, target.name);
  }

  // `name` says which of several images.
  Result<void> read_store(const BlobStore& store, const std::string& name) {
    const Choice choice{.name = name, .platform = options_.platform};
    const Result<StoredImage> stored = find_image(store, image_->target, choice, *reading_.sources);
    if (!stored) return failure(stored.error());
    image_->name = stored->name;
    image_->digest = stored->digest;
    image_->id = stored->config_digest;
    if (Result<void> taken = take_config(*stored->config, stored->layers.size()); !taken) {
      return taken;
    }
    for (std::size_t i = 0; i < stored->layers.size(); ++i) {
      image_->layers[i].digest = stored->layers[i].digest;
    }
    reading_.layers = read_side_by_side(
        by_size(store, stored->layers), options_.threads,
        [&](std::size_t index) { return read_layer(store, stored->layers[index]); });
    return {};
  }

  Result<void> take_config(const Source& source, std::size_t layers) {
    Result<ConfigReading> config = read_config(source);
    if (!config) return failure(config.error());
    if (config->diff_ids.size() != layers) {
      return failure(
          {.message = concat("the configuration knows ", std::to_string(config->diff_ids.size()),
                             " layers, but ", std::to_string(layers), " are stored"),
           .file = image_->target});
    }
    if (Result<void> right = is_asked_for(config->config); !right) return right;
    image_->at = config->config.at;
    image_->config = std::move(config->config);
    image_->layers.resize(layers);
    for (std::size_t i = 0; i < layers; ++i) {
      image_->layers[i].diff_id = config->diff_ids[i].value;
      image_->layers[i].at = config->diff_ids[i].at;
    }
    return {};
  }

  // An index can say something else than the image, and an image alone is for what it is for.
  Result<void> is_asked_for(const ImageConfig& config) const {
    if (!options_.platform || (config.os == options_.platform->os &&
                               config.architecture == options_.platform->architecture)) {
      return {};
    }
    return failure({.message = concat("is no image for ", name_of(*options_.platform), " but for ",
                                      printable(config.os), "/", printable(config.architecture)),
                    .file = image_->target});
  }

  void place_at(const std::string& path) {
    image_->at = {&reading_.sources->add(path, ""), {}};
    for (ImageLayer& layer : image_->layers) layer.at = image_->at;
  }

  // An error names the file that it is about by the image and the path in it.
  void take_errors() {
    for (std::size_t i = 0; i < reading_.layers.size(); ++i) {
      const std::string layer = reading_.layers.size() == 1
                                    ? image_->target
                                    : concat(image_->target, ", layer ", std::to_string(i + 1));
      for (Error& error : reading_.layers[i].errors) {
        error.file = error.file.empty() ? layer : concat(layer, ": ", error.file);
        reading_.errors.push_back(std::move(error));
      }
      reading_.layers[i].errors.clear();
    }
  }

  const ReadOptions& options_;
  ImageReading reading_;
  Image* image_;
};

}  // namespace

Result<Target> parse_target(const std::string& text) {
  Target target;
  std::string path = text;
  bool is_said = false;
  if (const std::size_t colon = text.find("://"); colon != std::string::npos) {
    const std::string scheme = text.substr(0, colon);
    const auto known =
        std::ranges::find(schemes, scheme, &std::pair<std::string_view, TargetKind>::first);
    if (known == schemes.end()) {
      return failure({.message = concat("unknown kind of target: \"", scheme, "://\""),
                      .hint = "it is docker://, registry://, archive://, oci:// or dir://"});
    }
    target.kind = known->second;
    path = text.substr(colon + 3);
    is_said = true;
  }
  const RealFiles files;
  // A path can hold a #; what exists is taken as it is.
  if (files.kind(path) == FileKind::missing) {
    if (const std::size_t mark = path.rfind('#'); mark != std::string::npos) {
      target.name = path.substr(mark + 1);
      path.resize(mark);
    }
  }
  target.path = path;
  const FileKind kind = files.kind(path);
  if (kind == FileKind::missing) {
    return failure({.message = "there is no such file or directory", .file = path});
  }
  if (!is_said && kind == FileKind::directory) {
    const bool is_layout = files.kind(join_path(path, "index.json")) == FileKind::file ||
                           files.kind(join_path(path, "manifest.json")) == FileKind::file;
    target.kind = is_layout ? TargetKind::oci : TargetKind::directory;
  }
  return target;
}

Result<ImageReading> read_image(const std::string& text, const Target& target,
                                const ReadOptions& options) {
  return ImageReader(text, options).read(target);
}

Result<ImageReading> read_image(const std::string& text, const UnpackedImage& unpacked,
                                const ReadOptions& options) {
  return ImageReader(text, options).read(unpacked);
}

Result<ImageReading> read_image(const std::string& text, const BlobStore& store,
                                const ReadOptions& options) {
  return ImageReader(text, options).read(store);
}

}  // namespace plimsoll::image
