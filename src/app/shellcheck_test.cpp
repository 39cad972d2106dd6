#include "app/shellcheck.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/text.h"
#include "readers/dockerfile/dockerfile_reader.h"

namespace plimsoll::app {
namespace {

struct Read {
  std::unique_ptr<Source> source;
  Dockerfile dockerfile;
};

Read read(std::string text) {
  Read read;
  read.source = std::make_unique<Source>("Dockerfile", std::move(text));
  Result<Dockerfile> dockerfile = read_dockerfile(*read.source);
  EXPECT_TRUE(dockerfile.has_value());
  if (dockerfile) read.dockerfile = std::move(*dockerfile);
  return read;
}

// The script of the first RUN, and behind each of its own lines the file's.
std::string script_of(std::string text) {
  const Read file = read(std::move(text));
  for (const Stage& stage : file.dockerfile.stages) {
    for (const Instruction& instruction : stage.instructions) {
      const auto script = shellcheck_script(file.dockerfile, stage, instruction);
      if (!script) continue;
      std::string shown;
      std::uint32_t number = 1;
      for (const std::string_view line : split(std::string_view(script->text), '\n')) {
        if (number > script->first_line + script->begins.size() - 1) break;
        shown += line;
        if (number >= script->first_line) {
          const std::uint32_t begin = script->begins[number - script->first_line];
          shown += concat(" <", std::to_string(file.source->position(begin).line), ">");
        }
        shown += '\n';
        ++number;
      }
      return shown;
    }
  }
  return "none";
}

TEST(ShellCheckScript, KeepsTheLinesOfTheFile) {
  EXPECT_EQ(script_of("FROM a\nRUN one && \\\n    # why\n\n    two \\  \n    three\n"),
            "#!/bin/sh\none && \\ <2>\n    two \\ <5>\n    three <6>\n");
  EXPECT_EQ(script_of("FROM a\nRUN --mount=type=cache,target=/x one\r\n"), "#!/bin/sh\none <2>\n");
}

TEST(ShellCheckScript, KeepsHeredocs) {
  EXPECT_EQ(script_of("FROM a\nRUN <<EOF\none\n# comment\n\ntwo\nEOF\n"),
            "#!/bin/sh\none <3>\n# comment <4>\n <5>\ntwo <6>\n");
  EXPECT_EQ(script_of("FROM a\nRUN <<EOF\n#!/bin/bash -e\none\nEOF\n"),
            "#!/bin/bash -e\n#!/bin/bash -e <3>\none <4>\n");
  EXPECT_EQ(script_of("FROM a\nRUN cat <<EOF > x \\\n  && y\none\nEOF\n"),
            "#!/bin/sh\ncat <<EOF > x \\ <2>\n  && y <3>\none <4>\nEOF <5>\n");
}

TEST(ShellCheckScript, KnowsTheShellAndItsVariables) {
  EXPECT_EQ(script_of("FROM a\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN one\n"),
            "#!/bin/bash -e\none <3>\n");
  EXPECT_EQ(script_of("FROM a\nARG version=1\nENV other=2\nRUN one $version\n"),
            "#!/bin/sh\nexport version=\"$1\" other=\"$1\"\none $version <4>\n");
  EXPECT_EQ(script_of("FROM a\nSHELL [\"powershell\"]\nRUN one\n"), "none");
  EXPECT_EQ(script_of("FROM a\nRUN [\"one\"]\n"), "none");
  EXPECT_EQ(script_of("FROM a\nRUN python3 <<EOF\nprint(1)\nEOF\n"), "none");
}

TEST(ShellCheck, SaysWhatItFindsAtItsPlace) {
  if (std::system("shellcheck --version > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "ShellCheck is not installed";
  }
  Read file = read(
      "FROM a\n"
      "ARG directory\n"
      "RUN echo ü \\\n"
      "    # a comment\n"
      "    $directory && \\\n"
      "\tcd /srv\n"
      "RUN <<EOF\n"
      "echo $unset\n"
      "EOF\n");
  ShellCheck shellcheck;
  shellcheck.add(file.dockerfile);
  const std::optional<Error> error = shellcheck.run();
  EXPECT_FALSE(error.has_value()) << error->message;
  shellcheck.attach(file.dockerfile);
  std::string shown;
  for (const ShellDiagnostic& diagnostic : file.dockerfile.shell_diagnostics) {
    const Position at = file.source->position(diagnostic.at.span.begin);
    shown += concat(std::to_string(at.line), ":", std::to_string(at.column), " SC",
                    std::to_string(diagnostic.code), " ", diagnostic.at.text(), "\n");
  }
  EXPECT_EQ(shown,
            "5:5 SC2086 $directory\n"
            "6:2 SC2164 cd /srv\n"
            "8:6 SC2086 $unset\n"
            "8:6 SC2154 $unset\n");
}

TEST(ShellCheck, SaysThatNothingWasCheckedWhereItIsMissing) {
  Read file = read("FROM a\nRUN echo $1\n");
  ShellCheck shellcheck("/nowhere/shellcheck");
  EXPECT_FALSE(shellcheck.run().has_value());  // no script, no program needed
  shellcheck.add(file.dockerfile);
  const std::optional<Error> error = shellcheck.run();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->message,
            "the RUN scripts were not checked with ShellCheck: it is not installed");
  ShellCheck broken("/bin/true");
  broken.add(file.dockerfile);
  EXPECT_EQ(broken.run()->message,
            "the RUN scripts were not checked with ShellCheck: its answer cannot be understood");
}

}  // namespace
}  // namespace plimsoll::app
