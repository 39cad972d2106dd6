// `plimsoll fix` and the hardened line of `plimsoll run`, as a user runs them: the real program on
// real files, good and bad, and git as the judge of the diff.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

constexpr const char* rule = "--select=new-privileges-allowed,add-instead-of-copy";
constexpr const char* compose = "services:\n  web:\n    image: nginx:1.27\n";
constexpr const char* compose_fixed =
    "services:\n  web:\n    image: nginx:1.27\n    security_opt:\n      - no-new-privileges:true\n";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(FixCommand, ShowsADiffThatGitApplyTakes) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", compose);
  tree.write("app/Dockerfile", "FROM debian:12\r\nADD a /a\r\n");
  tree.write("run.sh", "docker run -d \\\n  nginx:1.27");
  const Ended run =
      run_plimsoll({"fix", "--unsafe-fixes", rule, "-o", "all.diff"}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(contains(run.errors, "would fix 3 findings in 3 files\n")) << run.errors;
  EXPECT_EQ(read(tree.path() + "/compose.yaml"), compose);
  const Ended apply = run_shell("git init -q . && git apply all.diff", {.directory = tree.path()});
  EXPECT_EQ(apply.exit_code, 0) << apply.errors;
  EXPECT_EQ(read(tree.path() + "/compose.yaml"), compose_fixed);
  EXPECT_EQ(read(tree.path() + "/app/Dockerfile"), "FROM debian:12\r\nCOPY a /a\r\n");
  EXPECT_EQ(read(tree.path() + "/run.sh"),
            "docker run -d \\\n  --security-opt=no-new-privileges:true \\\n  nginx:1.27");
}

TEST(FixCommand, NamesFilesInTheDiffAsGitFindsThem) {
  const TemporaryDirectory tree;
  tree.write("app/compose.yaml", compose);
  const std::string real = std::filesystem::canonical(tree.path());
  const Ended run =
      run_plimsoll({"fix", "--unsafe-fixes", rule, real + "/app"}, {.directory = tree.path()});
  EXPECT_TRUE(contains(run.output, "--- a/app/compose.yaml\n")) << run.output;
}

TEST(FixCommand, WithoutUnsafeFixesMakesTheSafeOnesAlone) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", compose);
  tree.write("Dockerfile", "FROM debian:12\nADD a /a\n");
  const Ended run = run_plimsoll({"fix", "--write", rule}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.output, "");
  EXPECT_EQ(run.errors, "fixed 1 finding in 1 file; 1 more with --unsafe-fixes\n");
  EXPECT_EQ(read(tree.path() + "/compose.yaml"), compose);
  EXPECT_EQ(read(tree.path() + "/Dockerfile"), "FROM debian:12\nCOPY a /a\n");
}

TEST(FixCommand, FindsNothingLeftToDoTheSecondTime) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", compose);
  run_plimsoll({"fix", "--write", "--unsafe-fixes"}, {.directory = tree.path()});
  const std::string once = read(tree.path() + "/compose.yaml");
  const Ended run = run_plimsoll({"fix", "--unsafe-fixes"}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_EQ(run.output, "");
  EXPECT_NE(once, compose);
}

