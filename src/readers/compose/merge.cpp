#include "readers/compose/merge.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "base/words.h"

namespace plimsoll::compose {
namespace {

// Values that merging may copy or look at in one project. The largest honest projects stay far
// below.
constexpr std::size_t max_merged = 2'000'000;

}  // namespace

bool Merger::spend(std::size_t weight, const Node& node) {
  spent_ += weight;
  if (spent_ <= max_merged) return true;
  if (!exhausted_) {
    exhausted_ = true;
    errors_.push_back({.message = "the project stands for too many values",
                       .at = files_.at(node),
                       .hint = "2000000 are merged over all its files and bases"});
  }
  return false;
}

Node* Merger::make_mapping(const Node& like, const std::vector<Pair>& pairs) {
  Node* const node = arena_.make<Node>();
  *node = like;
  node->type = Type::mapping;
  node->items = {};
  node->pairs = arena_.copy(std::span<const Pair>(pairs));
  std::size_t weight = 1;
  unsigned height = 0;
  for (const Pair& pair : pairs) {
    weight += pair.value->weight;
    height = std::max<unsigned>(height, pair.value->height + 1U);
  }
  node->weight = static_cast<std::uint32_t>(std::min<std::size_t>(weight, 1U << 30));
  node->height = static_cast<std::uint16_t>(height);
  return node;
}

const Node* Merger::with_pairs(const Node& like, const std::vector<Pair>& pairs) {
  return make_mapping(like, pairs);
}

const Node* Merger::without(const Node& mapping, std::string_view key) {
  std::vector<Pair> pairs(mapping.pairs.begin(), mapping.pairs.end());
  std::erase_if(pairs, [&](const Pair& pair) { return pair.key == key; });
  return with_pairs(mapping, pairs);
}

const Node* Merger::cannot_override(const Node& base, const Node& over) {
  errors_.push_back({.message = concat(name_of(over.type), " cannot override ", name_of(base.type),
                                       " of an earlier file"),
                     .at = files_.at(over),
                     .hint = "write it in the same form, or tag it !override"});
  return &base;
}

template <class Combine>
const Node* Merger::merge_pairs(const Node& base, const Node& over, Combine&& combine) {
  if (!spend(base.pairs.size() + over.pairs.size(), over)) return &base;
  std::vector<Pair> pairs(base.pairs.begin(), base.pairs.end());
  std::unordered_map<std::string_view, std::size_t> index;
  const bool large = base.pairs.size() > 32 && over.pairs.size() > 4;
  if (large) {
    for (std::size_t i = 0; i < pairs.size(); ++i) index.emplace(pairs[i].key, i);
  }
  const auto position = [&](std::string_view key) {
    if (!large) {
      const auto found = std::ranges::find(pairs, key, &Pair::key);
      return static_cast<std::size_t>(found - pairs.begin());
    }
    const auto found = index.find(key);
    return found == index.end() ? pairs.size() : found->second;
  };
  for (const Pair& pair : over.pairs) {
    const std::size_t at = position(pair.key);
    if (at == pairs.size()) {
      if (large) index.emplace(pair.key, at);
      pairs.push_back(pair);
      continue;
    }
    const Node& old = *pairs[at].value;
    if (pair.value->tag != Tag::none || old.tag == Tag::reset) {
      pairs[at].value = pair.value;
    } else {
      pairs[at].value = combine(pair.key, old, *pair.value);
    }
  }
  Node* const merged = make_mapping(base, pairs);
  merged->tag = Tag::none;
  return merged;
}

const Node* Merger::merge_value(const Node& base, const Node& over) {
  if (over.is_null()) return &base;
  if (base.is_mapping()) {
    if (!over.is_mapping()) return cannot_override(base, over);
    return merge_pairs(base, over, [&](std::string_view, const Node& a, const Node& b) {
      return merge_value(a, b);
    });
  }
  if (base.is_sequence()) {
    return over.is_sequence() ? join(base, over) : cannot_override(base, over);
  }
  return &over;
}

const Node* Merger::join(const Node& base, const Node& over) {
  if (!spend(base.items.size() + over.items.size(), over)) return &base;
  std::vector<const Node*> items(base.items.begin(), base.items.end());
  items.insert(items.end(), over.items.begin(), over.items.end());
  Node* const node = arena_.make<Node>();
  *node = base;
  node->type = Type::sequence;
  node->tag = Tag::none;
  node->items = arena_.copy(std::span<const Node* const>(items));
  const std::size_t weight = std::size_t{base.weight} + over.weight;
  node->weight = static_cast<std::uint32_t>(std::min<std::size_t>(weight, 1U << 30));
  node->height = std::max(base.height, over.height);
  return node;
}

// "a" -> ["a"]; a list stays.
const Node* Merger::as_list(const Node& node) {
  if (node.is_sequence()) return &node;
  Node* const list = arena_.make<Node>();
  *list = node;
  list->type = Type::sequence;
  list->text = {};
  if (!node.is_null() && !node.is_mapping()) {
    const Node* const item = &node;
    list->items = arena_.copy(std::span<const Node* const>(&item, 1));
  }
  list->pairs = {};
  return list;
}

const Node* Merger::join_as_lists(const Node& base, const Node& over) {
  return join(*as_list(base), *as_list(over));
}

// ["A=1", "B"] -> {A: 1, B: null}, or with names only: ["a"] -> {a: null}.
const Node* Merger::as_mapping(const Node& node, bool values) {
  if (node.is_mapping()) return &node;
  std::vector<Pair> pairs;
  if (node.is_sequence()) {
    pairs.reserve(node.items.size());
    for (const Node* item : node.items) {
      if (!item->is_scalar()) continue;
      const Source& source = files_.source_of(item->file);
      const std::size_t equals = values ? item->text.find('=') : std::string_view::npos;
      Node* const value = arena_.make<Node>();
      *value = *item;
      value->text = {};
      std::size_t key_end = item->text.size();
      if (equals == std::string_view::npos) {
        value->type = Type::null;
      } else {
        key_end = equals;
        value->text = item->text.substr(equals + 1);
        value->span = part_of(*item, source, equals + 1, item->text.size()).span;
      }
      pairs.push_back({.key = item->text.substr(0, key_end),
                       .value = value,
                       .key_span = part_of(*item, source, 0, key_end).span,
                       .file = item->file});
    }
  }
  return with_pairs(node, pairs);
}

// ["a"] -> {a: {condition: service_started}}
const Node* Merger::as_dependencies(const Node& node) {
  if (!node.is_sequence()) return &node;
  const Node* const names = as_mapping(node, false);
  std::vector<Pair> pairs(names->pairs.begin(), names->pairs.end());
  for (Pair& pair : pairs) {
    Node* const condition = arena_.make<Node>();
    condition->type = Type::string;
    condition->file = pair.file;
    condition->span = pair.key_span;
    condition->text = "service_started";
    pair.value = with_pairs(
        *condition,
        {{.key = "condition", .value = condition, .key_span = pair.key_span, .file = pair.file}});
  }
  return with_pairs(node, pairs);
}

const Node* Merger::merge_by_name(const Node& base, const Node& over) {
  return merge_pairs(*as_mapping(base, true), *as_mapping(over, true),
                     [](std::string_view, const Node&, const Node& b) { return &b; });
}

const Node* Merger::as_build(const Node& node) {
  if (node.is_mapping()) return &node;
  std::vector<Pair> pairs;
  if (node.is_scalar() && !node.is_null()) {
    pairs.push_back({.key = "context", .value = &node, .key_span = node.span, .file = node.file});
  }
  return with_pairs(node, pairs);
}

const Node* Merger::merge_build_key(std::string_view key, const Node& base, const Node& over) {
  if (is_one_of(key, {"args", "labels", "additional_contexts"})) return merge_by_name(base, over);
  if (key == "extra_hosts") return join_as_lists(base, over);
  return merge_value(base, over);
}

const Node* Merger::merge_service_key(std::string_view key, const Node& base, const Node& over) {
  if (is_one_of(key, {"command", "entrypoint"})) return &over;
  if (is_one_of(key, {"environment", "labels", "annotations", "sysctls"})) {
    return merge_by_name(base, over);
  }
  if (is_one_of(key, {"dns", "dns_opt", "dns_search", "env_file", "label_file", "tmpfs"})) {
    return join_as_lists(base, over);
  }
  if (key == "extra_hosts") {
    if (base.is_mapping() && over.is_mapping()) return merge_value(base, over);
    return merge_by_name(base, over);
  }
  if (key == "build") {
    return merge_pairs(*as_build(base), *as_build(over),
                       [&](std::string_view name, const Node& a, const Node& b) {
                         return merge_build_key(name, a, b);
                       });
  }
  if (is_one_of(key, {"networks", "models"})) {
    return merge_value(*as_mapping(base, false), *as_mapping(over, false));
  }
  if (key == "depends_on") return merge_value(*as_dependencies(base), *as_dependencies(over));
  if (key == "healthcheck" && base.is_mapping() && over.is_mapping()) {
    return merge_pairs(base, over, [&](std::string_view name, const Node& a, const Node& b) {
      return name == "test" ? &b : merge_value(a, b);
    });
  }
  if (key == "logging" && base.is_mapping() && over.is_mapping()) {
    const Node* const a = base.find("driver");
    const Node* const b = over.find("driver");
    if (a != nullptr && b != nullptr && a->text != b->text) return &over;
    return merge_value(base, over);
  }
  if (key == "ulimits" && base.is_mapping() && over.is_mapping()) {
    return merge_pairs(base, over, [](std::string_view, const Node&, const Node& b) { return &b; });
  }
  if (key == "deploy" && base.is_mapping() && over.is_mapping()) {
    return merge_resource(base, over);
  }
  return merge_value(base, over);
}

// A mapping whose `labels` may be a list or a mapping.
const Node* Merger::merge_resource(const Node& base, const Node& over) {
  if (over.is_null()) return &base;
  if (base.is_null()) return &over;
  if (!base.is_mapping() || !over.is_mapping()) return cannot_override(base, over);
  return merge_pairs(base, over, [&](std::string_view name, const Node& a, const Node& b) {
    return name == "labels" ? merge_by_name(a, b) : merge_value(a, b);
  });
}

const Node* Merger::merge_service(const Node& base, const Node& over) {
  if (over.is_null()) return &base;
  if (!base.is_mapping()) return &over;
  if (!over.is_mapping()) return cannot_override(base, over);
  return merge_pairs(base, over, [&](std::string_view key, const Node& a, const Node& b) {
    return merge_service_key(key, a, b);
  });
}

const Node* Merger::merge_entry(std::string_view section, const Node& base, const Node& over) {
  if (section == "services") return merge_service(base, over);
  return merge_resource(base, over);
}

const Node* Merger::merge_files(const Node& base, const Node& over) {
  if (!base.is_mapping() || !over.is_mapping()) return cannot_override(base, over);
  return merge_pairs(base, over, [&](std::string_view section, const Node& a, const Node& b) {
    if (!is_one_of(section, {"services", "networks", "volumes", "secrets", "configs", "models"})) {
      return merge_value(a, b);
    }
    if (b.is_null()) return &a;
    if (a.is_null()) return &b;
    if (!a.is_mapping() || !b.is_mapping()) return cannot_override(a, b);
    return merge_pairs(a, b, [&](std::string_view, const Node& old, const Node& newer) {
      return merge_entry(section, old, newer);
    });
  });
}

}  // namespace plimsoll::compose
