// Matching against a matcher that shares nothing with it: a program in Python that reads the feeds
// again and takes each record and each package through the evaluation of the OSV schema, slow and
// obvious (tests/oracles/matching). Both must have the same findings, in both directions, for
//
//   the real databases of packages beside the feeds, a debootstrapped Debian where one was made
//   (inventory_test.cpp), and inventories that the reference makes of the feeds: for each version
//   that a record names there is a package before it, one at it and one behind it.
//
// Of the made inventories a part is compared that is chosen by a hash of the packages' names; with
// PLIMSOLL_REFERENCE=1 in the environment all are: a million packages with 41 million findings, for
// which a release build takes ten minutes and /tmp 1.5 GB.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "advisories/matching.h"
#include "base/source.h"
#include "base/text.h"
#include "feeds/feed_files.h"
#include "image/sbom_reader.h"
#include "support/made_database.h"
#include "support/program.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view usual_share = "150";  // one name in so many

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(file)), {}};
}

class FeedInto final : public feeds::FeedSink {
 public:
  explicit FeedInto(advisories::CompiledFeed& feed) : feed_(feed) {}

  void take(const advisories::Advisory& advisory) override { feed_.add(advisory); }
  void take(const advisories::ExploitedEntry& entry) override { feed_.add(entry); }
  void take(const advisories::PredictionEntry& entry) override { feed_.add(entry); }
  void date_predictions(std::string_view date) override { feed_.date_predictions(date); }
  void refuse(std::string_view id, std::string_view place, std::string_view why) override {
    feed_.refuse(id, place, why);
  }
  void leave_out() override { feed_.leave_out(); }

 private:
  advisories::CompiledFeed& feed_;
};

// What the reference's answers call a package.
std::string line_of(const Package& package) {
  return concat(name_of(package.kind), "\t", package.name, "\t", package.version, "\t",
                package.source_name, "\t", package.source_version, "\t", package.architecture, "\t",
                package.module, "\t", package.owner);
}

using Findings = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

Findings expected(const fs::path& path) {
  Findings out;
  const std::string text = text_of(path);
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const std::size_t tab = line.rfind('\t');
    auto& flaws = out[std::string(line.substr(0, tab))];
    for (const std::string_view flaw : split(line.substr(tab + 1), ' ')) {
      if (!flaw.empty()) flaws.emplace(flaw);
    }
  }
  return out;
}

std::string join_some(const std::set<std::string, std::less<>>& all,
                      const std::set<std::string, std::less<>>& without) {
  std::string out;
  std::size_t count = 0;
  for (const std::string& one : all) {
    if (without.contains(one)) continue;
    if (++count <= 5) out += concat(" ", one);
  }
  return count > 5 ? concat(out, " and ", std::to_string(count - 5), " more") : out;
}

