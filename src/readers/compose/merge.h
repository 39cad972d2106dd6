// How a later file changes what earlier ones said (compose-spec, 13-merge.md; compose-go,
// override/merge.go), and how a service takes over what it extends, which is the same.
//
// Mappings are merged key by key, lists are joined, anything else is replaced; command, entrypoint
// and healthcheck.test are replaced whole; settings that may be a list or a mapping are merged by
// their names. `!reset` removes what was said before and `!override` replaces it. Nodes are never
// changed: a merge makes new ones, and every value keeps the place where it is written.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "readers/compose/schema.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll::compose {

class Merger {
 public:
  Merger(Arena& arena, const FileSources& files, std::vector<Error>& errors)
      : arena_(arena), files_(files), errors_(errors) {}

  // Two whole files.
  const Node* merge_files(const Node& base, const Node& over);
  const Node* merge_service(const Node& base, const Node& over);
  // An entry of a top-level mapping: a service, a network, …
  const Node* merge_entry(std::string_view section, const Node& base, const Node& over);

  // A mapping without one of its keys.
  const Node* without(const Node& mapping, std::string_view key);
  // A mapping of these pairs, otherwise like `like`.
  const Node* with_pairs(const Node& like, const std::vector<Pair>& pairs);

  // Past the bound on merged values: what is merged from here on is left out.
  bool exhausted() const { return exhausted_; }

 private:
  template <class Combine>
  const Node* merge_pairs(const Node& base, const Node& over, Combine&& combine);
  Node* make_mapping(const Node& like, const std::vector<Pair>& pairs);
  const Node* merge_value(const Node& base, const Node& over);
  const Node* join(const Node& base, const Node& over);
  const Node* join_as_lists(const Node& base, const Node& over);
  const Node* merge_by_name(const Node& base, const Node& over);
  const Node* merge_service_key(std::string_view key, const Node& base, const Node& over);
  const Node* merge_build_key(std::string_view key, const Node& base, const Node& over);
  const Node* merge_resource(const Node& base, const Node& over);
  const Node* as_list(const Node& node);
  const Node* as_mapping(const Node& node, bool values);
  const Node* as_dependencies(const Node& node);
  const Node* as_build(const Node& node);
  const Node* cannot_override(const Node& base, const Node& over);
  bool spend(std::size_t weight, const Node& node);

  Arena& arena_;
  const FileSources& files_;
  std::vector<Error>& errors_;
  std::size_t spent_ = 0;
  bool exhausted_ = false;
};

}  // namespace plimsoll::compose
