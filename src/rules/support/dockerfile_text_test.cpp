#include "rules/support/dockerfile_text.h"

#include <gtest/gtest.h>

namespace plimsoll::rules {
namespace {

TEST(DockerfileText, KeywordsFollowTheirNeighbours) {
  EXPECT_EQ(in_casing_of("add", "COPY"), "copy");
  EXPECT_EQ(in_casing_of("Add", "COPY"), "COPY");
}

TEST(DockerfileText, FindsTheCommentRightAbove) {
  const Source source("Dockerfile", "# a\nCMD a\n  # b\r\nCMD b\n\nCMD c\n# d\n\nCMD d\n");
  const auto above = [&](std::string_view what) {
    const auto begin = static_cast<std::uint32_t>(source.text().find(what));
    return has_comment_above({&source, {begin, begin + 1}});
  };
  EXPECT_TRUE(above("CMD a"));
  EXPECT_TRUE(above("CMD b"));
  EXPECT_FALSE(above("CMD c"));
  EXPECT_FALSE(above("CMD d"));
  EXPECT_FALSE(above("# a"));
}

TEST(DockerfileText, Quotes) {
  EXPECT_EQ(json_string("a \"b\" c\\d\te"), R"("a \"b\" c\\d\u0009e")");
  EXPECT_EQ(quoted_word("a $b \"c\" \\", '\\'), R"("a \$b \"c\" \\")");
  EXPECT_EQ(quoted_word("C:\\a `", '`'), "\"C:\\a ``\"");
}

TEST(DockerfileText, FindsTheValueOfAnOption) {
  const Source source("Dockerfile", "RUN --mount=type=bind,xfrom=a,from=a,source=from=a true\n");
  const Location flag{&source, {4, 51}};
  EXPECT_EQ(option_value_at(flag, "from", "a"), (Location{&source, {35, 36}}));
  EXPECT_FALSE(option_value_at(flag, "from", "b").known());
}

}  // namespace
}  // namespace plimsoll::rules
