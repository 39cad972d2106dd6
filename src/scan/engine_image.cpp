#include "scan/engine_image.h"

#include <algorithm>
#include <optional>

#include "base/digest.h"
#include "base/json.h"
#include "base/process_root.h"
#include "base/text.h"
#include "engine/client.h"
#include "image/fetched_blobs.h"

namespace plimsoll::scan {
namespace {

std::string first_of(const json::Value& object, std::string_view name) {
  const json::Value* list = object.find(name);
  return list == nullptr || list->items.empty() ? std::string()
                                                : std::string(list->items.front().text);
}

// Finds the directories of an image in the data of an engine on this machine.
class Finder {
 public:
  Finder(engine::Client& client, const Files& files) : client_(client), files_(files) {}

  // Nothing where they cannot be read from here.
  std::optional<image::UnpackedImage> find(const json::Value& image) {
    const json::Value* driver = image.find("GraphDriver");
    if (driver == nullptr || json::text_of(*driver, "Name") != "overlay2") return std::nullopt;
    const engine::Answer<std::string> info = client_.get("/info");
    if (!info) return std::nullopt;
    const std::optional<json::Document> engine = json::read_text(*info);
    if (!engine) return std::nullopt;
    return read(image, *driver, json::text_of(engine->root, "DockerRootDir"));
  }

 private:
  std::optional<image::UnpackedImage> read(const json::Value& image, const json::Value& driver,
                                           std::string_view data_root) {
    image::UnpackedImage out;
    out.name = first_of(image, "RepoTags");
    const std::string repository_digest = first_of(image, "RepoDigests");
    if (const std::size_t at = repository_digest.find('@'); at != std::string::npos) {
      out.digest = repository_digest.substr(at + 1);
    }
    const std::string_view id = json::text_of(image, "Id");
    if (!is_digest(id)) return std::nullopt;
    const std::string path = as_it_sees(
        concat(data_root, "/image/overlay2/imagedb/content/sha256/", id.substr(id.find(':') + 1)));
    Result<std::string> configuration = files_.read(path);
    if (!configuration) return std::nullopt;
    out.configuration = std::move(*configuration);
    const json::Value* data = driver.find("Data");
    const std::string upper(data == nullptr ? std::string_view()
                                            : json::text_of(*data, "UpperDir"));
    if (upper.empty()) return std::nullopt;
    // The lower ones are told from the top down.
    for (const std::string_view directory : split(json::text_of(*data, "LowerDir"), ':')) {
      if (!directory.empty()) out.directories.push_back(as_it_sees(std::string(directory)));
    }
    std::ranges::reverse(out.directories);
    out.directories.push_back(as_it_sees(upper));
    return out;
  }

  std::string as_it_sees(const std::string& path) const {
    const std::optional<std::int64_t> process = client_.listening_process();
    return process ? as_seen_from(root_of_process(*process), path, files_) : path;
  }

  engine::Client& client_;
  const Files& files_;
};

// The archive that the engine sends. It has one part, whatever it is called.
class EngineArchive final : public image::BlobStore {
 public:
  EngineArchive(engine::Client client, const std::string& name)
      : client_(std::move(client)), path_(concat("/images/", name, "/get")) {}

  std::optional<std::uint64_t> size(const std::string&) const override { return std::nullopt; }
  Result<void> read(const std::string&,
                    const std::function<void(std::string_view)>& sink) const override {
    const engine::Answer<void> sent = client_.stream(path_, [&](std::string_view piece) {
      sink(piece);
      return true;
    });
    if (!sent) return failure(sent.error());
    return {};
  }
  std::string version(const std::string&) const override { return {}; }

 private:
  mutable engine::Client client_;  // asked by one thread: there is one connection to fetch over
  std::string path_;
};

Result<image::OpenedTarget> open_archive(const std::string& name,
                                         const engine::Endpoint& endpoint) {
  Result<std::unique_ptr<image::FetchedBlobs>> archive = image::FetchedBlobs::start(
      [&]() -> Result<std::unique_ptr<image::BlobStore>> {
        engine::Answer<engine::Client> client = engine::Client::connect(endpoint);
        if (!client) return failure(client.error());
        return std::make_unique<EngineArchive>(std::move(*client), name);
      },
      1);
  if (!archive) return failure(archive.error());
  const std::shared_ptr<image::FetchedBlobs> shared = std::move(*archive);
  return image::StreamedTarget{
      .stream = [shared](const std::function<bool(std::string_view)>& sink) -> Result<void> {
        bool is_wanted = true;
        return shared->read("",
                            [&](std::string_view piece) { is_wanted = is_wanted && sink(piece); });
      },
      .name = {}};
}

}  // namespace

Result<image::OpenedTarget> open_engine_image(const std::string& name,
                                              const Result<engine::Endpoint>& endpoint,
                                              const Files& files) {
  if (!endpoint) return failure(endpoint.error());
  {
    engine::Answer<engine::Client> client = engine::Client::connect(*endpoint);
    if (!client) return failure(client.error());
    const engine::Answer<std::string> inspected = client->get(concat("/images/", name, "/json"));
    if (!inspected) {
      if (inspected.error().trouble != engine::Trouble::gone) return failure(inspected.error());
      return failure({.message = concat("the engine has no image \"", name, "\""),
                      .hint = concat("docker pull ", name)});
    }
    const std::optional<json::Document> image = json::read_text(*inspected);
    if (!image) return failure({.message = "the engine's answer is no JSON"});
    if (std::holds_alternative<engine::UnixSocket>(endpoint->address)) {
      if (auto found = Finder(*client, files).find(image->root)) {
        return image::open_target(std::move(*found));
      }
    }
  }
  return open_archive(name, *endpoint);
}

}  // namespace plimsoll::scan
