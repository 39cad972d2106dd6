#include "base/pretty_json.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace plimsoll {
namespace {

TEST(PrettyJson, LaysOutAsDockerInspectPrints) {
  EXPECT_EQ(pretty_json(R"({"a":[1,"x,{\"}"],"b":{},"c":[ ],"d":null})"),
            "{\n    \"a\": [\n        1,\n        \"x,{\\\"}\"\n    ],\n    \"b\": {},\n"
            "    \"c\": [],\n    \"d\": null\n}\n");
}

TEST(PrettyJson, ChangesNoValue) {
  const std::string once = pretty_json(R"({"k":"a b:c","n":1.50e3,"u":"é\\"})");
  EXPECT_EQ(pretty_json(once), once);
  EXPECT_TRUE(json::read_text(once));
}

TEST(PrettyJson, KeepsTheBytesOfWhatIsNoJson) {
  for (const std::string text : {"", "]]]}", "\"open", "\"ends with \\", "{\"a\":", "text"}) {
    std::string bytes;
    for (const char c : pretty_json(text)) {
      if (c != '\n' && c != ' ') bytes += c;
    }
    std::string wanted;
    for (const char c : text) {
      if (c != ' ') wanted += c;
    }
    EXPECT_EQ(bytes, wanted);
  }
  // Hostile nesting is not indented without end.
  EXPECT_LT(pretty_json(std::string(10'000, '[')).size(), 4'000'000u);
}

}  // namespace
}  // namespace plimsoll
