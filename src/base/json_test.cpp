#include "base/json.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::json {
namespace {

// A value on one line, with strings between bars so that escapes show.
std::string show(const Value& value) {
  std::string out;
  switch (value.kind) {
    case Kind::null: return "null";
    case Kind::boolean: return value.boolean ? "true" : "false";
    case Kind::number: return std::string(value.text);
    case Kind::string: return concat("|", value.text, "|");
    case Kind::array:
      for (const Value& item : value.items) out += (out.empty() ? "" : " ") + show(item);
      return concat("[", out, "]");
    case Kind::object:
      for (const Member& member : value.members) {
        out += concat(out.empty() ? "" : " ", member.name, ":", show(member.value));
      }
      return concat("{", out, "}");
  }
  return out;
}

// The document, or the error with its offset.
std::string read_shown(std::string text, Options options = {}) {
  const Source source("f", std::move(text));
  const Result<Document> document = read(source, options);
  if (document) return show(document->root);
  return concat(std::to_string(document.error().at.span.begin), ": ", document.error().message);
}

TEST(Json, ReadsValues) {
  EXPECT_EQ(read_shown(" null\n"), "null");
  EXPECT_EQ(read_shown("true"), "true");
  EXPECT_EQ(read_shown("-0.5e+3"), "-0.5e+3");
  EXPECT_EQ(read_shown("\"\""), "||");
  EXPECT_EQ(read_shown("[ ]"), "[]");
  EXPECT_EQ(read_shown("{ }"), "{}");
  EXPECT_EQ(read_shown("{\"a\" : [1, {\"b\":\"c\"}, null], \"a\":false}"),
            "{a:[1 {b:|c|} null] a:false}");
  EXPECT_EQ(read_shown("\xEF\xBB\xBF{}"), "{}");
}

TEST(Json, DecodesStrings) {
  EXPECT_EQ(read_shown(R"("a\"\\\/\b\f\n\r\tb")"), "|a\"\\/\b\f\n\r\tb|");
  EXPECT_EQ(read_shown(R"("\u0041\u00e9\u6f22\uD83D\uDE00")"), "|Aé漢😀|");
  EXPECT_EQ(read_shown(R"("\ud83d\u0041")"),
            "|\xEF\xBF\xBD"
            "A|");
  EXPECT_EQ(read_shown(R"("\ude00")"), "|\xEF\xBF\xBD|");
  EXPECT_EQ(read_shown(R"("größe")"), "|größe|");
}

TEST(Json, KnowsWhereEverythingStands) {
  const Source source("f", R"({"a": [true, "b\n"]})");
  const Result<Document> document = read(source);
  ASSERT_TRUE(document);
  const Member& member = document->root.members.front();
  EXPECT_EQ(source.text(document->root.at), source.text());
  EXPECT_EQ(source.text(member.name_at), "\"a\"");
  EXPECT_EQ(source.text(member.value.at), "[true, \"b\\n\"]");
  EXPECT_EQ(source.text(member.value.items[0].at), "true");
  EXPECT_EQ(source.text(member.value.items[1].at), "\"b\\n\"");
}

TEST(Json, RefusesWithAPlace) {
  EXPECT_EQ(read_shown(""), "0: expected a value, and the text ends");
  EXPECT_EQ(read_shown("[1,]"), "3: expected a value, found `]`");
  EXPECT_EQ(read_shown("[1 2]"), "3: expected `,` or `]`, found `2`");
  EXPECT_EQ(read_shown("{\"a\" 1}"), "5: expected `:`, found `1`");
  EXPECT_EQ(read_shown("{a: 1}"), "1: expected a member's name in quotes, found `a`");
  EXPECT_EQ(read_shown("{\"a\": 1,}"), "8: expected a member's name in quotes, found `}`");
  EXPECT_EQ(read_shown("{\"a\": 1"), "7: expected `,` or `}`, and the text ends");
  EXPECT_EQ(read_shown("[\"a"), "1: a string does not end");
  EXPECT_EQ(read_shown("\"a\nb\""),
            "2: a string holds a control character or a line's end: write it as an escape");
  EXPECT_EQ(read_shown("\"\\x\""),
            "2: expected one of \" \\ / b f n r t u after a backslash, found `x`");
  EXPECT_EQ(read_shown("\"\\u12g4\""), "1: `\\u` needs four hexadecimal digits");
  EXPECT_EQ(read_shown("\"\\u12"), "1: `\\u` needs four hexadecimal digits");
  EXPECT_EQ(read_shown("01"), "0: a number has no leading zeros");
  EXPECT_EQ(read_shown("1."), "2: expected a digit, and the text ends");
  EXPECT_EQ(read_shown("+1"), "0: expected a value, found `+`");
  EXPECT_EQ(read_shown("truely"), "4: expected the end of `true`, found `l`");
  EXPECT_EQ(read_shown("tru"), "0: expected a value, found `t`");
  EXPECT_EQ(read_shown("{} x"), "3: the document ends before this, and something follows");
  EXPECT_EQ(read_shown("é"), "0: expected a value, found `é`");
  EXPECT_EQ(read_shown("[\"\xff\"]"), "2: the text is no valid UTF-8");
  EXPECT_EQ(read_shown("\xFF\xFE{"), "0: the text is UTF-16, and JSON is UTF-8");
  EXPECT_EQ(read_shown("// no\n{}"), "0: expected a value, found `/`");
}

TEST(Json, AllowsTrailingText) {
  EXPECT_EQ(read_shown("{} x", {.allow_trailing = true}), "{}");
}

TEST(Json, BoundsDepthAndSize) {
  const std::string deep(max_depth, '[');
  EXPECT_EQ(read_shown(deep + std::string(max_depth, ']')).size(), 2 * max_depth);
  EXPECT_EQ(read_shown(deep + "[" + std::string(max_depth + 1, ']')),
            "64: nested deeper than 64 levels");
  std::string many = "[0";
  for (std::size_t i = 0; i < max_values; ++i) many += ",0";
  EXPECT_TRUE(read_shown(many + "]").ends_with("the document holds more values than are read"));
}

TEST(Json, ReadsIntegers) {
  const auto integer = [](std::string text) {
    const Source source("f", std::move(text));
    return read(source)->root.integer();
  };
  EXPECT_EQ(integer("-12"), -12);
  EXPECT_EQ(integer("9223372036854775807"), 9223372036854775807);
  EXPECT_EQ(integer("9223372036854775808"), std::nullopt);
  EXPECT_EQ(integer("1.0"), std::nullopt);
  EXPECT_EQ(integer("1e3"), std::nullopt);
  EXPECT_EQ(integer("\"1\""), std::nullopt);
}

TEST(Json, ReadsAnOutline) {
  EXPECT_EQ(show(read_outline("[{\"a\":{\"b\":[1]},\"c\":2}]", 2).root), "[{a:{} c:2}]");
  EXPECT_EQ(show(read_outline("{\"a\":1,\"b\":[}", 2).root), "{a:1 b:[null]}");
  EXPECT_EQ(show(read_outline("", 2).root), "null");
}

TEST(Json, FoldsKeysAsGoDoes) {
  EXPECT_TRUE(folds_to("HostConfig", "HostConfig"));
  EXPECT_TRUE(folds_to("HOSTconfig", "HostConfig"));
  EXPECT_TRUE(folds_to("Ho\xC5\xBFtConfig", "HostConfig"));
  EXPECT_TRUE(folds_to("Networ\xE2\x84\xAAMode", "NetworkMode"));
  EXPECT_FALSE(folds_to("HostConfi", "HostConfig"));
  EXPECT_FALSE(folds_to("HostConfigs", "HostConfig"));
  EXPECT_FALSE(folds_to("Host_Config", "HostConfig"));
}

}  // namespace
}  // namespace plimsoll::json
