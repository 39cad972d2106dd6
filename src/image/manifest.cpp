#include "image/manifest.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/json.h"
#include "base/pretty_json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/words.h"

namespace plimsoll::image {
namespace {

std::string_view text_of(const json::Value& object, std::string_view name,
                         std::string_view member) {
  const json::Value* inner = object.find(name);
  return inner == nullptr ? std::string_view() : json::text_of(*inner, member);
}

// "redis:7" is meant by "redis:7", "7", "docker.io/library/redis:7".
bool is_called(std::string_view name, std::string_view wanted) {
  if (name == wanted || name.ends_with(concat("/", wanted))) return true;
  const std::size_t colon = name.rfind(':');
  return colon != std::string_view::npos && name.substr(colon + 1) == wanted;
}

constexpr std::string_view config_label = "config";

Platform platform_of(const json::Value& descriptor) {
  return {.os = std::string(text_of(descriptor, "platform", "os")),
          .architecture = std::string(text_of(descriptor, "platform", "architecture")),
          .variant = std::string(text_of(descriptor, "platform", "variant"))};
}

bool fits(const Platform& platform, const Platform& wanted) {
  // 64-bit ARM has one variant, which most leave out.
  const bool is_plain_arm64 = wanted.architecture == "arm64" && platform.variant.empty();
  return platform.os == wanted.os && platform.architecture == wanted.architecture &&
         (wanted.variant.empty() || platform.variant == wanted.variant || is_plain_arm64);
}

// Whether a manifest with a configuration of this type is one of an image. Some registries and old
// versions of docker say other things than they should: moby's ImageTypes, in distribution.
bool is_image_configuration(std::string_view media_type) {
  return is_one_of(media_type, {"", "application/vnd.oci.image.config.v1+json",
                                "application/vnd.docker.container.image.v1+json",
                                "application/octet-stream", "application/json", "text/html"});
}

class Finder {
 public:
  Finder(const BlobStore& store, const std::string& path, const Choice& choice, Sources& sources)
      : store_(store), path_(path), choice_(choice), sources_(sources) {}

  Result<StoredImage> find() {
    if (store_.size("manifest.json")) return in_docker_archive();
    if (store_.size("index.json")) return in_layout();
    return fail("holds no image: neither manifest.json (docker save) nor index.json (OCI layout)");
  }

 private:
  std::unexpected<Error> fail(std::string message, std::string hint = {}) const {
    return failure({.message = std::move(message), .hint = std::move(hint), .file = path_});
  }

  struct Document {
    const Source* source = nullptr;  // laid out over lines, so that places in it can be shown
    const json::Value* root = nullptr;
    std::string digest;  // computed
  };

  // `label` is how findings call it: names that are digests say nothing to people.
  Result<Document> document(const std::string& name, std::string_view label) {
    const Result<std::string> text = store_.document(name);
    if (!text) {
      Error error = text.error();
      if (error.file != path_) error.file = concat(path_, "!", error.file);
      return failure(std::move(error));
    }
    Document out;
    Sha256 hash;
    hash.update(*text);
    out.digest = hash.finish();
    out.source = &sources_.add(concat(path_, "!", label), pretty_json(*text));
    Result<json::Document> read = json::read(*out.source);
    if (!read) return failure(read.error());
    out.root = &documents_.emplace_back(std::move(*read)).root;
    return out;
  }

  // A blob is named by the hash of its content.
  Result<Document> blob(const std::string& digest, std::string_view label) {
    if (!is_digest(digest)) {
      return fail(concat("names a blob by \"", digest, "\", which is no SHA-256 digest"));
    }
    Result<Document> read = document(blob_name(digest), label);
    if (read && read->digest != digest) return not_itself(*read);
    return read;
  }

  static std::unexpected<Error> not_itself(const Document& document) {
    return failure({.message = concat("is not what its name says: it hashes to ", document.digest),
                    .file = std::string(document.source->path())});
  }

  static std::string blob_name(std::string_view digest) {
    return concat("blobs/sha256/", digest.substr(digest.find(':') + 1));
  }

