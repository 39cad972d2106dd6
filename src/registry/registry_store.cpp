#include "registry/registry_store.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/utf8.h"
#include "subjects/image_reference.h"

namespace plimsoll::registry {
namespace {

constexpr std::string_view root_name = "index.json";
constexpr std::string_view blob_prefix = "blobs/sha256/";

// Layers are large, and a registry takes what it is given; no image comes near it.
constexpr std::uint64_t max_blob_bytes = std::uint64_t{1} << 40;

struct Part {
  std::uint64_t size = 0;
  bool is_manifest = false;
  bool is_perhaps_elsewhere = false;  // a foreign layer: the registry need not have it
};

class RegistryStore final : public image::BlobStore {
 public:
  RegistryStore(std::unique_ptr<Session> session, const std::string& name, Manifest root)
      : session_(std::move(session)), root_(std::move(root)) {
    JsonWriter json(index_);
    json.begin_object();
    json.key("manifests");
    json.begin_array();
    json.begin_object();
    json.member("mediaType", root_.media_type);
    json.member("digest", root_.digest);
    json.key("annotations");
    json.begin_object();
    json.member("org.opencontainers.image.ref.name", name);
    json.end_object();
    json.end_object();
    json.end_array();
    json.end_object();
    parts_[root_.digest] = {.size = root_.text.size(), .is_manifest = true};
    learn(root_.text);
  }

  std::string version(const std::string&) const override { return {}; }

  std::optional<std::uint64_t> size(const std::string& name) const override {
    if (name == root_name) return index_.size();
    const std::optional<std::pair<std::string, Part>> part = find(name);
    if (!part) return std::nullopt;
    if (part->second.is_perhaps_elsewhere && !session_->has_blob(part->first)) return std::nullopt;
    return part->second.size;
  }

  Result<void> read(const std::string& name,
                    const std::function<void(std::string_view)>& sink) const override {
    if (name == root_name) {
      sink(index_);
      return {};
    }
    const std::optional<std::pair<std::string, Part>> part = find(name);
    if (!part) return failure({.message = concat("nothing names \"", printable(name), "\"")});
    const auto& [digest, known] = *part;
    if (digest == root_.digest) {
      sink(root_.text);
      return {};
    }
    if (!known.is_manifest) return session_->blob(digest, known.size, sink);
    const Result<Manifest> manifest = session_->manifest(digest);
    if (!manifest) return failure(manifest.error());
    if (manifest->text.size() != known.size) {
      return failure({.message = concat(
                          "the manifest ", digest, " has ", std::to_string(manifest->text.size()),
                          " bytes, and the index says that it has ", std::to_string(known.size))});
    }
    learn(manifest->text);
    sink(manifest->text);
    return {};
  }

 private:
  std::optional<std::pair<std::string, Part>> find(const std::string& name) const {
    if (!name.starts_with(blob_prefix)) return std::nullopt;
    std::string digest = concat("sha256:", std::string_view(name).substr(blob_prefix.size()));
    const std::lock_guard lock(mutex_);
    const auto part = parts_.find(digest);
    if (part == parts_.end()) return std::nullopt;
    return std::pair(std::move(digest), part->second);
  }

  // What a manifest or an index names is there to be asked for.
  void learn(const std::string& text) const {
    const std::optional<json::Document> document = json::read_text(text);
    if (!document) return;
    const std::lock_guard lock(mutex_);
    if (const json::Value* manifests = document->root.find("manifests")) {
      for (const json::Value& manifest : manifests->items) add(manifest, true);
    }
    if (const json::Value* config = document->root.find("config")) add(*config, false);
    if (const json::Value* layers = document->root.find("layers")) {
      for (const json::Value& layer : layers->items) add(layer, false);
    }
  }

  void add(const json::Value& descriptor, bool is_manifest) const {
    const std::string digest(json::text_of(descriptor, "digest"));
    const json::Value* size = descriptor.find("size");
    const std::optional<std::int64_t> bytes = size == nullptr ? std::nullopt : size->integer();
    if (!is_digest(digest) || !bytes || *bytes < 0 ||
        static_cast<std::uint64_t>(*bytes) > max_blob_bytes) {
      return;
    }
    parts_.try_emplace(digest, Part{.size = static_cast<std::uint64_t>(*bytes),
                                    .is_manifest = is_manifest,
                                    .is_perhaps_elsewhere = descriptor.find("urls") != nullptr});
  }

  std::unique_ptr<Session> session_;
  Manifest root_;
  std::string index_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Part, std::less<>> parts_;
};

}  // namespace

Result<std::unique_ptr<image::BlobStore>> open_registry_store(const std::string& name,
                                                              Options options, const Files& files) {
  const std::optional<ImageReference> reference = parse_image_reference(name);
  if (!reference) {
    return failure({.message = concat("\"", printable(name), "\" is no image reference"),
                    .hint = "it is HOST/NAME:TAG or HOST/NAME@sha256:…, in lower case"});
  }
  if (!reference->digest.empty() && !is_digest(reference->digest)) {
    return failure({.message = "only digests of SHA-256 are known here"});
  }
  Result<std::unique_ptr<Session>> session = Session::open(*reference, std::move(options), files);
  if (!session) return failure(session.error());
  const std::string tag = reference->tag.empty() ? "latest" : reference->tag;
  Result<Manifest> root = (*session)->manifest(reference->digest.empty() ? tag : reference->digest);
  if (!root) return failure(root.error());
  const std::string called = reference->digest.empty() || !reference->tag.empty()
                                 ? concat(reference->name, ":", tag)
                                 : concat(reference->name, "@", reference->digest);
  return std::make_unique<RegistryStore>(std::move(*session), called, std::move(*root));
}

}  // namespace plimsoll::registry
