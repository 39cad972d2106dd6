// Which keys a compose file may have and what their values may be, by the compose specification's
// JSON schema (compose-spec, schema/compose-spec.json) and by the conversions that compose-go makes
// after it (a string where a boolean belongs must read as one, a byte size must parse).
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll::compose {

// Turns a node's file into its source.
class FileSources {
 public:
  virtual ~FileSources() = default;
  virtual const Source& source_of(FileIndex file) const = 0;
  Location at(const Node& node) const {
    return {.source = &source_of(node.file), .span = node.span};
  }
  Location key_at(const Pair& pair) const {
    return {.source = &source_of(pair.file), .span = pair.key_span};
  }
};

// What a project may not hold, each with its place.
void check_service(std::string_view name, const Node& service, const FileSources& files,
                   std::vector<Error>& errors);
void check_top_level(const Node& root, const FileSources& files, std::vector<Error>& errors);

}  // namespace plimsoll::compose
