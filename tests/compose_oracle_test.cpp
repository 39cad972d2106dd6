// Holds the compose reader against compose's own library, compose-go: both read every project of
// tests/oracles/compose/projects and must accept the same ones and understand the same. It needs Go
// and the modules that tests/oracles/compose/go.mod names; without them it is skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "readers/compose/compose_reader.h"
#include "readers/compose/yaml_tree.h"
#include "support/compose_model.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll {
namespace {

test::RunOptions go_options() {
  test::RunOptions options;
  options.directory = test::source_path("tests/oracles/compose");
  for (const char* const name :
       {"PATH", "HOME", "GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"}) {
    if (const char* value = std::getenv(name)) options.environment[name] = value;
  }
  options.environment["GOTOOLCHAIN"] = "local";
  return options;
}

std::vector<std::string> project_directories() {
  const std::string root = test::source_path("tests/oracles/compose/projects");
  std::vector<std::string> projects;
  const Result<std::vector<DirectoryEntry>> entries = RealFiles().list(root);
  if (!entries) return projects;
  for (const DirectoryEntry& entry : *entries) {
    projects.push_back(join_path(root, entry.name));
  }
  return projects;
}

struct Read {
  bool accepted = false;
  std::string errors;
  std::vector<std::string> model;
};

Read read_project(const std::string& directory) {
  std::vector<std::string> paths = {join_path(directory, "compose.yaml")};
  const std::string override_path = join_path(directory, "compose.override.yaml");
  const RealFiles files;
  if (files.kind(override_path) == FileKind::file) paths.push_back(override_path);
  Sources sources;
  const Reading<ComposeProject> reading = read_compose(
      paths, sources, files, {.environment = {}, .profiles = {}, .whole_project = true});
  Read read{.accepted = reading.errors.empty(), .errors = {}, .model = {}};
  for (const Error& error : reading.errors) read.errors += concat(error.message, "\n");
  read.model = test::compose_model(reading.value);
  return read;
}

TEST(ComposeOracle, UnderstandsProjectsAsComposeDoes) {
  const std::string program = concat(PLIMSOLL_BINARY_DIR, "/compose-oracle");
  const test::Ended built =
      test::run_shell(concat("go build -mod=readonly -o '", program, "' ."), go_options());
  if (built.exit_code != 0) GTEST_SKIP() << "Go or its modules are not at hand: " << built.errors;
  const std::vector<std::string> directories = project_directories();
  ASSERT_FALSE(directories.empty());
  std::string line = concat("'", program, "'");
  for (const std::string& directory : directories) line += concat(" '", directory, "'");
  const test::Ended ended = test::run_shell(line, go_options());
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  const Source answers("answers.json", ended.output);
  Arena arena;
  // JSON is YAML.
  const auto reading = compose::read_yaml(answers, 0, arena, nullptr);
  ASSERT_TRUE(reading.has_value()) << reading.error().message;
  ASSERT_EQ(reading->documents.size(), 1U);
  const auto& items = reading->documents[0]->items;
  ASSERT_EQ(items.size(), directories.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    SCOPED_TRACE(file_name(directories[i]));
    const Read ours = read_project(directories[i]);
    const bool accepted = items[i]->find("accepted")->text == "true";
    EXPECT_EQ(ours.accepted, accepted)
        << "compose says: " << items[i]->find("error")->text << "\nwe say: " << ours.errors;
    if (!accepted || !ours.accepted) continue;
    std::vector<std::string> theirs;
    for (const compose::Node* model_line : items[i]->find("model")->items) {
      theirs.emplace_back(model_line->text);
    }
    std::ranges::sort(theirs);
    EXPECT_EQ(ours.model, theirs);
  }
}

}  // namespace
}  // namespace plimsoll
