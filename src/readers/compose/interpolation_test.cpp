#include "readers/compose/interpolation.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::compose {
namespace {

// The text; `?` in front when it is unresolved, `!` and the message when it is refused.
std::string put_in(std::string_view text) {
  Environment environment;
  environment.set("A", "a");
  environment.set("EMPTY", "");
  environment.set("LONG_NAME_1", "long");
  const Interpolation result = interpolate(text, environment);
  if (result.failed) return concat("!", result.message);
  return result.unresolved ? "?" : result.text;
}

TEST(Interpolation, PutsInWhatIsSet) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", ""},
      {"plain", "plain"},
      {"$A", "a"},
      {"x$A-y", "xa-y"},
      {"${A}${A}", "aa"},
      {"$LONG_NAME_1.", "long."},
      {"$$A", "$A"},
      {"$$$A", "$a"},
      {"$", "$"},
      {"a$", "a$"},
      {"$1 $( $-", "$1 $( $-"},
      {"${EMPTY}", ""},
      {"${EMPTY:-d}", "d"},
      {"${EMPTY-d}", ""},
      {"${NONE:-d}", "d"},
      {"${NONE-d}", "d"},
      {"${NONE:-}", ""},
      {"${A:-d}", "a"},
      {"${A:+r}", "r"},
      {"${EMPTY:+r}", ""},
      {"${EMPTY+r}", "r"},
      {"${A:?m}", "a"},
      {"${EMPTY?m}", ""},
      {"${NONE:-${NONE:-${A}}}", "a"},
      {"${NONE:-$A/${A}}/$A", "a/a/a"},
      {"${NONE:-{}}", "{}"},
      {"${NONE:-a:b?c+d-e}", "a:b?c+d-e"},
      {"${A:-${NONE:?never looked at}}", "a"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(put_in(text), expected) << text;
}

TEST(Interpolation, KnowsWhatIsNotSet) {
  for (const std::string_view text : {"$NONE", "a${NONE}b", "${NONE:-$ALSO}", "${NONE:+x}"}) {
    EXPECT_EQ(put_in(text), "?") << text;
  }
}

TEST(Interpolation, RefusesWhatComposeRefuses) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"${NONE:?say it}", "!the variable NONE is required and not set: say it"},
      {"${NONE?}", "!the variable NONE is required and not set"},
      {"${EMPTY:?with $A}", "!the variable EMPTY is required and not set: with a"},
      {"${", "!invalid variable"},
      {"${A", "!invalid variable"},
      {"${}", "!invalid variable"},
      {"${1}", "!invalid variable"},
      {"${A!}", "!invalid variable"},
      {"${A:x}", "!invalid variable"},
      {"${A:-x\n}", "!invalid variable"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(put_in(text), expected) << text;
}

TEST(Interpolation, NotesAHyphenInAVariable) {
  const std::string_view text = "8080:$CONTAINER-PORT/tcp";
  const Interpolation result = interpolate(text, {});
  ASSERT_EQ(result.hyphen_uses.size(), 1U);
  const Span use = result.hyphen_uses[0];
  EXPECT_EQ(text.substr(use.begin, use.size()), "$CONTAINER-PORT");
  EXPECT_TRUE(interpolate("node:$TAG-alpine", {}).hyphen_uses.empty());
  EXPECT_TRUE(interpolate("${CONTAINER}-PORT", {}).hyphen_uses.empty());
}

// Each of these took time that grew with the square of its length in an earlier version.
TEST(Interpolation, TakesLinearTimeOnHostileTexts) {
  const auto repeated = [](std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
  };
  EXPECT_EQ(put_in(repeated("${NONE:-x}", 200'000)).size(), 200'000U);
  EXPECT_EQ(put_in(repeated("${NONE:-${A}}", 200'000)).size(), 200'000U);
  EXPECT_EQ(put_in(repeated("${A}", 200'000) + repeated("x", 200'000)).size(), 400'000U);
  EXPECT_EQ(put_in(repeated("${NONE:-", 10'000) + repeated("}", 10'000)),
            "!defaults are nested too deeply");
  EXPECT_EQ(put_in(repeated("${NONE:-{", 10'000)), "!invalid variable");
}

TEST(Interpolation, BoundsWhatVariablesMake) {
  Environment environment;
  environment.set("BIG", std::string(1U << 20, 'x'));
  std::string text;
  for (int i = 0; i < 100; ++i) text += "$BIG";
  EXPECT_TRUE(interpolate(text, environment).failed);
}

}  // namespace
}  // namespace plimsoll::compose