  Result<StoredImage> in_docker_archive() {
    const Result<Document> list = document("manifest.json", "manifest.json");
    if (!list) return failure(list.error());
    const json::Value* found = nullptr;
    std::vector<std::string> names;
    for (const json::Value& image : list->root->items) {
      bool is_wanted = choice_.name.empty();
      if (const json::Value* tags = image.find("RepoTags")) {
        for (const json::Value& tag : tags->items) {
          names.emplace_back(tag.text);
          is_wanted = is_wanted || is_called(tag.text, choice_.name);
        }
      }
      if (!is_wanted) continue;
      if (found != nullptr && choice_.name.empty()) return several(names, list->root->items);
      found = &image;
    }
    if (found == nullptr) return not_there(names);
    StoredImage out;
    if (const json::Value* tags = found->find("RepoTags");
        tags != nullptr && !tags->items.empty()) {
      out.name = tags->items.front().text;
    }
    const std::string config(json::text_of(*found, "Config"));
    const Result<Document> read = document(config, config_label);
    if (!read) return failure(read.error());
    out.config = read->source;
    out.config_digest = read->digest;
    // The name of the configuration is its hash in both stores' archives.
    const std::string_view claimed =
        std::string_view(config).substr(config.rfind('/') + 1);  // npos + 1 is 0
    const std::string named = concat("sha256:", claimed.substr(0, claimed.find('.')));
    if (is_digest(named) && named != out.config_digest) return not_itself(*read);
    const json::Value* layers = found->find("Layers");
    if (layers == nullptr) return fail("manifest.json names no layers");
    for (const json::Value& layer : layers->items) {
      StoredLayer stored;
      stored.name = layer.text;
      const std::string digest = concat("sha256:", layer.text.substr(layer.text.rfind('/') + 1));
      if (layer.text.starts_with("blobs/") && is_digest(digest)) stored.digest = digest;
      out.layers.push_back(std::move(stored));
    }
    return bounded(std::move(out));
  }

  Result<StoredImage> in_layout() {
    const Result<Document> index = document("index.json", "index.json");
    if (!index) return failure(index.error());
    return in_index(*index->root, {}, 0);
  }

  static bool is_attestation(const json::Value& descriptor) {
    return !text_of(descriptor, "annotations", "vnd.docker.reference.type").empty();
  }

  // What the index says is attached to the manifest with this digest. An attestation that cannot be
  // read, as in a layout that holds one platform of several, is none.
  ImageAttestations attestations_of(const json::Value& index, std::string_view digest) {
    ImageAttestations out;
    std::size_t seen = 0;
    for (const json::Value& descriptor : index.find("manifests")->items) {
      if (text_of(descriptor, "annotations", "vnd.docker.reference.type") !=
              "attestation-manifest" ||
          text_of(descriptor, "annotations", "vnd.docker.reference.digest") != digest) {
        continue;
      }
      if (++seen > max_attestations) break;
      const Result<Document> manifest =
          blob(std::string(json::text_of(descriptor, "digest")), "attestation manifest");
      const json::Value* layers = manifest ? manifest->root->find("layers") : nullptr;
      if (layers == nullptr) continue;
      for (const json::Value& layer : layers->items) {
        const std::string_view type = text_of(layer, "annotations", "in-toto.io/predicate-type");
        out.has_provenance = out.has_provenance || type.starts_with("https://slsa.dev/provenance/");
        out.has_sbom = out.has_sbom || type.starts_with("https://spdx.dev/Document") ||
                       type.starts_with("https://cyclonedx.org/bom");
      }
    }
    return out;
  }

  // Of several manifests the named one counts, then the one for the wanted architecture.
  Result<StoredImage> in_index(const json::Value& index, std::string name, std::size_t depth) {
    if (depth > max_index_depth) return fail("indexes lie in indexes more than four deep");
    const json::Value* manifests = index.find("manifests");
    if (manifests == nullptr) return fail("the index names no manifests");
    std::vector<const json::Value*> left;
    std::vector<std::string> names;
    for (const json::Value& descriptor : manifests->items) {
      if (is_attestation(descriptor)) continue;
      const std::string called = name_of(descriptor);
      if (!called.empty()) names.push_back(called);
      if (depth == 0 && !choice_.name.empty() && !is_called(called, choice_.name)) continue;
      left.push_back(&descriptor);
    }
    if (left.empty()) return not_there(names);
    const json::Value* chosen = left.front();
    if (left.size() > 1) {
      const Platform wanted = choice_.platform.value_or(own_platform());
      const auto is_wanted = [&](const json::Value* descriptor) {
        return fits(platform_of(*descriptor), wanted);
      };
      const auto first = std::ranges::find_if(left, is_wanted);
      if (first == left.end()) {
        if (names.size() > 1) return several(names, manifests->items);
        return fail(concat("holds no image for ", image::name_of(wanted)),
                    concat("it has ", platforms(left), "; --platform chooses"));
      }
      if (names.size() > 1 && std::ranges::count_if(left, is_wanted) > 1) {
        return several(names, manifests->items);
      }
      chosen = *first;
    }
    if (name.empty()) name = name_of(*chosen);
    const std::string digest(json::text_of(*chosen, "digest"));
    const Result<Document> read = blob(digest, "manifest");
    if (!read) return failure(read.error());
    if (read->root->find("manifests") != nullptr) {
      return in_index(*read->root, std::move(name), depth + 1);
    }
    Result<StoredImage> image = in_manifest(*read->root, std::move(name), digest);
    if (image) image->attestations = attestations_of(index, digest);
    return image;
  }

