// What needs more than one instruction: scope, stages, places, the build context.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/files.h"
#include "readers/dockerfile/dockerfile_reader.h"
#include "subjects/dockerfile.h"

namespace plimsoll {
namespace {

struct Read {
  explicit Read(std::string text, const DockerfileOptions& options = {})
      : source("Dockerfile", std::move(text)), result(read_dockerfile(source, options)) {}
  const Dockerfile& operator*() const { return *result; }
  const Dockerfile* operator->() const { return &*result; }
  Source source;
  Result<Dockerfile> result;
};

std::string text_of(const Instruction* instruction) {
  return instruction != nullptr && !instruction->words.empty()
             ? std::string(instruction->words.back().text)
             : "-";
}

TEST(DockerfileStages, EndWithWhatTheStagesBelowSet) {
  const Read file(
      "FROM alpine AS base\nUSER app\nCMD run\nWORKDIR /srv\nHEALTHCHECK CMD true\n"
      "FROM base AS next\nENTRYPOINT start\n"
      "FROM base\nENTRYPOINT start\nCMD again\nUSER root\n");
  ASSERT_EQ(file->stages.size(), 3u);
  EXPECT_EQ(text_of(file->stages[1].user), "app");
  EXPECT_EQ(text_of(file->stages[1].workdir), "/srv");
  EXPECT_EQ(text_of(file->stages[1].cmd), "-") << "a new entry point drops the command below";
  EXPECT_EQ(text_of(file->stages[2].cmd), "again");
  EXPECT_EQ(text_of(file->stages[2].user), "root");
  EXPECT_EQ(text_of(file->stages[2].healthcheck), "true");
  EXPECT_FALSE(file->stages[1].needed);
  EXPECT_TRUE(file->stages[0].needed);
}

TEST(DockerfileStages, RunTheTriggersOfTheStageBelow) {
  const Read file(
      "FROM alpine AS base\nONBUILD USER app\nONBUILD ENV PORT=80\nONBUILD COPY --from=tools /t "
      "/t\n"
      "FROM alpine AS tools\nFROM base\nENV ADDRESS=:$PORT\n");
  EXPECT_EQ(file->stages[0].user, nullptr);
  EXPECT_EQ(text_of(file->stages[2].user), "app");
  EXPECT_EQ(file->stages[2].instructions[0].assignments[0].value.text, ":80");
  EXPECT_TRUE(file->stages[1].needed);
}

TEST(DockerfileStages, KnowWhereFilesComeFrom) {
  const Read file(
      "FROM alpine AS a\nFROM alpine AS b\nFROM alpine AS c\n"
      "COPY --from=A /x /y\nCOPY --from=1 /x /y\nCOPY --from=nginx /x /y\n"
      "RUN --mount=from=b,target=/b cat\n");
  const std::vector<Instruction>& instructions = file->stages[2].instructions;
  EXPECT_EQ(instructions[0].from_stage, 0u);
  EXPECT_EQ(instructions[1].from_stage, 1u);
  EXPECT_FALSE(instructions[2].from_stage);
  EXPECT_EQ(instructions[3].mounts[0].from_stage, 1u);
  for (const Instruction& instruction : instructions) EXPECT_TRUE(instruction.problems.empty());
}

TEST(DockerfileStages, KeepGlobalArgumentsOutOfStages) {
  const Read file(
      "ARG VERSION=3\nFROM alpine:$VERSION\nLABEL v=$VERSION a=$TARGETARCH b=$VERSOIN p=$PATH\n"
      "ARG VERSION\nLABEL v=$VERSION d=${NONE:-x}\n");
  EXPECT_TRUE(file->stages[0].base.from_argument_default);
  ASSERT_TRUE(file->stages[0].base.reference);
  EXPECT_EQ(file->stages[0].base.reference->tag, "3");
  ASSERT_EQ(file->undefined_variables.size(), 3u);
  EXPECT_EQ(file->undefined_variables[0].name, "VERSION");
  EXPECT_TRUE(file->undefined_variables[0].global_only);
  EXPECT_EQ(file->undefined_variables[0].at.text(), "$VERSION");
  EXPECT_TRUE(file->undefined_variables[1].global_only);
  EXPECT_FALSE(file->undefined_variables[2].global_only);
  EXPECT_TRUE(file->undefined_variables[2].base_may_define);
  EXPECT_EQ(file->stages[0].instructions[2].assignments[0].value.text, "3");
}

TEST(DockerfileStages, TakeBuildArguments) {
  DockerfileOptions options;
  options.build_arguments = {"TAG=9", "USER_NAME=me", "IGNORED"};
  const Read file("ARG TAG=1\nFROM alpine:$TAG\nARG USER_NAME\nARG OTHER\nUSER $USER_NAME$OTHER\n",
                  options);
  EXPECT_EQ(file->stages[0].base.word.text, "alpine:9");
  EXPECT_FALSE(file->stages[0].base.from_argument_default);
  EXPECT_EQ(text_of(file->stages[0].user), "me$OTHER");
  EXPECT_TRUE(file->stages[0].user->words[0].unresolved);
}

TEST(DockerfileStages, BoundWhatVariablesGrowTo) {
  std::string text = "FROM scratch\nARG a0=0123456789\n";
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    text += "ARG a" + std::to_string(i + 1) + "=${a" + n + "}${a" + n + "}\n";
  }
  const Read file(std::move(text));
  std::size_t total = 0;
  for (const Stage::Variable& variable : file->stages[0].variables) total += variable.value.size();
  EXPECT_LT(total, 1u << 20);
  EXPECT_TRUE(file->stages[0].variables.back().unresolved);
}

TEST(DockerfileStages, PlacePartsThroughContinuations) {
  const Read file(
      "FROM alpine\nRUN apk \\\n    # why\n  add \\\n  curl\nCOPY --chown=\\\nme a \\\n b\n");
  const Instruction& run = file->stages[0].instructions[0];
  ASSERT_EQ(run.script.commands.size(), 1u);
  const std::span<const shell::Word> words = run.script.commands[0].words;
  ASSERT_EQ(words.size(), 3u);
  for (const shell::Word& word : words) EXPECT_EQ(word.at.text(), word.text);
  EXPECT_EQ(file.source.position(words[2].at.span.begin).line, 5u);
  const Instruction& copy = file->stages[0].instructions[1];
  EXPECT_EQ(copy.flags[0].value.text, "me");
  EXPECT_EQ(copy.words[1].at.text(), "b");
}

TEST(DockerfileStages, PlaceTheCommandsOfHeredocs) {
  const Read file(
      "FROM alpine\nRUN <<-EOF\n\tapk add curl\n\t\tls\n\tEOF\nRUN cat <<A && id\n$x\nA\n");
  const Instruction& run = file->stages[0].instructions[0];
  EXPECT_EQ(run.heredocs[0].body, "apk add curl\nls\n");
  ASSERT_EQ(run.script.commands.size(), 2u);
  EXPECT_EQ(run.script.commands[1].words[0].at.text(), "ls");
  EXPECT_EQ(run.at.text(), "RUN <<-EOF\n\tapk add curl\n\t\tls\n\tEOF");
  const Instruction& second = file->stages[0].instructions[1];
  EXPECT_EQ(second.script.commands.back().words[0].at.text(), "id");
}

TEST(DockerfileStages, PlaceTheWordsOfExecFormScripts) {
  const Read file(
      "FROM alpine\nRUN [\"bash\", \"-euo\", \"pipefail\", \"-c\", \"echo \\\"a\\\" \\u0026\\u0026 "
      "rm x\"]\n");
  const Instruction& run = file->stages[0].instructions[0];
  EXPECT_EQ(run.interpreter, "bash");
  EXPECT_EQ(run.interpreter_options, (std::vector<std::string>{"-euo", "pipefail"}));
  ASSERT_EQ(run.script.commands.size(), 2u);
  EXPECT_EQ(run.script.commands[1].words[1].at.text(), "x");
}

TEST(DockerfileStages, ReadTheBuildContext) {
  MemoryFiles files;
  files.add("app/Dockerfile", "FROM alpine\n");
  files.add("app/.dockerignore", "# no\nnode_modules\n!node_modules/keep\n /secret/ \n");
  files.add("app/src/x", "");
  Sources sources;
  DockerfileOptions options;
  options.context = "app";
  options.files = &files;
  options.sources = &sources;
  const Source source("app/Dockerfile", "FROM alpine\n");
  const Result<Dockerfile> file = read_dockerfile(source, options);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->context_known);
  EXPECT_EQ(file->context_entries,
            (std::vector<std::string>{".dockerignore", "Dockerfile", "src/"}));
  ASSERT_TRUE(file->ignore);
  ASSERT_EQ(file->ignore->patterns.size(), 3u);
  EXPECT_EQ(file->ignore->patterns[2].text, "secret");
  EXPECT_EQ(file->ignore->patterns[1].at.text(), "!node_modules/keep");
  EXPECT_TRUE(file->ignore->excludes("node_modules/x/y"));
  EXPECT_FALSE(file->ignore->excludes("node_modules/keep/z"));
  EXPECT_TRUE(file->ignore->excludes("./secret"));

