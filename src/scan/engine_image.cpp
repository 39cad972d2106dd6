#include "scan/engine_image.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "base/process_root.h"
#include "base/text.h"
#include "engine/client.h"
#include "image/digest.h"

namespace plimsoll::scan {
namespace {

std::string first_of(const json::Value& object, std::string_view name) {
  const json::Value* list = object.find(name);
  return list == nullptr || list->items.empty() ? std::string()
                                                : std::string(list->items.front().text);
}

// `docker save` always works: the engine itself puts the archive together.
std::string saved_instead(const std::string& name) {
  return concat("docker save -o image.tar ", name, " && plimsoll image image.tar");
}

class Finder {
 public:
  Finder(const std::string& name, engine::Client& client, const Files& files)
      : name_(name), client_(client), files_(files) {}

  Result<image::UnpackedImage> find() {
    const engine::Answer<std::string> inspected = client_.get(concat("/images/", name_, "/json"));
    if (!inspected) {
      if (inspected.error().trouble != engine::Trouble::gone) return failure(inspected.error());
      return failure({.message = concat("the engine has no image \"", name_, "\""),
                      .hint = concat("docker pull ", name_)});
    }
    const engine::Answer<std::string> info = client_.get("/info");
    if (!info) return failure(info.error());
    const std::optional<json::Document> image = json::read_text(*inspected);
    const std::optional<json::Document> engine = json::read_text(*info);
    if (!image || !engine) return fail("the engine's answer is no JSON");
    const json::Value* driver = image->root.find("GraphDriver");
    if (driver == nullptr || json::text_of(*driver, "Name") != "overlay2") {
      return fail(concat("the engine keeps its images with \"",
                         driver == nullptr ? std::string_view() : json::text_of(*driver, "Name"),
                         "\", not with overlay2: their layers cannot be read in place"));
    }
    return read(image->root, *driver, json::text_of(engine->root, "DockerRootDir"));
  }

 private:
  std::unexpected<Error> fail(std::string message) const {
    return failure({.message = std::move(message), .hint = saved_instead(name_)});
  }

  Result<image::UnpackedImage> read(const json::Value& image, const json::Value& driver,
                                    std::string_view data_root) {
    image::UnpackedImage out;
    out.name = first_of(image, "RepoTags");
    const std::string repository_digest = first_of(image, "RepoDigests");
    if (const std::size_t at = repository_digest.find('@'); at != std::string::npos) {
      out.digest = repository_digest.substr(at + 1);
    }
    const std::string_view id = json::text_of(image, "Id");
    if (!image::is_digest(id)) return fail("the engine gives the image no id");
    const std::string path = as_it_sees(
        concat(data_root, "/image/overlay2/imagedb/content/sha256/", id.substr(id.find(':') + 1)));
    Result<std::string> configuration = files_.read(path);
    if (!configuration) {
      Error error = configuration.error();
      error.hint = concat("run it as root on the engine's machine, or: ", saved_instead(name_));
      return failure(std::move(error));
    }
    out.configuration = std::move(*configuration);
    const json::Value* data = driver.find("Data");
    const std::string upper(data == nullptr ? std::string_view()
                                            : json::text_of(*data, "UpperDir"));
    if (upper.empty()) return fail("the engine does not say where the image's layers lie");
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

  const std::string& name_;
  engine::Client& client_;
  const Files& files_;
};

}  // namespace

Result<image::UnpackedImage> find_engine_image(const std::string& name,
                                               const Result<engine::Endpoint>& endpoint,
                                               const Files& files) {
  if (!endpoint) return failure(endpoint.error());
  if (!std::holds_alternative<engine::UnixSocket>(endpoint->address)) {
    return failure({.message = "the engine runs on another machine: its layers cannot be read here",
                    .hint = saved_instead(name)});
  }
  engine::Answer<engine::Client> client = engine::Client::connect(*endpoint);
  if (!client) return failure(client.error());
  return Finder(name, *client, files).find();
}

}  // namespace plimsoll::scan
