// Properties of every tree: spans lie in the text, a plain scalar's text is what its span covers,
// and the same text gives the same tree.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "readers/compose/compose_reader.h"
#include "readers/compose/interpolation.h"
#include "readers/compose/yaml_tree.h"

namespace {

using namespace plimsoll;
using namespace plimsoll::compose;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Node& node, const Source& source, int depth, std::string& out) {
  require(depth <= static_cast<int>(max_yaml_depth));
  require(node.span.begin <= node.span.end && node.span.end <= source.text().size());
  require(node.weight >= 1);
  out += concat("(", std::to_string(node.span.begin), "-", std::to_string(node.span.end), " ",
                std::to_string(static_cast<int>(node.type)), node.text);
  if (node.is_scalar()) {
    require(part_of(node, source, 0, node.text.size()).span.end <= source.text().size());
    // A scalar of one plain word is written as it reads.
    const std::string_view raw = source.text(node.span);
    if (node.type == Type::integer && raw.find_first_of("\"'\n|>!&") == std::string_view::npos) {
      require(raw == node.text);
    }
  }
  for (const Pair& pair : node.pairs) {
    require(pair.key_span.begin <= pair.key_span.end);
    require(pair.key_span.end <= source.text().size());
    require(pair.value != nullptr);
    out += pair.key;
    check(*pair.value, source, depth + 1, out);
  }
  for (const Node* item : node.items) check(*item, source, depth + 1, out);
  out += ')';
}

std::string read_and_check(const std::string& text, const Environment* environment) {
  Sources sources;
  const Source& source = sources.add("fuzz.yaml", text);
  Arena arena;
  const auto reading = read_yaml(source, 0, arena, environment);
  std::string out;
  if (!reading) {
    require(reading.error().at.span.end <= text.size());
    return reading.error().message;
  }
  std::uint64_t weight = 0;
  for (const Node* document : reading->documents) weight += document->weight;
  require(weight <= max_yaml_nodes);
  // A tree that stands for many more nodes than it was written with is not walked here.
  if (weight > 20'000) return out;
  for (const Node* document : reading->documents) check(*document, source, 1, out);
  for (const Error& error : reading->errors) {
    require(error.at.span.begin <= error.at.span.end && error.at.span.end <= text.size());
    out += error.message;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Environment environment;
  environment.set("A", "value");
  environment.set("EMPTY", "");
  require(read_and_check(text, nullptr) == read_and_check(text, nullptr));
  require(read_and_check(text, &environment) == read_and_check(text, &environment));
  return 0;
}
