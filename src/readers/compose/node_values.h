// What the engine gets for the values that stand in a compose file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "readers/compose/yaml_tree.h"

namespace plimsoll::compose {

// The number of an integer scalar, in any of YAML's notations.
std::optional<std::int64_t> integer_of(const Node& node);
// The text of a scalar of any type.
std::string value_of(const Node& node);
// A path of a file as seen from the project directory: "./data" of an included file in "sub" is
// "./sub/data". `prefix` is the way from the project directory to the file's.
std::string rebased(std::string_view path, const std::string& prefix);

}  // namespace plimsoll::compose