  files.add("app/Dockerfile.dockerignore", "*\n");
  const Result<Dockerfile> again = read_dockerfile(source, options);
  EXPECT_EQ(again->ignore->patterns[0].text, "*") << "the Dockerfile's own ignore file wins";
}

TEST(DockerIgnore, MatchesLikeTheBuilder) {
  struct Row {
    std::string_view pattern;
    std::string_view path;
    bool excluded;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"a", "a", true},
           {"a", "a/b/c", true},
           {"a", "ab", false},
           {"a", "b/a", false},
           {"*", "a", true},
           {"*", "a/b", true},
           {"*/b", "a/b", true},
           {"*/b", "b", false},
           {"*.md", "README.md", true},
           {"*.md", "docs/README.md", false},
           {"**/*.md", "docs/x/README.md", true},
           {"**/*.md", "README.md", true},
           {"**", "a/b", true},
           {"**/foo", "foo", true},
           {"**/foo", "a/foo", true},
           {"**/foo", "a/foo/b", true},
           {"**/foo", "afoo", false},
           {"**foo", "afoo", true},
           {"a/**", "a", false},
           {"a/**", "a/b/c", true},
           {"a/**/c", "a/c", true},
           {"a/**/c", "a/b/b/c", true},
           {"a/**/c", "a/bc", false},
           {"?.txt", "a.txt", true},
           {"?.txt", "\xC3\xA4.txt", true},
           {"?.txt", "ab.txt", false},
           {"?", "/", false},
           {"[a-c].go", "b.go", true},
           {"[^a-c].go", "b.go", false},
           {"[^a-c].go", "d.go", true},
           {"[a", "a", false},
           {"a\\*b", "a*b", true},
           {"a\\*b", "axb", false},
           {"a.b", "axb", false},
       }) {
    DockerIgnore ignore;
    ignore.patterns.emplace_back().text = row.pattern;
    EXPECT_EQ(ignore.excludes(row.path), row.excluded) << row.pattern << " on " << row.path;
  }
}

}  // namespace
}  // namespace plimsoll
