#include "readers/compose/dotenv.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::compose {
namespace {

std::string read(std::string text, bool raw = false) {
  Sources sources;
  const Source& source = sources.add(".env", std::move(text));
  Environment environment;
  environment.set("OUTER", "outer");
  Reading<std::vector<DotenvEntry>> reading;
  if (raw) {
    reading.value = read_raw_env(source);
  } else {
    reading = read_dotenv(source, environment);
  }
  std::string out;
  for (const DotenvEntry& entry : reading.value) {
    out += concat("<", entry.name, entry.inherited ? ">" : "=", entry.inherited ? "" : entry.value,
                  entry.inherited ? "" : ">", entry.unresolved ? "?" : "");
  }
  for (const Error& error : reading.errors) out += concat("!", error.message);
  return out;
}

TEST(Dotenv, ReadsLines) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", ""},
      {"A=1\nB=2", "<A=1><B=2>"},
      {"# c\n\n  A = 1  # c\r\n", "<A=1>"},
      {"A=a#b", "<A=a#b>"},
      {"export A=1", "<A=1>"},
      {"exported=1", "<exported=1>"},
      {"A: 1", "<A=1>"},
      {"A=", "<A=>"},
      {"A='$B \\n'", "<A=$B \\n>"},
      {"A=\"x\\n\\$B\"", "<A=x\n$B>"},
      {"A=\"two\nlines\"\nB=1", "<A=two\nlines><B=1>"},
      {"A=1\nB=$A-${OUTER}", "<A=1><B=1-outer>"},
      {"A=$NONE", "<A=$NONE>?"},
      {"A=${NONE:-d}", "<A=d>"},
      {"OUTER\nB=1", "<OUTER><B=1>"},
      {"A=1\nA b=2", "<A=1>!a variable's name cannot hold a space"},
      {"A=1\n!=2", "<A=1>!unexpected character in a variable's name"},
      {"A=\"x", "!the quote is not closed"},
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(read(std::string(text)), expected) << text;
}

TEST(Dotenv, ReadsTheRawFormat) {
  EXPECT_EQ(read("A=\"$B\" # c\n# c\nB\n", true), "<A=\"$B\" # c><B>");
}

TEST(Dotenv, BoundsWhatVariablesMake) {
  std::string text = "A0=xxxxxxxxxxxxxxxx\n";
  for (int i = 1; i < 40; ++i) {
    const std::string below = concat("$A", std::to_string(i - 1));
    text += concat("A", std::to_string(i), "=", below, below, "\n");
  }
  EXPECT_NE(read(text).find("!variables make the"), std::string::npos);
}

TEST(Dotenv, KnowsWhereValuesAreWritten) {
  Sources sources;
  const Source& source = sources.add(".env", "# c\nexport A = \"x y\" # c\n");
  const auto reading = read_dotenv(source, {});
  ASSERT_EQ(reading.value.size(), 1U);
  EXPECT_EQ(reading.value[0].at.text(), "export A = \"x y\"");
  EXPECT_EQ(reading.value[0].value_at.text(), "\"x y\"");
}

}  // namespace
}  // namespace plimsoll::compose
