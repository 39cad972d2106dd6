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
#include "image/base_image.h"
#include "image/blob_store.h"
#include "image/config.h"
#include "image/directory.h"
#include "image/layer_cache.h"
#include "image/layer_reader.h"
#include "image/merge.h"
#include "image/sbom_reader.h"
#include "image/secrets/config_secrets.h"

namespace plimsoll::image {
namespace {

constexpr std::array<std::pair<std::string_view, TargetKind>, 4> schemes{
    {{"archive", TargetKind::archive},
     {"oci", TargetKind::oci},
     {"dir", TargetKind::directory},
     {"sbom", TargetKind::sbom}}};

// For an error that outlives the text that it is placed in, as that which ends a reading does.
Error with_place_in_words(Error error) {
  if (!error.at.known()) return error;
  const Position at = error.at.source->position(error.at.span.begin);
  error.file =
      concat(error.at.source->path(), ":", std::to_string(at.line), ":", std::to_string(at.column));
  error.at = {};
  return error;
}

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
std::vector<std::size_t> by_size(const std::vector<std::uint64_t>& sizes) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t index) { return sizes[index]; });
  return order;
}

Layer unreadable(Error error) {
  Layer layer;
  layer.errors.push_back(std::move(error));
  return layer;
}

Layer elsewhere() {
  return unreadable({.message = "is stored elsewhere (a foreign layer)"});
}

// What the digest that a layer is stored under says of it. On a disk anybody may have written
// something else there, and it is read to know; from a registry nothing else is ever taken.
enum class Names : bool { are_claims, are_contents };

// A layer of a store, and what was asked of the store about it.
struct LayerToRead {
  const StoredLayer& stored;
  const std::string& diff_id;
  std::uint64_t size = 0;  // 0 when it is not known
  Names names = Names::are_claims;
};

// What the cache knows of the layer that a store has, if it is that layer. `version` is the store's
// word for what it has.
std::optional<Layer> find_known(const BlobStore& store, const LayerToRead& wanted,
                                const std::string& version, LayerCache& cache) {
  std::optional<Layer> layer = cache.find(wanted.diff_id);
  if (!layer) return std::nullopt;
  std::optional<std::string> digest =
      wanted.names == Names::are_contents ? wanted.stored.digest : cache.digest_of(version);
  if (!digest) {
    Sha256 hash;
    if (!store.read(wanted.stored.name, [&](std::string_view piece) { hash.update(piece); })) {
      return std::nullopt;
    }
    digest = hash.finish();
    cache.remember_digest(version, *digest);
  }
  if (layer->computed_digest != *digest) return std::nullopt;
  return layer;
}

void count(ReadProgress* progress, std::uint64_t bytes) {
  if (progress != nullptr) progress->bytes += bytes;
}

