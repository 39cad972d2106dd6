// apk's databases of real images, against what a few lines of awk make of them: apk itself runs on
// Alpine alone.
#include "image/files/apk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "support/program.h"
#include "support/repository.h"
#include "support/test_layer.h"

namespace plimsoll::image {
namespace {

using Texts = std::vector<std::string>;

// "NAME|VERSION|ARCHITECTURE|SOURCE|LICENCE|NUMBER OF FILES" of each package.
constexpr std::string_view by_awk = R"(LC_ALL=C awk '
  function end() { if (p != "") print p "|" v "|" a "|" o "|" l "|" n; p = ""; n = 0 }
  /^P:/ { p = substr($0, 3) } /^V:/ { v = substr($0, 3) } /^A:/ { a = substr($0, 3) }
  /^o:/ { o = substr($0, 3) } /^L:/ { l = substr($0, 3) } /^R:/ { n++ }
  /^$/ { end() } END { end() }' )";

TEST(Apk, AgreesWithAwkOnRealDatabases) {
  const std::filesystem::path data = test::source_path("../shared/data/pkgdb");
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "there are no databases in " << data;
  std::size_t databases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    const std::filesystem::path path = entry.path() / "installed";
    if (!std::filesystem::exists(path)) continue;
    SCOPED_TRACE(path);
    ++databases;
    std::ifstream file(path, std::ios::binary);
    Layer layer;
    apk_installed.read("lib/apk/db/installed",
                       std::string{std::istreambuf_iterator<char>(file), {}}, layer);
    EXPECT_EQ(test::errors_of(layer), Texts{});
    ASSERT_EQ(layer.package_files.size(), 1u);
    std::string ours;
    for (const Package& package : layer.package_files.front().packages) {
      const auto files = std::ranges::count(package.files, '\n');
      ours += concat(package.name, "|", package.version, "|", package.architecture, "|",
                     package.source_name, "|", package.licence, "|", std::to_string(files), "\n");
      EXPECT_EQ(package.source_version, package.version);
    }
    EXPECT_EQ(ours, test::run_shell(concat(by_awk, "'", path.string(), "'")).output);
    EXPECT_GT(layer.package_files.front().packages.size(), 10u);
  }
  EXPECT_GT(databases, 0u);
}

}  // namespace
}  // namespace plimsoll::image
