// Comparisons that other projects publish. Where one does not hold here, it is named with the
// reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "advisories/versions/versions.h"
#include "base/json.h"
#include "base/text.h"
#include "base/words.h"
#include "support/repository.h"

namespace plimsoll::advisories {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(file)), {}};
}

std::string sign_of(Order order) {
  if (!order) return "?";
  return *order < 0 ? "<" : *order > 0 ? ">" : "=";
}

class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(directory_)) {
      GTEST_SKIP() << "the published comparisons are not in " << directory_;
    }
  }

  // Lines "A < B". `exceptions`: what is said here instead of that, by line.
  void expect_lines(PackageKind kind, const std::string& file, std::size_t at_least,
                    std::map<std::string, std::string> exceptions = {}) {
    SCOPED_TRACE(file);
    const std::string text = text_of(directory_ / file);
    std::size_t count = 0;
    std::set<std::string> seen;
    for (std::string_view line : split(text, '\n')) {
      if (line.starts_with("//") || line.starts_with('#') || line.starts_with('!')) continue;
      if (const std::size_t hash = line.find("\t#"); hash != std::string_view::npos) {
        line = line.substr(0, hash);
      }
      std::vector<std::string_view> words = split(trim(line), ' ');
      std::erase(words, "");
      if (words.size() != 3 || !is_one_of(words[1], {"<", "=", "==", ">"})) continue;
      ++count;
      std::string expected(words[1].substr(0, 1));
      const std::string key = concat(words[0], " ", expected, " ", words[2]);
      if (const auto found = exceptions.find(key); found != exceptions.end()) {
        expected = found->second;
        seen.insert(key);
      }
      const std::string turned = expected == "<" ? ">" : expected == ">" ? "<" : expected;
      EXPECT_EQ(sign_of(compare_versions(kind, words[0], words[2])), expected) << key;
      EXPECT_EQ(sign_of(compare_versions(kind, words[2], words[0])), turned) << key << ", turned";
    }
    EXPECT_GE(count, at_least);
    EXPECT_EQ(seen.size(), exceptions.size()) << "an exception that is none";
  }

  const std::filesystem::path directory_ = test::source_path("../shared/data/vectors");
};

