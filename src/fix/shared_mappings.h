// The settings that services share by a merge key: `web: {<<: *defaults}`. What is put into such a
// mapping reaches every service that merges it and does not say it itself, so that what all of them
// are to get can be written there, once.
//
// That holds only of a mapping that nothing but services merges, each of them directly: below
// `x-…`, or a service itself. One that is used in another way (`build: *defaults`, a mapping that
// merges it and is merged in turn) would bring the setting to where nobody wants it, or to services
// that are not seen here. Nor may those services merge another service beside it: what that one is
// given could come first in their lists of merges.
#pragma once

#include <cstddef>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "readers/compose/yaml_tree.h"

namespace plimsoll::fix {

class SharedMappings {
 public:
  struct Shared {
    const compose::Node* mapping = nullptr;
    // That have its settings, two or more: itself with them when it is one.
    std::size_t services = 0;
  };

  // Of one file. The tree must outlive this.
  SharedMappings(std::span<const compose::Node* const> documents,
                 std::span<const compose::Merge> merges);

  // Those that a service has settings from, itself with them when others have its own. The one with
  // the most services comes first; of hostile lists of merges only the first few are here.
  std::span<const Shared> of(const compose::Node& service) const;

 private:
  using Nodes = std::unordered_set<const compose::Node*>;
  using Counts = std::unordered_map<const compose::Node*, std::size_t>;

  void find_aliases(const compose::Node& node, Nodes& seen);
  void find_places(const compose::Node& document);
  Counts count_merged_services(std::span<const compose::Merge> merges) const;
  void find_extensions(const compose::Pair& pair);
  void share(const compose::Node& mapping, std::span<const compose::Node* const> users);

  Nodes merged_;      // into others
  Nodes aliased_;     // used where they do not stand, otherwise than by a merge key
  Nodes services_;    // with settings of their own
  Nodes extensions_;  // that are used, below `x-…`
  std::unordered_map<const compose::Node*, std::vector<Shared>> shared_;  // by service
};

}  // namespace plimsoll::fix
