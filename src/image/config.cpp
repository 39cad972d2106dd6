#include "image/config.h"

#include "base/json.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

class Reader {
 public:
  explicit Reader(const Source& source) : source_(source) {}

  ConfigReading read(const json::Value& root) {
    ImageConfig& config = reading_.config;
    config.at = place(root);
    config.architecture = json::text_of(root, "architecture");
    config.os = json::text_of(root, "os");
    config.created = json::text_of(root, "created");
    if (const json::Value* rootfs = root.find("rootfs")) {
      reading_.diff_ids = texts(*rootfs, "diff_ids");
    }
    if (const json::Value* history = root.find("history")) {
      for (const json::Value& entry : history->items) {
        const json::Value* empty = entry.find("empty_layer");
        HistoryEntry& into = config.history.emplace_back();
        into.empty_layer = empty != nullptr && empty->boolean;
        const json::Value* made_by = entry.find("created_by");
        if (made_by != nullptr && made_by->is(json::Kind::string))
          into.created_by = located(*made_by);
      }
    }
    if (const json::Value* run = root.find("config")) read_run(*run, config);
    return std::move(reading_);
  }

 private:
  void read_run(const json::Value& run, ImageConfig& config) {
    if (const json::Value* user = run.find("User");
        user != nullptr && user->is(json::Kind::string)) {
      config.user = located(*user);
    }
    config.environment = texts(run, "Env");
    config.entrypoint = plain_texts(run, "Entrypoint");
    config.command = plain_texts(run, "Cmd");
    config.volumes = names(run, "Volumes");
    config.exposed_ports = names(run, "ExposedPorts");
    if (const json::Value* labels = run.find("Labels")) {
      for (const json::Member& label : labels->members) {
        if (label.value.is(json::Kind::string)) {
          config.labels.emplace_back(label.name, located(label.value));
        }
      }
    }
    if (const json::Value* check = run.find("Healthcheck"); check != nullptr) {
      const std::vector<std::string> test = plain_texts(*check, "Test");
      if (!test.empty()) config.healthcheck = ImageHealthcheck{test};
    }
  }

  Location place(const json::Value& value) const { return {&source_, value.at}; }

  Located<std::string> located(const json::Value& value) const {
    return {.value = std::string(value.text), .at = place(value), .layer = Layer::image};
  }

  std::vector<Located<std::string>> texts(const json::Value& object, std::string_view name) const {
    std::vector<Located<std::string>> out;
    const json::Value* list = object.find(name);
    if (list == nullptr) return out;
    for (const json::Value& item : list->items) {
      if (item.is(json::Kind::string)) out.push_back(located(item));
    }
    return out;
  }

  std::vector<std::string> plain_texts(const json::Value& object, std::string_view name) const {
    std::vector<std::string> out;
    for (Located<std::string>& item : texts(object, name)) out.push_back(std::move(item.value));
    return out;
  }

  // The names of an object that is used as a set: {"/data": {}}.
  static std::vector<std::string> names(const json::Value& object, std::string_view name) {
    std::vector<std::string> out;
    const json::Value* set = object.find(name);
    if (set == nullptr) return out;
    for (const json::Member& member : set->members) out.emplace_back(member.name);
    return out;
  }

  const Source& source_;
  ConfigReading reading_;
};

}  // namespace

Result<ConfigReading> read_config(const Source& source) {
  const Result<json::Document> document = json::read(source);
  if (!document) return failure(document.error());
  if (!document->root.is(json::Kind::object)) {
    return failure({.message = concat("the configuration is ", json::name_of(document->root.kind),
                                      ", not an object"),
                    .at = {&source, document->root.at}});
  }
  return Reader(source).read(document->root);
}

}  // namespace plimsoll::image