Layer read_layer(const BlobStore& store, const LayerToRead& wanted, const ReadOptions& options) {
  LayerCache* const cache = options.cache;
  if (wanted.stored.is_foreign) return elsewhere();
  // Before it is read: what changes meanwhile must not be taken for what was read.
  const bool has_version = cache != nullptr && wanted.names == Names::are_claims;
  const std::string version = has_version ? store.version(wanted.stored.name) : std::string();
  if (cache != nullptr) {
    if (auto known = find_known(store, wanted, version, *cache)) {
      count(options.progress, wanted.size);
      return std::move(*known);
    }
  }
  LayerReader reader(options.secrets);
  const Result<void> read = store.read(wanted.stored.name, [&](std::string_view piece) {
    reader.push(piece);
    count(options.progress, piece.size());
  });
  if (!read) return unreadable(read.error());
  Layer layer = reader.finish();
  if (cache != nullptr && layer.computed_diff_id == wanted.diff_id) {
    cache->keep(layer);
    cache->remember_digest(version, layer.computed_digest);
  }
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

  Result<ImageReading> read(OpenedTarget target) {
    const Result<void> taken =
        std::visit([&](auto& opened) { return take(std::move(opened)); }, target);
    if (!taken) return failure(with_place_in_words(taken.error()));
    if (image_->is_inventory) return std::move(reading_);
    image_->secrets_searched = options_.secrets == SearchSecrets::yes;
    merge(reading_.layers, *image_);
    take_errors();
    name_instructions(*image_);
    image_->base = find_base(*image_, std::move(declared_base_));
    return std::move(reading_);
  }

 private:
  Result<void> take(const UnpackedTarget& target) {
    const UnpackedImage& unpacked = target.image;
    Sha256 hash;
    hash.update(unpacked.configuration);
    image_->name = unpacked.name;
    image_->digest = unpacked.digest;
    image_->id = hash.finish();
    const Source& config = reading_.sources->add(concat(image_->target, "!config"),
                                                 pretty_json(unpacked.configuration));
    if (Result<void> taken = take_config(config, unpacked.directories.size()); !taken) {
      return taken;
    }
    std::vector<std::size_t> order(unpacked.directories.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    reading_.layers = read_side_by_side(order, options_.threads, [&](std::size_t index) {
      return read_directory(target.directories[index], options_.secrets);
    });
    return {};
  }

  Result<void> take(const RootDirectory& root) {
    reading_.layers.push_back(read_directory(root.directory, options_.secrets));
    image_->layers.resize(1);
    place_at(image_->target);
    return {};
  }

  Result<void> take(const InventoryTarget& target) {
    std::string text;
    text.reserve(std::min<std::uint64_t>(target.file.size, max_sbom_bytes));
    bool is_too_large = false;
    const Result<void> read = read_whole(target.file, [&](std::string_view piece) {
      is_too_large = text.size() + piece.size() > max_sbom_bytes;
      if (!is_too_large) text += piece;
      count(options_.progress, piece.size());
      return !is_too_large;
    });
    if (is_too_large) {
      return failure({.message = concat("is larger than the ", std::to_string(max_sbom_bytes >> 20),
                                        " MiB that are read of an inventory"),
                      .file = image_->target});
    }
    if (!read) return failure(read.error());
    const Source& source = reading_.sources->add(target.file.path, std::move(text));
    Result<Sbom> sbom = read_sbom(source);
    if (!sbom) return failure(sbom.error());
    image_->is_inventory = true;
    image_->name = std::move(sbom->name);
    image_->digest = std::move(sbom->digest);
    image_->id = std::move(sbom->id);
    image_->os = std::move(sbom->os);
    image_->packages = std::move(sbom->packages);
    image_->unknown_components = sbom->unknown_components;
    image_->at = {&source, {}};
    reading_.errors = std::move(sbom->errors);
    return {};
  }

  Result<void> take(StoredTarget target) {
    if (is_only_a_stream(target.file)) {
      return take({.stream = [&](const auto& sink) { return read_whole(target.file, sink); },
                   .name = target.name});
    }
    const Result<std::unique_ptr<BlobStore>> store = read_store_file(std::move(target.file));
    if (!store) return failure(store.error());
    return take_parts(**store, target.name, Names::are_claims);
  }

  Result<void> take(const FetchedTarget& target) {
    return take_parts(*target.store, "", Names::are_contents);
  }

  // `name` says which of several images.
  Result<void> take_parts(const BlobStore& store, const std::string& name, Names names) {
    const Result<StoredImage> stored = choose(store, name);
    if (!stored) return failure(stored.error());
    // Asked once: of a registry each is a question to another process.
    std::vector<std::uint64_t> sizes;
    for (const StoredLayer& layer : stored->layers) {
      sizes.push_back(store.size(layer.name).value_or(0));
      if (options_.progress != nullptr) options_.progress->total += sizes.back();
    }
    reading_.layers = read_side_by_side(by_size(sizes), options_.threads, [&](std::size_t index) {
      return read_layer(store,
                        {.stored = stored->layers[index],
                         .diff_id = image_->layers[index].diff_id,
                         .size = sizes[index],
                         .names = names},
                        options_);
    });
    return {};
  }

  Result<void> take(const StreamedTarget& target) {
    const auto counted_stream = [&](const std::function<bool(std::string_view)>& sink) {
      return target.stream([&](std::string_view piece) {
        count(options_.progress, piece.size());
        return sink(piece);
      });
    };
    const Result<StreamedArchive> archive =
        read_archive_stream(counted_stream, image_->target, options_.secrets);
    if (!archive) return failure(archive.error());
    const Result<StoredImage> stored = choose(archive->documents(), target.name);
    if (!stored) return failure(stored.error());
    for (std::size_t i = 0; i < stored->layers.size(); ++i) {
      std::optional<Layer> layer = archive->layer(stored->layers[i].name);
      if (!layer && !stored->layers[i].is_foreign) {
        return failure({.message = concat("holds no \"", stored->layers[i].name, "\""),
                        .file = image_->target});
      }
      reading_.layers.push_back(layer ? std::move(*layer) : elsewhere());
      const Layer& taken = reading_.layers.back();
      if (options_.cache != nullptr && taken.computed_diff_id == image_->layers[i].diff_id) {
        options_.cache->keep(taken);
      }
    }
    return {};
  }

  // Finds the image, and takes what is known of it before its layers are read.
  Result<StoredImage> choose(const BlobStore& store, const std::string& name) {
    const Choice choice{.name = name, .platform = options_.platform};
    Result<StoredImage> stored = find_image(store, image_->target, choice, *reading_.sources);
    if (!stored) return stored;
    image_->name = stored->name;
    image_->digest = stored->digest;
    image_->id = stored->config_digest;
    image_->attestations = stored->attestations;
    declared_base_ = {
        .name = stored->base_name, .digest = stored->base_digest, .at = {}, .layers = 0};
    if (Result<void> taken = take_config(*stored->config, stored->layers.size()); !taken) {
      return failure(taken.error());
    }
    for (std::size_t i = 0; i < stored->layers.size(); ++i) {
      image_->layers[i].digest = stored->layers[i].digest;
    }
    return stored;
  }

  Result<void> take_config(const Source& original, std::size_t layers) {
    // From here on nobody sees a value: no rule, no report, no error.
    ConfigSecrets secrets = hide_config_secrets(original, *reading_.sources);
    const Source& source = *secrets.source;
    if (options_.secrets == SearchSecrets::yes) image_->secrets = std::move(secrets.found);
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
  ImageBase declared_base_;  // by the manifest
};

}  // namespace

Result<Target> parse_target(const std::string& text) {
  Target target;
  if (text == "-" || text == "archive://-" || text == "sbom://-") {
    target.path = "-";
    if (text.starts_with("sbom")) target.kind = TargetKind::sbom;
    return target;
  }
  std::string path = text;
  bool is_said = false;
  if (const std::size_t colon = text.find("://"); colon != std::string::npos) {
    const std::string scheme = text.substr(0, colon);
    const auto known =
        std::ranges::find(schemes, scheme, &std::pair<std::string_view, TargetKind>::first);
    if (known == schemes.end()) {
      return failure(
          {.message = concat("unknown kind of target: \"", scheme, "://\""),
           .hint = "it is docker://, registry://, archive://, oci://, dir:// or sbom://"});
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
  target.is_detected = !is_said;
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

Result<OpenedTarget> open_target(const Target& target) {
  if (target.kind == TargetKind::directory) {
    if (RealFiles().kind(target.path) != FileKind::directory) {
      return failure({.message = "is no directory", .file = target.path});
    }
    return RootDirectory{open_directory(target.path)};
  }
  Result<StoreFile> file = open_store_file(target.path);
  if (!file) return failure(file.error());
  if (target.kind == TargetKind::sbom && file->is_directory) {
    return failure({.message = "is a directory, and an inventory is a file", .file = target.path});
  }
  // A tar begins with the name of a file, which is hardly one of JSON.
  if (target.kind == TargetKind::sbom ||
      (target.is_detected && looks_like_json(beginning_of(*file)))) {
    return InventoryTarget{std::move(*file)};
  }
  return StoredTarget{std::move(*file), target.name};
}

OpenedTarget open_target(UnpackedImage image) {
  UnpackedTarget out;
  for (const std::string& path : image.directories) {
    out.directories.push_back(open_directory(path));
  }
  out.image = std::move(image);
  return out;
}

std::vector<std::string> directories_of(const OpenedTarget& target) {
  if (const auto* unpacked = std::get_if<UnpackedTarget>(&target)) {
    return unpacked->image.directories;
  }
  if (const auto* root = std::get_if<RootDirectory>(&target)) return {root->directory.path};
  const auto* stored = std::get_if<StoredTarget>(&target);
  const bool is_directory = stored != nullptr && stored->file.is_directory;
  return is_directory ? std::vector{stored->file.path} : std::vector<std::string>{};
}

Result<ImageReading> read_image(const std::string& text, OpenedTarget target,
                                const ReadOptions& options) {
  return ImageReader(text, options).read(std::move(target));
}

}  // namespace plimsoll::image
