#include "readers/dockerfile/dockerfile_reader.h"

#include <gtest/gtest.h>

#include "support/dockerfile_dump.h"

namespace plimsoll {
namespace {

struct Row {
  std::string_view text;
  std::string_view dump;
};

std::string dump_of(std::string_view text) {
  const Source source("Dockerfile", std::string(text));
  const Result<Dockerfile> dockerfile = read_dockerfile(source);
  return dockerfile ? test::dump(*dockerfile) : test::dump(dockerfile.error());
}

void expect_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) EXPECT_EQ(dump_of(row.text), row.dump) << row.text;
}

TEST(DockerfileReader, ReadsInstructions) {
  expect_rows({
      {"FROM a", R"(FROM "a")"},
      {"from a AS b\nRUN echo \\\n # c \\\n\n  hi",
       R"(FROM "a" "AS" "b" | RUN "echo   hi" {echo hi})"},
      {"FROM a\nCMD [\"a\", \"b\"]\n", R"(FROM "a" | CMD [ "a" "b" ] {a b})"},
      {"FROM a\nRUN <<EOF\necho $x\nls\nEOF\nUSER 1\n",
       R"(FROM "a" | RUN "<<EOF" <<EOF{echo $x\nls\n} {echo $x; ls} | USER "1")"},
      {"ARG V=3\nFROM a:$V\nENV a=1 b=$a\nENV c=$a\nCOPY --from=b --chown=1:$c x$c /y/\n",
       R"(ARG V="3" | FROM "a:3" by-default | ENV a="1" b="$a"? | ENV c="1" | )"
       R"(COPY --from=b --chown=1:1 "x1" "/y/" ~a)"},
      {"FROM a\nRUN python3 <<EOF\nprint(1)\nEOF\n",
       R"(FROM "a" | RUN "python3 <<EOF" <<EOF{print(1)\n} by python3 {})"},
      {"FROM a\nRUN <<EOF bash -ex\nls\nEOF\n",
       R"(FROM "a" | RUN "<<EOF bash -ex" <<EOF{ls\n} by bash -ex {ls})"},
      {"FROM a\nSHELL [\"/bin/bash\",\"-o\",\"pipefail\",\"-c\"]\nRUN curl x | sh\n",
       R"(FROM "a" | SHELL [ "/bin/bash" "-o" "pipefail" "-c" ] | )"
       R"(RUN "curl x | sh" by /bin/bash -o pipefail {curl x; sh})"},
      {"FROM a\nRUN [\"sh\",\"-ec\",\"a \\\"b c\\\" d\"]",
       R"(FROM "a" | RUN [ "sh" "-ec" "a "b c" d" ] by sh -e {a b c d})"},
      {"FROM a\nONBUILD RUN <<A cat\nhi\nA\nHEALTHCHECK --interval=3s CMD curl x || exit 1\n",
       R"(FROM "a" | ONBUILD (RUN "<<A cat" <<A{hi\n} {cat}) | )"
       R"(HEALTHCHECK --interval=3s "curl x || exit 1" {curl x; exit 1})"},
      {"FORM a\nFRM", R"(?FORM "a" !unknown instruction "FORM" | ?FRM !unknown instruction "FRM")"},
  });
}

TEST(DockerfileReader, RefusesWhatIsNoDockerfile) {
  expect_rows({
      {"", "error: Dockerfile is empty at 1:1"},
      {" \n\n", "error: Dockerfile is empty at 1:1"},
      {"# only\n# comments\n", "error: Dockerfile holds no instruction at 1:1"},
      {"FROM a\nRUN <<EOF\nx\n", "error: heredoc EOF has no end at 2:5"},
      {"FROM a\nRUN \xFF", "error: file is not valid UTF-8 at 2:5"},
      {std::string_view("FROM a\nRUN \0", 12),
       "error: file holds a zero byte and is no text at 2:5"},
      {"# escape=x\nFROM a", "error: the escape character can only be \\ or ` at 1:1"},
      {"# syntax=a\n# syntax=b\n", "error: parser directive \"syntax\" is given twice at 2:1"},
  });
  const std::string longest = "FROM a\n# " + std::string(max_dockerfile_line - 3, 'x');
  EXPECT_EQ(dump_of(longest), "FROM \"a\"");
  EXPECT_EQ(dump_of(longest + "x"), "error: line is longer than 65535 bytes at 2:1");
}

