// What the readers of JSON files share: npm's, Composer's and .NET's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "image/layer.h"

namespace plimsoll::image {

// An object or an array, or nothing and an error in the layer.
std::optional<json::Document> read_json_file(std::string_view path, std::string_view content,
                                             Layer& layer);

// A licence, or a choice of several: "MIT", {"type": "MIT"}, ["MIT", "Apache-2.0"].
std::string licence_of(const json::Value* value);

}  // namespace plimsoll::image