TEST(FixCommand, ListsWhatItDoesNotFixAndWhy) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", "services:\n  web:\n    image: nginx:latest\n");
  const Ended run =
      run_plimsoll({"fix", "--show", "--select", "new-privileges-allowed,floating-tag"},
                   {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(contains(run.errors, "compose.yaml:2:3: high:")) << run.errors;
  EXPECT_TRUE(contains(run.errors, "can change behaviour: --unsafe-fixes applies it"));
  EXPECT_TRUE(contains(run.errors, "[floating-tag]\n    a person must decide: "));
}

TEST(FixCommand, LeavesASuppressedFindingAlone) {
  const TemporaryDirectory tree;
  tree.write("Dockerfile",
             "FROM debian:12\n# plimsoll: allow add-instead-of-copy -- the old builder needs it\n"
             "ADD a /a\n");
  EXPECT_EQ(run_plimsoll({"fix", rule}, {.directory = tree.path()}).exit_code, 0);
}

TEST(FixCommand, NeverShowsASecret) {
  const TemporaryDirectory tree;
  const std::string text =
      "services:\n  web:\n    image: nginx:1.27\n    environment:\n"
      "      DB_PASSWORD: correct-horse\n  db:\n    image: postgres:17\n";
  tree.write("compose.yaml", text);
  // The lines for `web` would stand right behind the password's: git finds no place for them
  // without it above or below, unless what is below may be shown.
  const Ended run =
      run_plimsoll({"fix", "--unsafe-fixes", rule, "--show"}, {.directory = tree.path()});
  EXPECT_FALSE(contains(run.output + run.errors, "correct-horse")) << run.output << run.errors;
  EXPECT_TRUE(contains(run.output, "+      - no-new-privileges:true")) << run.output;
  tree.write("compose.yaml",
             "services:\n  web:\n    image: nginx:1.27\n    environment:\n"
             "      DB_PASSWORD: correct-horse");
  const Ended hidden = run_plimsoll({"fix", "--unsafe-fixes", rule}, {.directory = tree.path()});
  EXPECT_FALSE(contains(hidden.output + hidden.errors, "correct-horse"));
  EXPECT_TRUE(contains(hidden.errors, "1 change stands beside a secret and is not shown"))
      << hidden.errors;
}

TEST(FixCommand, DoesNotTouchAFileThatItCannotRead) {
  const TemporaryDirectory tree;
  const std::string broken = "services:\n  web:\n    image: nginx:1.27\n   x: [\n";
  tree.write("a/compose.yaml", broken);
  tree.write("b/compose.yaml", compose);
  const Ended run =
      run_plimsoll({"fix", "--write", "--unsafe-fixes", rule}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(contains(run.errors, "a/compose.yaml:4:")) << run.errors;
  EXPECT_EQ(read(tree.path() + "/a/compose.yaml"), broken);
  EXPECT_EQ(read(tree.path() + "/b/compose.yaml"), compose_fixed);
}

TEST(FixCommand, NamesAReadOnlyFileAndWritesTheOthers) {
  const TemporaryDirectory tree;
  ::chmod(tree.write("a/compose.yaml", compose).c_str(), 0444);
  tree.write("b/compose.yaml", compose);
  const Ended run =
      run_plimsoll({"fix", "--write", "--unsafe-fixes", rule}, {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(
      contains(run.errors, "a/compose.yaml: error: cannot be written: the file is read-only"))
      << run.errors;
  EXPECT_EQ(read(tree.path() + "/a/compose.yaml"), compose);
  EXPECT_EQ(read(tree.path() + "/b/compose.yaml"), compose_fixed);
}

TEST(FixCommand, WritesAFileThatIsGivenTwiceOnce) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", compose);
  std::filesystem::create_symlink("compose.yaml", tree.path() + "/docker-compose.yml");
  const Ended run = run_plimsoll({"fix", "--write", "--unsafe-fixes", rule, "compose.yaml",
                                  "./compose.yaml", "docker-compose.yml", "."},
                                 {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(read(tree.path() + "/compose.yaml"), compose_fixed);
  EXPECT_TRUE(std::filesystem::is_symlink(tree.path() + "/docker-compose.yml"));
}

TEST(FixCommand, ChangesAValueWhereItIsWritten) {
  const TemporaryDirectory tree;
  tree.write("base.yaml",
             "services:\n  base:\n    image: nginx:1.27\n    security_opt:\n"
             "      - no-new-privileges:false\n");
  tree.write("compose.yaml",
             "services:\n  web:\n    extends:\n      file: base.yaml\n      service: base\n");
  const Ended run = run_plimsoll({"fix", "--write", "--unsafe-fixes", rule, "compose.yaml"},
                                 {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_TRUE(contains(read(tree.path() + "/base.yaml"), "- no-new-privileges:true\n"));
}

TEST(FixCommand, SaysWhyItLeavesAVariable) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml",
             "services:\n  web:\n    image: nginx:1.27\n    security_opt:\n"
             "      - ${OPTION:-no-new-privileges:false}\n");
  const Ended run =
      run_plimsoll({"fix", "--unsafe-fixes", "--show", rule}, {.directory = tree.path()});
  EXPECT_EQ(run.output, "");
  EXPECT_TRUE(contains(run.errors, "not changed: the value comes from a variable")) << run.errors;
}

// What is left of the insecure example is what the program says that a person must decide.
TEST(FixCommand, LeavesOfTheExampleOnlyWhatAPersonMustDecide) {
  const TemporaryDirectory tree;
  const std::string stack = tree.path() + "/edge-gateway";
  std::filesystem::copy(source_path("examples/edge-gateway"), stack,
                        std::filesystem::copy_options::recursive);
  const Ended run =
      run_plimsoll({"fix", "--write", "--unsafe-fixes", "--show", "."}, {.directory = stack});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  std::size_t left = 0;
  std::string finding;
  for (const std::string_view line : split(run.errors, '\n')) {
    if (!line.starts_with("    ")) {
      finding = line;
      continue;
    }
    ++left;
    EXPECT_TRUE(line.starts_with("    a person must decide: ")) << finding << "\n" << line;
  }
  EXPECT_GT(left, 10u) << run.errors;
  const Ended check = run_plimsoll({"check", "-f", "json", "."}, {.directory = stack});
  std::size_t findings = 0;
  for (std::size_t at = check.output.find("\"rule\""); at != std::string::npos;
       at = check.output.find("\"rule\"", at + 1)) {
    ++findings;
  }
  EXPECT_EQ(findings, left) << "something is left that was not named, or named that is not left";
  EXPECT_FALSE(contains(check.output, "\"fixable\": true")) << check.output;
}

TEST(FixCommand, RefusesAPathThatIsNotThere) {
  const Ended run = run_plimsoll({"fix", "no-such-file"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(contains(run.errors, "there is no such file or directory"));
}

TEST(RunCommand, PrintsTheHardenedLine) {
  const Ended run = run_plimsoll({"run", "--select", "new-privileges-allowed", "--", "docker",
                                  "run", "-e", "A=b c", "nginx:1.27", "sh", "-c", "echo 'x'"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(contains(run.output,
                       "hardened:\n  docker run -e 'A=b c' --security-opt=no-new-privileges:true "
                       "nginx:1.27 sh -c 'echo '\\''x'\\'''\n"))
      << run.output;
}

// The client is a script that says how it was called: what counts is what would be run.
TEST(RunCommand, RunsTheHardenedLine) {
  const TemporaryDirectory tree;
  ::chmod(tree.write("docker", "#!/bin/sh\nfor word; do echo \"<$word>\"; done\n").c_str(), 0755);
  const Ended run = run_shell(
      "PATH=.:$PATH \"$PLIMSOLL\" run --exec --select new-privileges-allowed -- docker run -e 'A=b "
      "c' "
      "nginx:1.27",
      {.directory = tree.path()});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(run.output,
            "<run>\n<-e>\n<A=b c>\n<--security-opt=no-new-privileges:true>\n<nginx:1.27>\n");
}

}  // namespace
}  // namespace plimsoll::test