  Result<StoredImage> in_manifest(const json::Value& manifest, std::string name,
                                  const std::string& digest) {
    if (const json::Value* version = manifest.find("schemaVersion");
        version != nullptr && version->integer() == 1) {
      return fail(
          "the manifest is of schema 1, which docker gave up in 2017 and this does not read",
          "pull the image with an old docker and push it again, or build it anew");
    }
    if (std::string_view type = text_of(manifest, "config", "mediaType");
        !is_image_configuration(type)) {
      const std::string_view artifact = json::text_of(manifest, "artifactType");
      if (!artifact.empty()) type = artifact;
      return fail(concat("holds no image but an artifact of type ", printable(type)));
    }
    StoredImage out;
    out.name = std::move(name);
    out.digest = digest;
    out.base_name = text_of(manifest, "annotations", "org.opencontainers.image.base.name");
    out.base_digest = text_of(manifest, "annotations", "org.opencontainers.image.base.digest");
    out.config_digest = text_of(manifest, "config", "digest");
    const Result<Document> config = blob(out.config_digest, config_label);
    if (!config) return failure(config.error());
    out.config = config->source;
    const json::Value* layers = manifest.find("layers");
    if (layers == nullptr) return fail("the manifest names no layers");
    for (const json::Value& layer : layers->items) {
      StoredLayer stored;
      stored.digest = json::text_of(layer, "digest");
      if (!is_digest(stored.digest)) {
        return fail(concat("names a layer by \"", stored.digest, "\", which is no SHA-256 digest"));
      }
      stored.name = blob_name(stored.digest);
      stored.is_foreign = layer.find("urls") != nullptr && !store_.size(stored.name);
      out.layers.push_back(std::move(stored));
    }
    return bounded(std::move(out));
  }

  // Names as containerd and docker write them, then the specification's.
  static std::string name_of(const json::Value& descriptor) {
    std::string_view name = text_of(descriptor, "annotations", "io.containerd.image.name");
    if (name.empty()) {
      name = text_of(descriptor, "annotations", "org.opencontainers.image.ref.name");
    }
    return std::string(name);
  }

  static std::string platforms(const std::vector<const json::Value*>& descriptors) {
    std::vector<std::string> out;
    for (const json::Value* descriptor : descriptors) {
      out.push_back(image::name_of(platform_of(*descriptor)));
    }
    return join(out, ", ");
  }

  std::unexpected<Error> several(const std::vector<std::string>& names,
                                 const std::vector<json::Value>& images) const {
    return fail(concat("holds ", std::to_string(images.size()), " images"),
                names.empty()
                    ? std::string()
                    : concat("name one of ", join(names, ", "), " behind the path and a #"));
  }

  std::unexpected<Error> not_there(const std::vector<std::string>& names) const {
    if (choice_.name.empty()) return fail("holds no image");
    return fail(concat("holds no image \"", choice_.name, "\""),
                names.empty() ? std::string() : concat("it has ", join(names, ", ")));
  }

  Result<StoredImage> bounded(StoredImage image) const {
    if (image.layers.size() <= max_layers) return image;
    return fail(concat("has more than ", std::to_string(max_layers), " layers"));
  }

  const BlobStore& store_;
  const std::string& path_;
  const Choice& choice_;
  Sources& sources_;
  std::deque<json::Document> documents_;
};

}  // namespace

std::optional<Platform> parse_platform(std::string_view text) {
  const std::string word = lower(text);
  std::vector<std::string_view> parts = split(word, '/');
  if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) {
    return std::nullopt;
  }
  // "arm/v7" and "linux/arm": what is no system is an architecture.
  const bool names_a_system = is_one_of(parts.front(), {"linux", "windows", "freebsd"});
  if (!names_a_system) parts.insert(parts.begin(), "linux");
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::string architecture(parts[1]);
  if (architecture == "x86_64" || architecture == "x86-64") architecture = "amd64";
  if (architecture == "aarch64") architecture = "arm64";
  return Platform{.os = std::string(parts[0]),
                  .architecture = std::move(architecture),
                  .variant = std::string(parts.size() == 3 ? parts[2] : std::string_view())};
}

std::string name_of(const Platform& platform) {
  return concat(platform.os, "/", platform.architecture, platform.variant.empty() ? "" : "/",
                platform.variant);
}

Platform own_platform() {
  Platform out{.os = "linux", .architecture = "amd64", .variant = {}};
  utsname names{};
  if (::uname(&names) != 0) return out;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
      {{"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm"}, {"i686", "386"}}};
  const std::string_view machine = names.machine;
  const auto found =
      std::ranges::find(known, machine, &std::pair<std::string_view, std::string_view>::first);
  out.architecture = found == known.end() ? machine : found->second;
  if (machine == "armv7l") out.variant = "v7";
  return out;
}

Result<StoredImage> find_image(const BlobStore& store, const std::string& path,
                               const Choice& choice, Sources& sources) {
  return Finder(store, path, choice, sources).find();
}

}  // namespace plimsoll::image