TEST_F(Vectors, OfDebian) {
  expect_lines(PackageKind::deb, "osv-scalibr/debian-versions.txt", 29);
  expect_lines(PackageKind::deb, "osv-scalibr/debian-versions-generated.txt", 14'442);
}

TEST_F(Vectors, OfAlpine) {
  expect_lines(PackageKind::apk, "osv-scalibr/alpine-versions.txt", 700);
  expect_lines(PackageKind::apk, "osv-scalibr/alpine-versions-generated.txt", 13'979);
  expect_lines(PackageKind::apk, "apk/version.data", 700);
}

TEST_F(Vectors, OfRpm) {
  expect_lines(PackageKind::rpm, "osv-scalibr/redhat-versions.txt", 150);
  expect_lines(PackageKind::rpm, "claircore/rpmvercmp", 140);
}

TEST_F(Vectors, OfSemanticVersions) {
  expect_lines(PackageKind::cargo, "osv-scalibr/semver-versions.txt", 80);
  expect_lines(PackageKind::npm, "osv-scalibr/semver-versions.txt", 80);
  expect_lines(PackageKind::golang, "osv-scalibr/semver-versions.txt", 80);
  expect_lines(PackageKind::nuget, "osv-scalibr/nuget-versions.txt", 35);
}

TEST_F(Vectors, OfPython) {
  expect_lines(PackageKind::pypi, "osv-scalibr/pypi-versions.txt", 30);
  expect_lines(PackageKind::pypi, "osv-scalibr/pypi-versions-generated.txt", 12'375);
}

TEST_F(Vectors, OfMaven) {
  expect_lines(PackageKind::maven, "osv-scalibr/maven-versions.txt", 100);
  expect_lines(PackageKind::maven, "osv-scalibr/maven-versions-generated.txt", 14'752);
}

TEST_F(Vectors, OfRubyGems) {
  expect_lines(PackageKind::gem, "osv-scalibr/rubygems-versions.txt", 25);
  expect_lines(PackageKind::gem, "osv-scalibr/rubygems-versions-generated.txt", 4'098);
}

TEST_F(Vectors, OfPackagist) {
  expect_lines(PackageKind::composer, "osv-scalibr/packagist-versions.txt", 90);
  expect_lines(PackageKind::composer, "osv-scalibr/packagist-versions-generated.txt", 10'000);
}

TEST_F(Vectors, OfAlpineThatAreNoVersions) {
  const std::string text = text_of(directory_ / "apk/version.data");
  std::size_t count = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with('!')) continue;
    ++count;
    EXPECT_EQ(compare_apk_versions(line.substr(1), "1"), std::nullopt) << line;
  }
  EXPECT_GE(count, 25u);
}

TEST_F(Vectors, OfRpmItself) {
  const std::string text = text_of(directory_ / "rpm/rpmvercmp.csv");
  std::size_t count = 0;
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string_view> words = split(line, ',');
    if (words.size() != 3) continue;
    ++count;
    const std::string_view wanted = trim(words[2]);
    EXPECT_EQ(sign_of(compare_rpm_versions(trim(words[0]), trim(words[1]))), wanted == "0"   ? "="
                                                                             : wanted == "1" ? ">"
                                                                                             : "<")
        << line;
  }
  EXPECT_GE(count, 91u);
}

// Each item of a JSON array of arrays.
void for_each_array(const std::filesystem::path& path,
                    const std::function<void(const std::vector<json::Value>&)>& visit) {
  const Source source("fixture", text_of(path));
  const Result<json::Document> document = json::read(source);
  ASSERT_TRUE(document) << path;
  for (const json::Value& item : document->root.items) visit(item.items);
}

TEST_F(Vectors, OfNpm) {
  std::size_t count = 0;
  for_each_array(directory_ / "npm/comparisons.json", [&](const auto& items) {
    ++count;
    EXPECT_EQ(sign_of(compare_npm_versions(items[0].text, items[1].text)), ">") << items[0].text;
    EXPECT_EQ(sign_of(compare_npm_versions(items[1].text, items[0].text)), "<") << items[0].text;
  });
  for_each_array(directory_ / "npm/equality.json", [&](const auto& items) {
    ++count;
    EXPECT_EQ(sign_of(compare_npm_versions(items[0].text, items[1].text)), "=") << items[1].text;
  });
  for_each_array(directory_ / "npm/valid-versions.json", [&](const auto& items) {
    ++count;
    EXPECT_EQ(sign_of(compare_npm_versions(items[0].text, items[0].text)), "=") << items[0].text;
  });
  for_each_array(directory_ / "npm/invalid-versions.json", [&](const auto& items) {
    // In JSON some of them are other things than texts, printed as such.
    if (!items[0].is(json::Kind::string) || items[0].text == "/1.2.3/") return;
    ++count;
    EXPECT_EQ(sign_of(compare_npm_versions(items[0].text, "1.0.0")), "?") << items[0].text;
  });
  EXPECT_GE(count, 80u);
}

TEST_F(Vectors, OfPythonInAscendingOrder) {
  const Source source("fixture", text_of(directory_ / "pep440/versions_sorted.json"));
  const Result<json::Document> document = json::read(source);
  ASSERT_TRUE(document);
  const std::vector<json::Value>& versions = document->root.items;
  EXPECT_GE(versions.size(), 90u);
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (std::size_t k = 0; k < versions.size(); ++k) {
      EXPECT_EQ(sign_of(compare_pypi_versions(versions[i].text, versions[k].text)), i < k   ? "<"
                                                                                    : i > k ? ">"
                                                                                            : "=")
          << versions[i].text << " and " << versions[k].text;
    }
  }
}

}  // namespace
}  // namespace plimsoll::advisories
