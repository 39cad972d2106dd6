#include "fix/dockerfile_editor.h"

#include <gtest/gtest.h>

#include "fix/combine.h"

namespace plimsoll::fix {
namespace {

// The text after one change at the first place where `what` stands.
std::string changed(const std::string& text, Change change, std::string_view what) {
  const Source source("Dockerfile", text);
  const auto begin = static_cast<std::uint32_t>(text.find(what));
  change.at = {&source, {begin, begin + static_cast<std::uint32_t>(what.size())}};
  Finding finding;
  finding.at = change.at;
  finding.fix = safe_fix({change});
  Result<std::vector<Edit>> edits = dockerfile_edits(finding);
  if (!edits) return edits.error().message;
  WantedFix wanted;
  for (Edit& edit : *edits) wanted.splices.push_back({edit.at.span, edit.text, edit.slot});
  return spliced(text, combine(text, std::vector<WantedFix>{wanted}).splices);
}

TEST(DockerfileEditor, InsertsAboveTheCommentsOfAnInstruction) {
  const Change user = change::insert_before({}, "USER 1:1");
  EXPECT_EQ(changed("FROM a\n\n# one\n# two\nCMD b\n", user, "CMD b"),
            "FROM a\n\nUSER 1:1\n# one\n# two\nCMD b\n");
  EXPECT_EQ(changed("FROM a\r\nCMD b\r\n", user, "CMD b"), "FROM a\r\nUSER 1:1\r\nCMD b\r\n");
}

TEST(DockerfileEditor, LeavesParserDirectivesOnTop) {
  const Change argument = change::insert_before({}, "ARG A");
  EXPECT_EQ(
      changed("# syntax=docker/dockerfile:1\n# escape=`\n# one\nFROM a\n", argument, "FROM a"),
      "# syntax=docker/dockerfile:1\n# escape=`\nARG A\n# one\nFROM a\n");
  EXPECT_EQ(changed("# one\n# escape=`\nFROM a\n", argument, "FROM a"),
            "ARG A\n# one\n# escape=`\nFROM a\n");
}

TEST(DockerfileEditor, InsertsBehindWholeInstructions) {
  const Change user = change::insert_after({}, "USER 1:1");
  EXPECT_EQ(changed("FROM a\nRUN b \\\n  && c\nCMD d\n", user, "RUN b \\\n  && c"),
            "FROM a\nRUN b \\\n  && c\nUSER 1:1\nCMD d\n");
  EXPECT_EQ(changed("FROM a\nRUN <<E\nb\nE\nCMD d\n", user, "RUN <<E\nb\nE\n"),
            "FROM a\nRUN <<E\nb\nE\nUSER 1:1\nCMD d\n");
  EXPECT_EQ(changed("FROM a\r\nRUN b", user, "RUN b"), "FROM a\r\nRUN b\r\nUSER 1:1");
  EXPECT_EQ(changed("FROM a\nRUN b \\", user, "RUN b \\"),
            "the last line goes on, and nothing can be written behind it");
}

TEST(DockerfileEditor, RemovesWholeLines) {
  const Change remove = change::remove({});
  EXPECT_EQ(changed("FROM a\nCMD b \\\n  c\nUSER d\n", remove, "CMD b \\\n  c"),
            "FROM a\nUSER d\n");
  EXPECT_EQ(changed("FROM a\nCMD b", remove, "CMD b"), "FROM a");
  EXPECT_EQ(changed("FROM a\r\nCMD b", remove, "CMD b"), "FROM a");
  EXPECT_EQ(changed("FROM a\r\nCMD b\r\nCMD c\r\n", remove, "CMD b"), "FROM a\r\nCMD c\r\n");
}

TEST(DockerfileEditor, WritesTheFilesLineEndings) {
  const Change lines = change::rewrite({}, "RUN b \\\r\n  c \\\n  d");
  EXPECT_EQ(changed("FROM a\r\nRUN b\r\n", lines, "RUN b"),
            "FROM a\r\nRUN b \\\r\n  c \\\r\n  d\r\n");
}

TEST(DockerfileEditor, RemovesTheCommentsThatSpeakOfNothingElse) {
  const Change remove = change::remove({});
  EXPECT_EQ(changed("FROM a\n\n# b\n# and more\nRUN b\n\nRUN c\n", remove, "RUN b"),
            "FROM a\n\nRUN c\n");
  EXPECT_EQ(changed("FROM a\n# b and c\nRUN b\nRUN c\n", remove, "RUN b"),
            "FROM a\n# b and c\nRUN c\n");
  EXPECT_EQ(changed("FROM a\n# b\nRUN b\n", remove, "RUN b"), "FROM a\n");
}

TEST(DockerfileEditor, LeavesOneBlankLineWhereSomethingWent) {
  const Change remove = change::remove({});
  EXPECT_EQ(changed("FROM a\n\nCMD b\n\nCMD c\n", remove, "CMD b"), "FROM a\n\nCMD c\n");
  EXPECT_EQ(changed("FROM a\r\n\r\nCMD b\r\n\r\nCMD c\r\n", remove, "CMD b"),
            "FROM a\r\n\r\nCMD c\r\n");
  EXPECT_EQ(changed("FROM a\nCMD b\n\nCMD c\n", remove, "CMD b"), "FROM a\n\nCMD c\n");
}

TEST(DockerfileEditor, RemovesAnEmptyLine) {
  const std::string text = "COPY a \\\n\n  b\n";
  const Source source("Dockerfile", text);
  Finding finding;
  finding.fix = safe_fix({change::remove({&source, {9, 9}})});
  const Result<std::vector<Edit>> edits = dockerfile_edits(finding);
  ASSERT_TRUE(edits);
  EXPECT_EQ(edits->front().at.span, (Span{9, 10}));
}

}  // namespace
}  // namespace plimsoll::fix