class Reference : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(data_ / "feeds")) GTEST_SKIP() << "there are no feeds in " << data_;
    if (run_shell("python3 -c '' && zstd --version", with_path()).exit_code != 0) {
      GTEST_SKIP() << "python3 and zstd are needed to run the reference";
    }
  }

  static RunOptions with_path() {
    RunOptions out;
    for (const char* const name : {"PATH", "HOME"}) {
      if (const char* value = std::getenv(name)) out.environment[name] = value;
    }
    out.environment["PYTHONDONTWRITEBYTECODE"] = "1";
    out.seconds = 3600;
    return out;
  }

  // Inventories of what really was installed somewhere, as `plimsoll sbom` writes them.
  void take_inventories() {
    for (const auto& [file, place] :
         std::map<std::string, std::string>{{"installed", "lib/apk/db/installed"},
                                            {"Packages", "var/lib/rpm/Packages"},
                                            {"Packages.db", "usr/lib/sysimage/rpm/Packages.db"},
                                            {"rpmdb.sqlite", "var/lib/rpm/rpmdb.sqlite"}}) {
      if (!fs::exists(data_ / "pkgdb")) break;
      for (const auto& folder : fs::directory_iterator(data_ / "pkgdb")) {
        if (!fs::exists(folder.path() / file)) continue;
        const std::string name = folder.path().filename();
        const std::string root = concat("roots/", name, "/");
        directory_.write(root + place, text_of(folder.path() / file));
        if (fs::exists(folder.path() / "os-release")) {
          directory_.write(root + "etc/os-release", text_of(folder.path() / "os-release"));
        }
        take_inventory(concat(directory_.path(), "/", root), name);
      }
    }
    const std::string debian = source_path("build/debootstrapped");
    if (fs::exists(debian + "/complete")) take_inventory(debian, "debootstrapped");
  }

  void take_inventory(const std::string& root, const std::string& name) {
    const Ended ended =
        run_plimsoll({"sbom", "--no-cache", "-o",
                      concat(directory_.path(), "/inventories/", name, ".json"), "dir://" + root},
                     {.seconds = 120});
    ASSERT_EQ(ended.exit_code, 0) << name << ": " << ended.errors;
  }

  // The order of the feeds' names decides between equal copies of a record, here and there.
  advisories::Database database() {
    std::set<std::string> paths;
    for (const auto& file : fs::directory_iterator(data_ / "feeds")) {
      if (file.path().extension() == ".zst") paths.insert(file.path());
    }
    for (const std::string& path : paths) {
      FeedInto sink(made_.feed());
      const Result<feeds::FeedStatistics> read = feeds::read_feed(path, sink);
      EXPECT_TRUE(read) << read.error().message;
      for (const advisories::RefusedRecord& refused : made_.feed().refused()) {
        std::cout << "refused: " << refused.id << ' ' << refused.place << ' ' << refused.why
                  << '\n';
      }
      made_.next_feed();
    }
    return made_.database();
  }

  void compare(const advisories::Database& database, const fs::path& path) {
    const Source source(path, text_of(path));
    Result<image::Sbom> sbom = image::read_sbom(source);
    ASSERT_TRUE(sbom) << sbom.error().message;
    EXPECT_TRUE(sbom->errors.empty()) << sbom->errors.front().message;
    Image image;
    image.os = sbom->os;
    image.packages = std::move(sbom->packages);
    const Result<VulnerabilityMatch> match = advisories::match(database, image);
    ASSERT_TRUE(match) << match.error().message;
    Findings ours;
    for (const Package& package : image.packages) ours[line_of(package)];
    for (const Vulnerability& vulnerability : match->vulnerabilities) {
      for (const std::size_t index : vulnerability.packages) {
        ours[line_of(image.packages[index])].insert(vulnerability.id);
      }
    }
    const Findings theirs = expected(path.string() + ".expected");
    EXPECT_EQ(ours.size(), theirs.size());
    for (const auto& [package, flaws] : ours) {
      ++packages_;
      findings_ += flaws.size();
      const auto found = theirs.find(package);
      if (found == theirs.end()) {
        differs(concat(package, ": the reference does not have this package"));
        continue;
      }
      if (found->second == flaws) continue;
      differs(concat(package, ": found here alone:", join_some(flaws, found->second),
                     "; found by the reference alone:", join_some(found->second, flaws)));
    }
  }

  // Thousands of differences are one mistake.
  void differs(const std::string& how) {
    if (++differences_ <= 50) ADD_FAILURE() << how;
  }

  const fs::path data_ = source_path("../shared/data");
  TemporaryDirectory directory_;
  MadeDatabase made_;
  std::size_t packages_ = 0;
  std::size_t findings_ = 0;
  std::size_t differences_ = 0;
};

TEST_F(Reference, HasTheSameFindings) {
  fs::create_directory(directory_.path() + "/inventories");
  take_inventories();
  const bool is_whole = std::getenv("PLIMSOLL_REFERENCE") != nullptr;
  const Ended ended =
      run_shell(concat("python3 '", source_path("tests/oracles/matching/reference.py"), "' '",
                       (data_ / "feeds").string(), "' '", directory_.path(), "/inventories' ",
                       is_whole ? "1" : usual_share),
                with_path());
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
  std::cout << ended.output;
  const advisories::Database database = this->database();
  for (const auto& file : fs::directory_iterator(directory_.path() + "/inventories")) {
    SCOPED_TRACE(file.path().filename().string());
    if (file.path().extension() == ".json") compare(database, file.path());
  }
  EXPECT_EQ(differences_, 0u);
  EXPECT_GT(findings_, 10'000u) << "too little was compared";
  std::cout << packages_ << " packages, " << findings_ << " findings, " << differences_
            << " packages with other findings\n";
}

}  // namespace
}  // namespace plimsoll::test
