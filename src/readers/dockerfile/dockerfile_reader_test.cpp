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

}  // namespace
}  // namespace plimsoll