TEST(DockerfileReader, GoesOnAfterWhatIsRefused) {
  const auto problem_of = [](std::string_view line) {
    const Source source("Dockerfile",
                        "FROM scratch AS base\nFROM base\n" + std::string(line) + "\nUSER x\n");
    const Result<Dockerfile> dockerfile = read_dockerfile(source);
    if (!dockerfile) return dockerfile.error().message;
    if (dockerfile->stages.back().user == nullptr) return std::string("did not go on");
    const auto& problems = dockerfile->stages.back().instructions.front().problems;
    if (problems.empty()) return std::string();
    return problems.front().message +
           (problems.front().hint.empty() ? "" : "; " + problems.front().hint);
  };
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"RUM x", "unknown instruction \"RUM\"; did you mean RUN?"},
      {"&& x", "unknown instruction \"&&\"; the line above may lack its \\ at the end"},
      {"// x", "unknown instruction \"//\"; comments start with #"},
      {"COPY --form=base a b", "COPY has no flag --form; did you mean --from?"},
      {"COPY --from=a --from=b a b", "flag --from is given twice; keep one of them"},
      {"COPY --link=maybe a b", "flag --link can only be true or false"},
      {"COPY a", "COPY needs a source and a destination"},
      {"COPY a b c",
       "COPY of several sources needs a directory to put them in; end the destination with a /"},
      {"COPY https://x/y z", "COPY cannot take a URL as its source; use ADD"},
      {"COPY --from=1 a b", "a stage cannot take files from itself; name an earlier stage"},
      {"COPY --from=7 a b", "there is no stage number 7; stages are counted from 0"},
      {"COPY --from=Bse a b", "\"Bse\" is no stage and no valid image name; did you mean base?"},
      {"COPY --from=$x a b",
       "--from takes no variable; define a stage with FROM and the ARG, and name it here"},
      {"COPY \"a b\" c", "a double quote is not closed; escape it, or put it in single quotes"},
      {"ADD --checksum=sha256:0 a b", "--checksum needs a URL as the source"},
      {"RUN [\"a\", 1]", "the JSON array may hold only strings; put quotes around each"},
      {"RUN --mount=type=cahce,target=/x y", "--mount has no type \"cahce\"; did you mean cache?"},
      {"RUN --mount=type=bind,target=/ y", "--mount cannot have / as its target; write target=…"},
      {"RUN --mount=target=/x,mode=0700 y", "--mount of type bind takes no option mode"},
      {"RUN --network=wifi y", "--network cannot be \"wifi\"; it is default, none or host"},
      {"ENV a", "ENV has a name without a value; write ENV a=…"},
      {"ENV a=1 b", "ENV has a word without =; put quotes around a value that holds blanks"},
      {"ENV =1", "ENV has a value without a name"},
      {"ENV a=${b", "an expansion lacks its closing }; escape it, or put it in single quotes"},
      {"ARG", "ARG needs at least one name"},
      {"EXPOSE 80/http",
       "EXPOSE cannot take the port \"80/http\"; write a number or a range up to 65535, then /tcp, "
       "/udp or /sctp"},
      {"STOPSIGNAL SIGWHAT",
       "STOPSIGNAL cannot be \"SIGWHAT\"; write a number or a name like SIGTERM"},
      {"HEALTHCHECK curl",
       "HEALTHCHECK takes CMD or NONE, not \"curl\"; write HEALTHCHECK CMD before the command"},
      {"HEALTHCHECK CMD", "HEALTHCHECK CMD has no command"},
      {"HEALTHCHECK NONE x", "HEALTHCHECK NONE takes no arguments"},
      {"HEALTHCHECK --interval=5 CMD x",
       "--interval cannot be \"5\"; it is a time of 1ms or more, like 30s or 1m30s"},
      {"ONBUILD ONBUILD RUN x", "ONBUILD cannot trigger ONBUILD"},
      {"ONBUILD FROM x", "ONBUILD cannot trigger FROM"},
      {"SHELL bash", "SHELL takes only a JSON array of strings; write SHELL [\"/bin/sh\", \"-c\"]"},
      {"VOLUME", "VOLUME needs at least one path"},
      {"WORKDIR", "WORKDIR needs exactly one argument"},
  };
  for (const auto& [line, expected] : rows) EXPECT_EQ(problem_of(line), expected) << line;
}

TEST(DockerfileReader, TellsExecFormFromShellForm) {
  expect_rows({
      {"FROM a\nCMD ['a', 'b']", R"(FROM "a" | CMD "['a', 'b']" looks-like-exec {[a, b]})"},
      {"FROM a\nCMD [\"a\", \"b\"", R"(FROM "a" | CMD "["a", "b"" looks-like-exec {[a, b})"},
      {"FROM a\nRUN [ -f x ] && y", R"(FROM "a" | RUN "[ -f x ] && y" {[ -f x ]; y})"},
      {"FROM a\nRUN [ \"$a\" = b ]", R"(FROM "a" | RUN "[ "$a" = b ]" {[ $a = b ]})"},
      {"FROM a\nRUN [[ -f x ]]", R"(FROM "a" | RUN "[[ -f x ]]" {[[ -f x ]]})"},
  });
}

TEST(DockerfileReader, KnowsTheShellInForce) {
  expect_rows({
      {"FROM a AS b\nSHELL [\"/bin/bash\", \"-ec\"]\nFROM b\nRUN x",
       R"(FROM "a" "AS" "b" | SHELL [ "/bin/bash" "-ec" ] | FROM "b" on 0 | RUN "x" by /bin/bash -e {x})"},
      {"FROM a\nSHELL [\"powershell\", \"-Command\"]\nRUN Get-Item x",
       R"(FROM "a" | SHELL [ "powershell" "-Command" ] | RUN "Get-Item x" by powershell -Command {})"},
      {"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir",
       R"(FROM "mcr.microsoft.com/windows/servercore:ltsc2022" | RUN "dir" by cmd /S /C {})"},
      {"FROM a\nRUN <<EOF\n#!/usr/bin/env -S bash -e\nls\nEOF",
       R"(FROM "a" | RUN "<<EOF" <<EOF{#!/usr/bin/env -S bash -e\nls\n} by bash -e {ls})"},
      {"FROM a\nRUN bash x.sh <<EOF\nls\nEOF",
       R"(FROM "a" | RUN "bash x.sh <<EOF" <<EOF{ls\n} {bash x.sh})"},
  });
}

}  // namespace
}  // namespace plimsoll
