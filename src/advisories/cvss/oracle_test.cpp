// Made vectors, scored here and by Red Hat's Python package cvss where it is installed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "advisories/cvss.h"
#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::advisories {
namespace {

using Texts = std::vector<std::string>;

// The metrics of a version: "AV:N,A,L,P", the base metrics first.
struct Version {
  std::string prefix;
  Texts base;
  Texts optional;
};

Version version_2() {
  return {.prefix = "",
          .base = {"AV:L,A,N", "AC:H,M,L", "Au:M,S,N", "C:N,P,C", "I:N,P,C", "A:N,P,C"},
          .optional = {"E:U,POC,F,H,ND", "RL:OF,TF,W,U,ND", "RC:UC,UR,C,ND", "CDP:N,L,LM,MH,H,ND",
                       "TD:N,L,M,H,ND", "CR:L,M,H,ND", "IR:L,M,H,ND", "AR:L,M,H,ND"}};
}

Version version_3(const std::string& minor) {
  return {.prefix = concat("CVSS:3.", minor, "/"),
          .base = {"AV:N,A,L,P", "AC:L,H", "PR:N,L,H", "UI:N,R", "S:U,C", "C:H,L,N", "I:H,L,N",
                   "A:H,L,N"},
          .optional = {"E:X,H,F,P,U", "RL:X,U,W,T,O", "RC:X,C,R,U", "CR:X,H,M,L", "IR:X,H,M,L",
                       "AR:X,H,M,L", "MAV:X,N,A,L,P", "MAC:X,L,H", "MPR:X,N,L,H", "MUI:X,N,R",
                       "MS:X,U,C", "MC:X,H,L,N", "MI:X,H,L,N", "MA:X,H,L,N"}};
}

Version version_4() {
  return {.prefix = "CVSS:4.0/",
          .base = {"AV:N,A,L,P", "AC:L,H", "AT:N,P", "PR:N,L,H", "UI:N,P,A", "VC:H,L,N", "VI:H,L,N",
                   "VA:H,L,N", "SC:H,L,N", "SI:H,L,N", "SA:H,L,N"},
          .optional = {"E:X,A,P,U",   "CR:X,H,M,L",    "IR:X,H,M,L",
                       "AR:X,H,M,L",  "MAV:X,N,A,L,P", "MAC:X,L,H",
                       "MAT:X,N,P",   "MPR:X,N,L,H",   "MUI:X,N,P,A",
                       "MVC:X,H,L,N", "MVI:X,H,L,N",   "MVA:X,H,L,N",
                       "MSC:X,H,L,N", "MSI:X,S,H,L,N", "MSA:X,S,H,L,N",
                       "S:X,N,P",     "AU:X,N,Y",      "R:X,A,U,I",
                       "V:X,D,C",     "RE:X,L,M,H",    "U:X,Clear,Green,Amber,Red"}};
}

class MadeVectors {
 public:
  explicit MadeVectors(const Version& version) : version_(version) {}

  // A third has the base metrics alone, a third some of the others; in a tenth something is wrong.
  std::string next() {
    Texts parts;
    for (const std::string& metric : version_.base) parts.push_back(chosen(metric));
    const std::size_t kind = below(3);
    for (const std::string& metric : version_.optional) {
      if (kind > 0 && below(kind == 1 ? 4 : 2) == 0) parts.push_back(chosen(metric));
    }
    if (below(10) == 0) {
      std::string& part = parts[below(parts.size())];
      switch (below(5)) {
        case 0: part = parts[below(parts.size())]; break;
        case 1: part += 'Z'; break;
        case 2: part = ""; break;
        case 3: part = "Z:N"; break;
        default: part += ":N"; break;
      }
    }
    return concat(version_.prefix, join(parts, "/"));
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string chosen(const std::string& metric) {
    const std::size_t colon = metric.find(':') + 1;
    const std::vector<std::string_view> values = split(std::string_view(metric).substr(colon), ',');
    return concat(metric.substr(0, colon), values[below(values.size())]);
  }

  const Version& version_;
  std::mt19937 random_{20261126};
};

test::RunOptions options() {
  test::RunOptions out;
  out.directory = test::source_path("tests/oracles/cvss");
  for (const char* const name : {"PATH", "HOME"}) {
    if (const char* value = std::getenv(name)) out.environment[name] = value;
  }
  out.seconds = 300;
  return out;
}

void expect_agreement(const Version& version) {
  if (test::run_shell("python3 scores.py </dev/null", options()).exit_code != 0) {
    GTEST_SKIP() << "Python's cvss is not installed";
  }
  MadeVectors made(version);
  Texts vectors(6'000);
  test::RunOptions asked = options();
  for (std::string& vector : vectors) {
    vector = made.next();
    asked.input += concat(vector, "\n");
  }
  const test::Ended ended = test::run_shell("python3 scores.py", asked);
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  std::vector<std::string_view> answers = split(ended.output, '\n');
  std::erase(answers, "");
  ASSERT_EQ(answers.size(), vectors.size()) << ended.errors;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const std::optional<CvssScore> score = score_of(vectors[i]);
    if (!score) ++refused;
    const std::string ours =
        score ? concat(std::to_string(score->tenths / 10), ".", std::to_string(score->tenths % 10))
              : "?";
    EXPECT_EQ(ours, answers[i]) << vectors[i];
  }
  EXPECT_GT(refused, 100u);
  EXPECT_LT(refused, 1'000u);
}

TEST(CvssOracle, Version2) {
  expect_agreement(version_2());
}

TEST(CvssOracle, Version30) {
  expect_agreement(version_3("0"));
}

TEST(CvssOracle, Version31) {
  expect_agreement(version_3("1"));
}

TEST(CvssOracle, Version4) {
  expect_agreement(version_4());
}

}  // namespace
}  // namespace plimsoll::advisories
