// Images made by a test: as docker save writes them, and as an OCI layout.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "support/program.h"
#include "support/tar_text.h"

namespace plimsoll::test {

inline std::string digest_of(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

struct TestLayer {
  std::string tar;     // plain: its hash is the diff id
  std::string stored;  // as it is stored, compressed or not; "" for as it is
  const std::string& bytes() const { return stored.empty() ? tar : stored; }
};

// A configuration over these layers; `run` is its "config", `more` further members with a comma in
// front.
inline std::string config_over(const std::vector<TestLayer>& layers, const std::string& run = "{}",
                               const std::string& more = "",
                               const std::string& architecture = "amd64") {
  std::vector<std::string> ids;
  for (const TestLayer& layer : layers) ids.push_back(concat("\"", digest_of(layer.tar), "\""));
  return concat("{\"architecture\":\"", architecture, "\",\"os\":\"linux\",\"config\":", run,
                ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[", join(ids, ","), "]}", more, "}");
}

// As docker save of the classic store writes it; names are "a:1,b:2".
inline std::string docker_archive(const std::vector<TestLayer>& layers, const std::string& config,
                                  const std::string& name) {
  TarText archive;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string path = concat("layer", std::to_string(i), "/layer.tar");
    archive.file(path, layers[i].bytes());
    paths.push_back(concat("\"", path, "\""));
  }
  const std::string config_name = concat(digest_of(config).substr(7), ".json");
  archive.file(config_name, config);
  archive.file("manifest.json", concat("[{\"Config\":\"", config_name, "\",\"RepoTags\":[\"", name,
                                       "\"],\"Layers\":[", join(paths, ","), "]}]"));
  return archive.text();
}

// Writes blobs and an index into a directory.
class TestLayout {
 public:
  static constexpr std::string_view manifest_type = "application/vnd.oci.image.manifest.v1+json";
  static constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
  static constexpr std::string_view config_type = "application/vnd.oci.image.config.v1+json";

  // Returns the digest.
  std::string blob(const std::string& text, std::string_view type = manifest_type) {
    std::string digest = digest_of(text);
    directory_.write(concat("blobs/sha256/", digest.substr(7)), text);
    blobs_[digest] = {type, text.size()};
    return digest;
  }
  // Of a blob that there is, or of one that there is not.
  std::string descriptor(const std::string& digest, const std::string& more = "") const {
    const auto blob = blobs_.find(digest);
    const auto [type, size] =
        blob == blobs_.end() ? std::pair(manifest_type, std::size_t{1}) : blob->second;
    return concat("{\"mediaType\":\"", type, "\",\"digest\":\"", digest,
                  "\",\"size\":", std::to_string(size), more, "}");
  }
  // Adds an image; its descriptor is what an index lists.
  std::string image(const std::vector<TestLayer>& layers, const std::string& config) {
    std::vector<std::string> parts;
    for (const TestLayer& layer : layers) {
      parts.push_back(descriptor(blob(layer.bytes(), layer_type(layer.bytes()))));
    }
    return blob(concat("{\"schemaVersion\":2,\"mediaType\":\"", manifest_type,
                       "\",\"config\":", descriptor(blob(config, config_type)), ",\"layers\":[",
                       join(parts, ","), "]}"));
  }
  // An attestation manifest as BuildKit writes it: `of` is the digest of the image's manifest, each
  // of the types a statement.
  std::string attestation(const std::string& of, const std::vector<std::string>& types) {
    std::vector<std::string> statements;
    for (const std::string& type : types) {
      statements.push_back(descriptor(
          blob(type), concat(",\"annotations\":{\"in-toto.io/predicate-type\":\"", type, "\"}")));
    }
    return descriptor(blob(concat("{\"layers\":[", join(statements, ","), "]}")),
                      concat(",\"annotations\":{\"vnd.docker.reference.type\":"
                             "\"attestation-manifest\",\"vnd.docker.reference.digest\":\"",
                             of, "\"}"));
  }
  void index(const std::vector<std::string>& descriptors) {
    directory_.write("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    directory_.write("index.json", index_text(descriptors));
  }
  static std::string index_text(const std::vector<std::string>& descriptors) {
    return concat("{\"schemaVersion\":2,\"mediaType\":\"", index_type, "\",\"manifests\":[",
                  join(descriptors, ","), "]}");
  }
  const std::string& path() const { return directory_.path(); }
  const TemporaryDirectory& directory() const { return directory_; }

 private:
  static std::string_view layer_type(std::string_view bytes) {
    if (bytes.starts_with("\x1F\x8B")) return "application/vnd.oci.image.layer.v1.tar+gzip";
    if (bytes.starts_with("\x28\xB5\x2F\xFD")) {
      return "application/vnd.oci.image.layer.v1.tar+zstd";
    }
    return "application/vnd.oci.image.layer.v1.tar";
  }

  TemporaryDirectory directory_;
  std::map<std::string, std::pair<std::string_view, std::size_t>> blobs_;
};

}  // namespace plimsoll::test
