#include "base/json_writer.h"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonWriter, EscapesStrings) {
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
  EXPECT_EQ(quoted(std::string_view("\0\x1f\n\r\t\x7f", 6)), "\"\\u0000\\u001f\\n\\r\\t\\u007f\"");
  EXPECT_EQ(quoted("größe 漢"), "\"größe 漢\"");
}

TEST(JsonWriter, ReplacesInvalidBytes) {
  EXPECT_EQ(quoted("a\xff"
                   "b\xc3"),
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xed\xa0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // a surrogate
}

TEST(JsonWriter, Indents) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("a", "b");
  json.key("list");
  json.begin_array();
  json.number(-1);
  json.boolean(true);
  json.begin_object();
  json.end_object();
  json.end_array();
  json.key("empty");
  json.begin_array();
  json.end_array();
  json.end_object();
  EXPECT_EQ(
      out,
      "{\n  \"a\": \"b\",\n  \"list\": [\n    -1,\n    true,\n    {}\n  ],\n  \"empty\": []\n}");
}

TEST(JsonWriter, WritesParts) {
  const auto written = [](std::uint64_t parts, int digits) {
    std::string out;
    JsonWriter(out).decimal(parts, digits);
    return out;
  };
  EXPECT_EQ(written(98, 1), "9.8");
  EXPECT_EQ(written(100, 1), "10");
  EXPECT_EQ(written(5, 1), "0.5");
  EXPECT_EQ(written(0, 5), "0");
  EXPECT_EQ(written(94'312, 5), "0.94312");
  EXPECT_EQ(written(7, 5), "0.00007");
  EXPECT_EQ(written(100'000, 5), "1");
}

}  // namespace
}  // namespace plimsoll
