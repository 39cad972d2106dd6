#include "image/files/json_file.h"

#include <vector>

#include "base/text.h"
#include "image/file_reader.h"

namespace plimsoll::image {

std::optional<json::Document> read_json_file(std::string_view path, std::string_view content,
                                             Layer& layer) {
  std::optional<json::Document> document = json::read_text(content);
  if (document && (document->root.is(json::Kind::object) || document->root.is(json::Kind::array))) {
    return document;
  }
  layer.errors.push_back(file_error(path, "is no JSON document of packages"));
  return std::nullopt;
}

std::string licence_of(const json::Value* value) {
  if (value == nullptr) return {};
  if (value->is(json::Kind::string)) return std::string(value->text);
  if (value->is(json::Kind::object)) return std::string(json::text_of(*value, "type"));
  std::vector<std::string> choices;
  for (const json::Value& item : value->items) {
    const std::string_view choice =
        item.is(json::Kind::string) ? item.text : json::text_of(item, "type");
    if (!choice.empty()) choices.emplace_back(choice);
  }
  return join(choices, " OR ");
}

}  // namespace plimsoll::image
