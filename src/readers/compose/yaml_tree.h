// A YAML text as a tree in which every node knows the bytes it was read from.
//
// libyaml splits the text into events; this reader hangs them into nodes that live in an arena,
// resolves aliases (by sharing nodes), merge keys (`<<`) and the types of plain scalars as
// compose-go's YAML library does (YAML 1.2's core schema with YAML 1.1's octal numbers: `yes` is a
// string, `0755` is 493), and puts variables into values when it is given an environment.
//
// Bounds: nesting of max_yaml_depth (libyaml is quadratic in the depth of flow collections), and
// max_yaml_nodes nodes with every alias counted as often as it is used, so that a small text cannot
// stand for a tree without end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "base/source.h"

namespace plimsoll::compose {

class Environment;

enum class Type : std::uint8_t { null, boolean, integer, floating, string, sequence, mapping };
std::string_view name_of(Type type);  // "a string", "a mapping", …

// compose's own tags: `!reset` removes what earlier files said, `!override` replaces it.
enum class Tag : std::uint8_t { none, reset, override };

using FileIndex = std::uint16_t;

struct Node;

struct Pair {
  std::string_view key;
  const Node* value = nullptr;
  Span key_span;
  FileIndex file = 0;
};

struct Node {
  Type type = Type::null;
  Tag tag = Tag::none;
  bool unresolved = false;    // a scalar whose text depends on a variable that nobody sets
  bool interpolated = false;  // a variable was put in: the text differs from what is written
  FileIndex file = 0;
  std::uint16_t height = 0;     // levels below this node
  std::uint32_t weight = 1;     // nodes below and with this one, aliases counted at each use
  Span span;                    // quotes included; a block collection ends with its last child
  std::string_view text;        // scalars; as written when unresolved
  std::span<const Pair> pairs;  // mappings, without merge keys
  std::span<const Node* const> items;  // sequences

  bool is_scalar() const { return type < Type::sequence; }
  bool is_null() const { return type == Type::null; }
  bool is_mapping() const { return type == Type::mapping; }
  bool is_sequence() const { return type == Type::sequence; }
  // The value of a key; null when it is missing or reset.
  const Node* find(std::string_view key) const;
  const Pair* find_pair(std::string_view key) const;
};

// `$CONTAINER-PORT`: reads as $CONTAINER followed by "-PORT".
struct HyphenUse {
  FileIndex file = 0;
  Span span;
};

// Pairs of a mapping that are not reset.
template <class Visit>
void for_each_pair(const Node& mapping, Visit&& visit) {
  for (const Pair& pair : mapping.pairs) {
    if (pair.value->tag != Tag::reset) visit(pair);
  }
}

// The pair's own text: a value that came through an alias stands elsewhere.
inline bool value_is_here(const Pair& pair) {
  return pair.value->span.begin >= pair.key_span.end;
}

// Pairs that are written in the mapping itself, not merged in by `<<`.
inline bool is_own(const Node& mapping, const Pair& pair) {
  return mapping.span.begin <= pair.key_span.begin && pair.key_span.end <= mapping.span.end;
}

// `into: {<<: *from}`. The pairs of a mapping do not show it when it has all of the other's keys.
struct Merge {
  const Node* into = nullptr;
  const Node* from = nullptr;
};

struct YamlReading {
  std::vector<const Node*> documents;  // without empty ones
  std::vector<Merge> merges;
  std::vector<Error> errors;  // duplicate keys, failed interpolation: the tree is usable
  std::vector<HyphenUse> hyphen_uses;
};

// The trees of a project's files, each as it is written, merged with nothing: for who edits them.
struct FileTrees {
  struct File {
    const Source* source = nullptr;
    std::vector<const Node*> documents;
    std::vector<Merge> merges;
  };
  // Null for a file that could not be read. One that is read twice is here once.
  const File* find(const Source* source) const;

  Arena arena;  // of the nodes
  std::vector<File> files;
};

// An Error when the text is no YAML or passes a bound; then there is no tree. Without an
// environment nothing is interpolated. The arena and the source must outlive the nodes.
Result<YamlReading> read_yaml(const Source& source, FileIndex file, Arena& arena,
                              const Environment* environment);

// Where a part of a scalar's text is written, [begin, end) being offsets into the text; the whole
// scalar where the text is not written literally (escapes, folded lines, variables).
Location part_of(const Node& node, const Source& source, std::size_t begin, std::size_t end);

// The type of a plain scalar.
Type plain_type(std::string_view text);

}  // namespace plimsoll::compose
