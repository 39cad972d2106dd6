// `plimsoll fix` as a user runs it, where it makes files: a secret that is written into a compose
// file becomes a file of its own, and is never shown.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/program.h"

namespace plimsoll::test {
namespace {

constexpr const char* database =
    "services:\n"
    "  db:\n"
    "    image: postgres:17\n"
    "    environment:\n"
    "      POSTGRES_PASSWORD: hunter2-secret\n";

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Ended fix(const TemporaryDirectory& tree, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"fix", "--unsafe-fixes", "--select", "secret-in-environment"});
  return run_plimsoll(arguments, {.directory = tree.path()});
}

TEST(FixSecrets, ShowsNoSecretAndSaysThatItMakesAFile) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", database);
  const Ended run = fix(tree, {"--show", "compose.yaml"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_FALSE((run.output + run.errors).contains("hunter2")) << run.output << run.errors;
  // Half of the change in a diff would leave a service that does not start.
  EXPECT_EQ(run.output, "");
  EXPECT_TRUE(
      run.errors.contains("1 change moves a secret into a file of its own and is not "
                          "shown: --write makes it"))
      << run.errors;
  EXPECT_TRUE(run.errors.contains("moves a secret, which a diff would show")) << run.errors;
  EXPECT_FALSE(std::filesystem::exists(tree.path() + "/secrets"));
}

TEST(FixSecrets, WritesASecretWhereOnlyItsOwnerAndTheContainerCome) {
  const TemporaryDirectory tree;
  tree.write("app/compose.yaml", database);
  const Ended run = fix(tree, {"--write", "app/compose.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_FALSE((run.output + run.errors).contains("hunter2")) << run.output << run.errors;
  const std::string secret = tree.path() + "/app/secrets/postgres_password.txt";
  EXPECT_EQ(read_text(secret), "hunter2-secret");
  struct stat status{};
  ASSERT_EQ(::stat(secret.c_str(), &status), 0);
  // Whatever account the service runs as reads it there.
  EXPECT_EQ(status.st_mode & 0777, 0644u);
  ASSERT_EQ(::stat((tree.path() + "/app/secrets").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  EXPECT_EQ(read_text(tree.path() + "/app/secrets/.gitignore"), "*\n");
  EXPECT_EQ(read_text(tree.path() + "/app/compose.yaml"),
            "services:\n"
            "  db:\n"
            "    image: postgres:17\n"
            "    environment:\n"
            "      POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password\n"
            "    secrets:\n"
            "      - postgres_password\n"
            "\n"
            "secrets:\n"
            "  postgres_password:\n"
            "    file: ./secrets/postgres_password.txt\n");
  const Ended again = fix(tree, {"app/compose.yaml"});
  EXPECT_EQ(again.exit_code, 0) << again.output;
}

TEST(FixSecrets, LeavesASecretThatIsThereAlready) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", database);
  tree.write("secrets/postgres_password.txt", "another");
  const Ended run = fix(tree, {"--write", "--show", "compose.yaml"});
  EXPECT_EQ(read_text(tree.path() + "/compose.yaml"), database);
  EXPECT_EQ(read_text(tree.path() + "/secrets/postgres_password.txt"), "another");
  EXPECT_TRUE(run.errors.contains("not changed: there is a secrets/postgres_password.txt"))
      << run.errors;
}

// It would be in the way of the next fix.
TEST(FixSecrets, LeavesNoSecretBesideAFileThatCannotBeWritten) {
  const TemporaryDirectory tree;
  const std::string path = tree.write("compose.yaml", database);
  ::chmod(path.c_str(), 0444);
  const Ended refused = fix(tree, {"--write", "compose.yaml"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_TRUE(refused.errors.contains("wrote only 1 of 3 files")) << refused.errors;
  EXPECT_FALSE(std::filesystem::exists(tree.path() + "/secrets/postgres_password.txt"));
  ::chmod(path.c_str(), 0644);
  const Ended run = fix(tree, {"--write", "compose.yaml"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(read_text(tree.path() + "/secrets/postgres_password.txt"), "hunter2-secret");
}

TEST(FixSecrets, ChangesNothingWhenTheFileCannotBeMade) {
  const TemporaryDirectory tree;
  tree.write("compose.yaml", database);
  tree.write("secrets", "a file, no directory");
  const Ended run = fix(tree, {"--write", "compose.yaml"});
  EXPECT_EQ(run.exit_code, 3) << run.errors;
  EXPECT_TRUE(run.errors.contains("wrote only 0 of 3 files")) << run.errors;
  EXPECT_EQ(read_text(tree.path() + "/compose.yaml"), database);
}

}  // namespace
}  // namespace plimsoll::test
