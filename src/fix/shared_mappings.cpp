#include "fix/shared_mappings.h"

#include <algorithm>
#include <tuple>

#include "base/sort.h"

namespace plimsoll::fix {
namespace {

using compose::Merge;
using compose::Node;
using compose::Pair;

// Each costs an edit for everything that is added to a service.
constexpr std::size_t most_for_a_service = 4;

}  // namespace

SharedMappings::SharedMappings(std::span<const Node* const> documents,
                               std::span<const Merge> merges) {
  if (merges.empty()) return;
  for (const Merge& merge : merges) merged_.insert(merge.from);
  Nodes seen;
  for (const Node* document : documents) find_aliases(*document, seen);
  // `<<: {…}` may be nothing but overruled, and used elsewhere.
  for (const Merge& merge : merges) {
    if (seen.insert(merge.from).second) find_aliases(*merge.from, seen);
  }
  for (const Node* document : documents) find_places(*document);

  std::unordered_map<const Node*, std::vector<const Node*>> users;
  Nodes used_otherwise;
  for (const auto& [into, from] : merges) {
    if (services_.contains(into) && !merged_.contains(into)) {
      users[from].push_back(into);
    } else {
      used_otherwise.insert(from);
    }
  }
  const Counts from_services = count_merged_services(merges);
  for (auto& [mapping, nodes] : users) {
    const bool is_service = services_.contains(mapping);
    const bool is_known = is_service || extensions_.contains(mapping);
    if (!is_known || aliased_.contains(mapping) || used_otherwise.contains(mapping)) continue;
    // A service that is merged, too, may be given another value, which could win.
    if (from_services.contains(mapping) || std::ranges::any_of(nodes, [&](const Node* node) {
          const auto found = from_services.find(node);
          return found != from_services.end() && !(is_service && found->second == 1);
        })) {
      continue;
    }
    if (is_service) nodes.push_back(mapping);
    // `<<: [*a, *a]`
    sort_unique(nodes);
    if (nodes.size() > 1) share(*mapping, nodes);
  }
  for (auto& [service, shared] : shared_) {
    std::ranges::sort(shared, [](const Shared& a, const Shared& b) {
      return std::tuple(b.services, a.mapping->span.begin) <
             std::tuple(a.services, b.mapping->span.begin);
    });
    if (shared.size() > most_for_a_service) shared.resize(most_for_a_service);
  }
}

std::span<const SharedMappings::Shared> SharedMappings::of(const Node& service) const {
  const auto found = shared_.find(&service);
  return found == shared_.end() ? std::span<const Shared>() : found->second;
}

// What is met a second time, or before the key that it is the value of, is an alias.
void SharedMappings::find_aliases(const Node& node, Nodes& seen) {
  const auto visit = [&](const Node& value, bool is_here) {
    if (!is_here || !seen.insert(&value).second) {
      aliased_.insert(&value);
    } else if (!value.is_scalar()) {
      find_aliases(value, seen);
    }
  };
  for (const Pair& pair : node.pairs) {
    if (is_own(node, pair)) visit(*pair.value, value_is_here(pair));
  }
  for (const Node* item : node.items) visit(*item, item->span.begin >= node.span.begin);
}

// How many merges bring a service's settings into a mapping. What is merged was read before.
SharedMappings::Counts SharedMappings::count_merged_services(std::span<const Merge> merges) const {
  Counts counts;
  for (const auto& [into, from] : merges) {
    if (services_.contains(from) || counts.contains(from)) ++counts[into];
  }
  return counts;
}

void SharedMappings::find_places(const Node& document) {
  for (const Pair& pair : document.pairs) {
    if (!is_own(document, pair) || !value_is_here(pair)) continue;
    if (pair.key.starts_with("x-")) find_extensions(pair);
    if (pair.key != "services") continue;
    for (const Pair& service : pair.value->pairs) {
      const bool is_here = is_own(*pair.value, service) && value_is_here(service);
      if (is_here && service.value->is_mapping()) services_.insert(service.value);
    }
  }
}

// Not below one that is used: what stands there is a part of the settings, not settings of its own.
void SharedMappings::find_extensions(const Pair& pair) {
  const Node& value = *pair.value;
  if (!value.is_mapping() || !value_is_here(pair)) return;
  if (merged_.contains(&value) || aliased_.contains(&value)) {
    if (value.tag == compose::Tag::none) extensions_.insert(&value);
    return;
  }
  for (const Pair& below : value.pairs) {
    if (is_own(value, below)) find_extensions(below);
  }
}

void SharedMappings::share(const Node& mapping, std::span<const Node* const> users) {
  for (const Node* user : users) shared_[user].push_back({&mapping, users.size()});
}

}  // namespace plimsoll::fix
