#include "readers/compose/yaml_tree.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "readers/compose/compose_reader.h"
#include "readers/compose/interpolation.h"

namespace plimsoll::compose {
namespace {

std::string dump(const Node& node) {
  std::string out = node.tag == Tag::reset ? "!reset " : node.tag == Tag::override ? "!over " : "";
  switch (node.type) {
    case Type::mapping: {
      out += '{';
      for (const Pair& pair : node.pairs) {
        if (out.back() != '{') out += ", ";
        out += concat(pair.key, ": ", dump(*pair.value));
      }
      return out + "}";
    }
    case Type::sequence: {
      out += '[';
      for (const Node* item : node.items) {
        if (out.back() != '[') out += ", ";
        out += dump(*item);
      }
      return out + "]";
    }
    case Type::null: return out + "null";
    case Type::boolean: return out + concat("b:", node.text);
    case Type::integer: return out + concat("i:", node.text);
    case Type::floating: return out + concat("f:", node.text);
    case Type::string: return out + concat("'", node.text, "'");
  }
  return out;
}

// The documents on one line; `!` and the message of an error.
std::string read(std::string text) {
  Sources sources;
  const Source& source = sources.add("a.yaml", std::move(text));
  Arena arena;
  const auto reading = read_yaml(source, 0, arena, nullptr);
  if (!reading) return concat("!", reading.error().message);
  std::string out;
  for (const Node* document : reading->documents) {
    if (!out.empty()) out += " --- ";
    out += dump(*document);
  }
  for (const Error& error : reading->errors) out += concat(" !", error.message);
  return out;
}

TEST(YamlTree, ReadsTexts) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", ""},
      {"# only a comment\n", ""},
      {"a: b", "{a: 'b'}"},
      {"\xEF\xBB\xBF"
       "a: b",
       "{a: 'b'}"},
      {"a:\n- 1\n- x\n", "{a: [i:1, 'x']}"},
      {"{a: [b, {c: d}]}", "{a: ['b', {c: 'd'}]}"},
      {"a: |\n  x\n  y\n", "{a: 'x\ny\n'}"},
      {"a: >-\n  x\n  y\n", "{a: 'x y'}"},
      {"a: \"x\\ty\"", "{a: 'x\ty'}"},
      {"a: 'it''s'", "{a: 'it's'}"},
      {"a: 1\n---\nb: 2\n", "{a: i:1} --- {b: i:2}"},
      {"a: !reset\nb: !override [1]\nc: !reset {d: e}",
       "{a: !reset null, b: !over [i:1], c: !reset {d: 'e'}}"},
      {"a: &x {b: c}\nd: *x", "{a: {b: 'c'}, d: {b: 'c'}}"},
      {"a: !!str 1", "{a: '1'}"},
      {"? a\n: b", "{a: 'b'}"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(read(std::string(text)), expected) << text;
}

TEST(YamlTree, TellsTheTypesOfPlainScalars) {
  const std::pair<std::string_view, Type> table[] = {
      {"", Type::null},         {"~", Type::null},         {"null", Type::null},
      {"NULL", Type::null},     {"nUll", Type::string},    {"true", Type::boolean},
      {"False", Type::boolean}, {"yes", Type::string},     {"on", Type::string},
      {"1", Type::integer},     {"-1", Type::integer},     {"0755", Type::integer},
      {"0x1F", Type::integer},  {"0o17", Type::integer},   {"0b11", Type::integer},
      {"1_000", Type::integer}, {"1.5", Type::floating},   {".5", Type::floating},
      {"1e3", Type::floating},  {"-.inf", Type::floating}, {".nan", Type::floating},
      {"22:22", Type::string},  {"1.2.3", Type::string},   {"1e", Type::string},
      {"-", Type::string},      {"0x", Type::string},      {"127.0.0.1", Type::string},
  };
  for (const auto& [text, type] : table) EXPECT_EQ(plain_type(text), type) << text;
}

TEST(YamlTree, FollowsMergeKeys) {
  EXPECT_EQ(read("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}"),
            "{x: {a: i:1, b: i:2}, y: {b: i:3, a: i:1}}");
  EXPECT_EQ(read("x: &x {a: 1}\nz: &z {a: 2, c: 3}\ny: {<<: [*x, *z]}"),
            "{x: {a: i:1}, z: {a: i:2, c: i:3}, y: {a: i:1, c: i:3}}");
  EXPECT_EQ(read("y: {'<<': 1}"), "{y: {<<: i:1}}");
  EXPECT_TRUE(read("x: &x a\ny: {<<: *x}").starts_with("!a merge key takes"));
}

TEST(YamlTree, RefusesWhatItMust) {
  EXPECT_TRUE(read("a: [").starts_with("!invalid YAML"));
  EXPECT_TRUE(read("a: b\n c: d").starts_with("!invalid YAML"));
  EXPECT_EQ(read(std::string("a: \0b", 5)), "!the text holds a NUL byte");
  EXPECT_EQ(read("a: \x01"), "!the text holds a control character");
  EXPECT_EQ(read("a: \xFF"), "!the text is not valid UTF-8");
  EXPECT_EQ(read("a: *b"), "!unknown anchor \"b\"");
  EXPECT_EQ(read("a: &a [*a]"), "!the anchor \"a\" holds itself");
  EXPECT_EQ(read("[a]: b"), "!a mapping's key must be a string");
  EXPECT_EQ(read("a: 1\na: 2"), "{a: i:2} !the key \"a\" is written twice in one mapping");
  EXPECT_EQ(read("1: a"), "{1: 'a'} !a key must be a string, this is an integer");
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(YamlTree, BoundsHostileTexts) {
  EXPECT_EQ(read(repeated("[", 100'000)), "!the text is nested too deeply");
  EXPECT_EQ(read(repeated("{a: ", 100'000)), "!the text is nested too deeply");
  EXPECT_EQ(read(repeated("- ", 100'000)), "!the text is nested too deeply");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string own = concat("a", std::to_string(i));
    const std::string below = concat("*a", std::to_string(i - 1), ", ");
    bomb += concat(own, ": &", own, " [", repeated(below, 9), "*a", std::to_string(i - 1), "]\n");
  }
  EXPECT_EQ(read(bomb), "!the text stands for too many values");
  std::string merges = "x: &x {";
  for (int i = 0; i < 1000; ++i) merges += concat("k", std::to_string(i), ": v, ");
  merges += "}\n";
  for (int i = 0; i < 2000; ++i) merges += concat("y", std::to_string(i), ": {<<: *x}\n");
  EXPECT_EQ(read(merges), "!the text stands for too many values");
  std::string tower = "a0: &a0 [x]\n";
  for (int i = 1; i < 200; ++i) {
    tower += concat("a", std::to_string(i), ": &a", std::to_string(i), " [*a",
                    std::to_string(i - 1), "]\n");
  }
  EXPECT_EQ(read(tower), "!the text is nested too deeply");
  EXPECT_EQ(read(concat("a: ", std::string(2U << 20, 'x'))).size(), (2U << 20) + 7);
}

// Every scalar, with the text that its span covers.
void collect(const Node& node, const Source& source, std::vector<std::string>& out) {
  if (node.is_scalar()) out.emplace_back(source.text(node.span));
  for (const Pair& pair : node.pairs) {
    out.emplace_back(source.text(pair.key_span));
    collect(*pair.value, source, out);
  }
  for (const Node* item : node.items) collect(*item, source, out);
}

TEST(YamlTree, KnowsWhereEverythingIsWritten) {
  Sources sources;
  Arena arena;
  const Source& other = sources.add("b.yaml",
                                    "# größe 大きさ 😀\r\n"
                                    "größe: \"大 きさ\"\r\n"
                                    "b: &anchor 'it''s'   # comment\r\n"
                                    "c: !override &other\r\n"
                                    "  - 😀x\r\n"
                                    "  - {k: v, 😀: w}\r\n"
                                    "d: |-\r\n"
                                    "  x\r\n\r\n"
                                    "e: y\r\n");
  const auto second = read_yaml(other, 0, arena, nullptr);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  std::vector<std::string> texts;
  collect(*second->documents[0], other, texts);
  const std::vector<std::string> expected = {"größe", "\"大 きさ\"", "b", "'it''s'", "c",
                                             "😀x",   "k",           "v", "😀",      "w",
                                             "d",     "|-\r\n  x",   "e", "y"};
  EXPECT_EQ(texts, expected);
  const Node* const list = second->documents[0]->find("c");
  EXPECT_EQ(other.text(list->span), "- 😀x\r\n  - {k: v, 😀: w}");
  EXPECT_EQ(other.text(list->items[1]->span), "{k: v, 😀: w}");
}

TEST(YamlTree, KnowsWhatIsMergedWhereItIsNotSeen) {
  const Source source("a.yaml", "a: &a {k: 1}\nb: {<<: [*a, {l: 2}], k: 3}\nc: *a\n");
  Arena arena;
  const auto reading = read_yaml(source, 0, arena, nullptr);
  ASSERT_TRUE(reading);
  std::string merges;
  for (const auto& [into, from] : reading->merges) {
    merges += concat(source.text(from->span), " into ", source.text(into->span), "\n");
  }
  EXPECT_EQ(merges, "{k: 1} into {<<: [*a, {l: 2}], k: 3}\n{l: 2} into {<<: [*a, {l: 2}], k: 3}\n");
}

}  // namespace
}  // namespace plimsoll::compose
