// Made versions (tests/support/made_versions.h), compared here and by the package managers
// themselves, where they are installed: scripts in tests/oracles/versions ask them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "advisories/versions/versions.h"
#include "base/text.h"
#include "support/made_versions.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::advisories {
namespace {

char sign_of(Order order) {
  if (!order) return '?';
  return *order < 0 ? '<' : *order > 0 ? '>' : '=';
}

struct Oracle {
  PackageKind kind;
  std::string installed;  // a shell line that fails where it is not
  std::string asks;       // a shell line that reads pairs and writes signs
  std::size_t pairs = 3'000;
  // The texts that it is asked about, if not all.
  bool (*is_asked_about)(const std::string& version) = nullptr;
};

test::RunOptions options() {
  test::RunOptions out;
  out.directory = test::source_path("tests/oracles/versions");
  for (const char* const name :
       {"PATH", "HOME", "GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"}) {
    if (const char* value = std::getenv(name)) out.environment[name] = value;
  }
  out.environment["GOTOOLCHAIN"] = "local";
  out.environment["LC_ALL"] = "C";
  out.seconds = 300;
  return out;
}

void expect_agreement(const Oracle& oracle) {
  if (test::run_shell(oracle.installed, options()).exit_code != 0) {
    GTEST_SKIP() << "what " << name_of(oracle.kind) << " is compared with is not installed";
  }
  test::MadeVersions made(oracle.kind, 20261126);
  std::vector<std::pair<std::string, std::string>> pairs;
  test::RunOptions asked = options();
  while (pairs.size() < oracle.pairs) {
    std::string a = made.next();
    std::string b = made.next();
    if (oracle.is_asked_about && !(oracle.is_asked_about(a) && oracle.is_asked_about(b))) continue;
    asked.input += concat(a, "\t", b, "\n");
    pairs.emplace_back(std::move(a), std::move(b));
  }
  const test::Ended ended = test::run_shell(oracle.asks, asked);
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  std::vector<std::string_view> answers = split(ended.output, '\n');
  std::erase(answers, "");
  ASSERT_EQ(answers.size(), pairs.size()) << ended.errors;
  std::size_t decided = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [a, b] = pairs[i];
    const std::string_view theirs = answers[i];
    const std::string_view turned = theirs == "<" ? ">" : theirs == ">" ? "<" : theirs;
    if (theirs != "?") ++decided;
    EXPECT_EQ(std::string(1, sign_of(compare_versions(oracle.kind, a, b))), theirs)
        << a << " and " << b;
    EXPECT_EQ(std::string(1, sign_of(compare_versions(oracle.kind, b, a))), turned)
        << b << " and " << a;
  }
  EXPECT_GE(decided, oracle.pairs / 20) << "too few of the made texts are versions";
}

TEST(VersionsOracle, Dpkg) {
  expect_agreement({.kind = PackageKind::deb,
                    .installed = "dpkg --version",
                    .asks = "sh dpkg.sh",
                    .pairs = 600});
}

TEST(VersionsOracle, Rpm) {
  expect_agreement({.kind = PackageKind::rpm, .installed = "rpm --version", .asks = "sh rpm.sh"});
}

// node-semver reads four numbers as three and a prerelease (npm.cpp).
bool has_three_numbers(const std::string& version) {
  static const std::regex four_numbers(R"(\d+\.\d+\.\d+\..*)");
  return !std::regex_match(version, four_numbers);
}

TEST(VersionsOracle, NodeSemver) {
  expect_agreement({.kind = PackageKind::npm,
                    .installed = "echo | node npm.js",
                    .asks = "node npm.js",
                    .is_asked_about = has_three_numbers});
}

TEST(VersionsOracle, PythonPackaging) {
  expect_agreement({.kind = PackageKind::pypi,
                    .installed = "python3 pypi.py </dev/null",
                    .asks = "python3 pypi.py"});
}

TEST(VersionsOracle, GoModules) {
  expect_agreement({.kind = PackageKind::golang,
                    .installed = "go -C go run . </dev/null",
                    .asks = "go -C go run ."});
}

TEST(VersionsOracle, RubyGems) {
  expect_agreement(
      {.kind = PackageKind::gem, .installed = "ruby gem.rb </dev/null", .asks = "ruby gem.rb"});
}

TEST(VersionsOracle, Composer) {
  expect_agreement({.kind = PackageKind::composer,
                    .installed = "php composer.php </dev/null",
                    .asks = "php composer.php"});
}

// Debian's Maven, or what one of 3.8 and 3.9 has left where it built something: both order these
// alike, 4 not.
TEST(VersionsOracle, Maven) {
  const std::string find =
      "ls /usr/share/maven-repo/org/apache/maven/maven-artifact/3.[89].*/maven-artifact-3.*.jar "
      "~/.m2/repository/org/apache/maven/maven-artifact/3.[89].*/maven-artifact-3.*.jar "
      "2>/dev/null | grep -m 1 .";
  expect_agreement({.kind = PackageKind::maven,
                    .installed = concat("java -version && ", find),
                    .asks = concat("sh maven.sh \"$(", find, ")\"")});
}

}  // namespace
}  // namespace plimsoll::advisories
