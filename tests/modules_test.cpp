// The modules of docs/design.md and the one order in which they may use each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/repository.h"

namespace plimsoll::test {
namespace {

// Each may include only those before it. `readers` and `rules` never know each other; `engine` and
// `net` are not linked to what stands between them and `base`, nor `image` and `advisories` to what
// stands behind `subjects`; `registry` uses `image` and `net`, `feeds` these and `advisories`.
constexpr std::array<std::string_view, 18> order{
    "base",  "subjects", "findings", "policy",     "readers", "rules", "reports", "fix",  "engine",
    "image", "net",      "registry", "advisories", "feeds",   "app",   "audit",   "scan", "db"};

std::size_t rank(std::string_view module) {
  return static_cast<std::size_t>(std::ranges::find(order, module) - order.begin());
}

bool allowed(std::string_view from, std::string_view to) {
  if (from == "rules" && to == "readers") return false;
  if (from == "engine" || from == "net") return to == from || to == "base";
  if (from == "image" || from == "advisories") {
    return to == from || rank(to) <= rank("subjects");
  }
  if (from == "registry") {
    return to == "registry" || to == "net" || to == "image" || rank(to) <= rank("subjects");
  }
  if (from == "feeds") {
    return to == "feeds" || to == "advisories" || to == "net" || to == "image" ||
           rank(to) <= rank("subjects");
  }
  if (from == "app") return to == "app" || rank(to) < rank("engine");
  // What parses images does not link what asks servers.
  if (from == "scan" && (to == "registry" || to == "net")) return false;
  // A database is made by one program and used by others.
  if ((from == "audit" || from == "scan") && to == "feeds") return false;
  if (from == "audit" || from == "scan" || from == "db")
    return to == from || rank(to) <= rank("app");
  return rank(to) <= rank(from);
}

TEST(Modules, IncludeOnlyWhatStandsBeforeThem) {
  const std::filesystem::path root = source_path("src");
  std::size_t includes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp" && extension != ".in") continue;
    const std::string module = *std::filesystem::relative(entry.path(), root).begin();
    ASSERT_LT(rank(module), order.size()) << module << " is no module of docs/design.md";
    std::ifstream file(entry.path());
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      if (!line.starts_with("#include \"")) continue;
      const std::string target = line.substr(10, line.find('/') - 10);
      if (target == "support") continue;  // the tests' own
      ++includes;
      ASSERT_LT(rank(target), order.size())
          << entry.path() << ":" << number << ": write the whole path from src/: " << line;
      EXPECT_TRUE(allowed(module, target))
          << entry.path() << ":" << number << ": " << module << " may not use " << target;
    }
  }
  EXPECT_GT(includes, 100u);
}

}  // namespace
}  // namespace plimsoll::test
