#include "fix/dockerfile_editor.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "fix/combine.h"

namespace plimsoll::fix {
namespace {

// The text after one change of the place where `at` stands in it.
std::string after(std::string_view text, std::string_view at, Change (*change)(const Location&)) {
  const Source source("Dockerfile", std::string(text));
  const auto begin = static_cast<std::uint32_t>(text.find(at));
  Finding finding;
  finding.fix =
      safe_fix({change({&source, {begin, begin + static_cast<std::uint32_t>(at.size())}})});
  const auto edits = dockerfile_edits(finding);
  if (!edits) return concat("refused: ", edits.error().message);
  std::vector<Splice> splices;
  for (const Edit& edit : *edits) splices.push_back({edit.at.span, edit.text, edit.slot});
  return spliced(text, splices);
}

Change gone(const Location& at) {
  return change::remove(at);
}
Change joined(const Location& at) {
  return change::rewrite({at.source, {at.span.end, at.span.end}}, " \\\n && b");
}
Change shell_before(const Location& at) {
  return change::insert_before(at, "SHELL x");
}

TEST(DockerfileEditor, RemovesAnInstructionWithItsLine) {
  EXPECT_EQ(after("FROM a\nRUN b\nRUN c\n", "RUN b", gone), "FROM a\nRUN c\n");
  EXPECT_EQ(after("FROM a\r\nRUN b\r\nRUN c\r\n", "RUN b", gone), "FROM a\r\nRUN c\r\n");
  EXPECT_EQ(after("FROM a\nRUN b", "RUN b", gone), "FROM a");
}

TEST(DockerfileEditor, LeavesOneOfTheBlankLinesAroundWhatGoes) {
  EXPECT_EQ(after("FROM a\n\nRUN b\n\nRUN c\n", "RUN b", gone), "FROM a\n\nRUN c\n");
  EXPECT_EQ(after("FROM a\r\n\r\nRUN b\r\n\r\nRUN c\r\n", "RUN b", gone),
            "FROM a\r\n\r\nRUN c\r\n");
  EXPECT_EQ(after("FROM a\nRUN b\n\nRUN c\n", "RUN b", gone), "FROM a\n\nRUN c\n");
}

TEST(DockerfileEditor, RemovesTheCommentsThatSpeakOfNothingElse) {
  EXPECT_EQ(after("FROM a\n\n# b\n# and more\nRUN b\n\nRUN c\n", "RUN b", gone),
            "FROM a\n\nRUN c\n");
  EXPECT_EQ(after("FROM a\n# b and c\nRUN b\nRUN c\n", "RUN b", gone),
            "FROM a\n# b and c\nRUN c\n");
  EXPECT_EQ(after("FROM a\n# b\nRUN b\n", "RUN b", gone), "FROM a\n");
}

TEST(DockerfileEditor, WritesTheLineEndingsOfTheFile) {
  EXPECT_EQ(after("FROM a\r\nRUN a\r\n", "RUN a", joined), "FROM a\r\nRUN a \\\r\n && b\r\n");
  EXPECT_EQ(after("FROM a\r\n# b\r\nRUN b\r\n", "RUN b", shell_before),
            "FROM a\r\nSHELL x\r\n# b\r\nRUN b\r\n");
}

TEST(DockerfileEditor, InsertsBehindTheParserDirectives) {
  EXPECT_EQ(after("# syntax=docker/dockerfile:1\nFROM a\n", "FROM a", shell_before),
            "# syntax=docker/dockerfile:1\nSHELL x\nFROM a\n");
}

}  // namespace
}  // namespace plimsoll::fix
