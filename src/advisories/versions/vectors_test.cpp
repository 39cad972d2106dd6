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

// Where a file is not followed. `no_order`: in so many lines a text is no version to the manager,
// so that there is no order. `others`: what is said instead of what a line says.
struct Exceptions {
  std::size_t no_order = 0;
  std::map<std::string, std::string> others = {};
};

class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(directory_)) {
      GTEST_SKIP() << "the published comparisons are not in " << directory_;
    }
  }

  // Lines "A < B".
  void expect_lines(PackageKind kind, const std::string& file, std::size_t at_least,
                    const Exceptions& exceptions = {}) {
    SCOPED_TRACE(file);
    const std::string text = text_of(directory_ / file);
    std::size_t count = 0;
    std::size_t no_order = 0;
    std::set<std::string> others;
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
      if (const auto found = exceptions.others.find(key); found != exceptions.others.end()) {
        expected = found->second;
        others.insert(key);
      }
      const std::string found = sign_of(compare_versions(kind, words[0], words[2]));
      if (found == "?") expected = found;
      no_order += found == "?" ? 1 : 0;
      const std::string turned = expected == "<" ? ">" : expected == ">" ? "<" : expected;
      EXPECT_EQ(found, expected) << key;
      EXPECT_EQ(sign_of(compare_versions(kind, words[2], words[0])), turned) << key << ", turned";
    }
    EXPECT_GE(count, at_least);
    EXPECT_EQ(no_order, exceptions.no_order);
    EXPECT_EQ(others.size(), exceptions.others.size()) << "an exception that is none";
  }

  const std::filesystem::path directory_ = test::source_path("../shared/data/vectors");
};

TEST_F(Vectors, OfDebian) {
  expect_lines(PackageKind::deb, "osv-scalibr/debian-versions.txt", 29);
  expect_lines(PackageKind::deb, "osv-scalibr/debian-versions-generated.txt", 14'442);
}

// apk 3 calls these texts no versions ("1-r-0", "0..1", "1.2.0A", "1.2_blah"); apk 2 compares them,
// and otherwise than apk 3 would, as the file itself says.
TEST_F(Vectors, OfAlpine) {
  expect_lines(PackageKind::apk, "osv-scalibr/alpine-versions.txt", 778, {.no_order = 33});
  expect_lines(PackageKind::apk, "osv-scalibr/alpine-versions-generated.txt", 13'979);
  // "23_foo" and "1.0bc", which the file calls invalid.
  expect_lines(PackageKind::apk, "apk/version.data", 700, {.no_order = 2});
}

TEST_F(Vectors, OfRpm) {
  expect_lines(PackageKind::rpm, "osv-scalibr/redhat-versions.txt", 150);
  expect_lines(PackageKind::rpm, "claircore/rpmvercmp", 113);
}

TEST_F(Vectors, OfSemanticVersions) {
  expect_lines(PackageKind::golang, "osv-scalibr/semver-versions.txt", 80,
               {.no_order = 1});  // five numbers
  // Five numbers, and numbers above 2^53, which node-semver refuses.
  expect_lines(PackageKind::npm, "osv-scalibr/semver-versions.txt", 80, {.no_order = 3});
  // Five numbers, and "v" in front.
  expect_lines(PackageKind::cargo, "osv-scalibr/semver-versions.txt", 80, {.no_order = 30});
  expect_lines(PackageKind::nuget, "osv-scalibr/nuget-versions.txt", 35);
}

// Python's packaging refuses these texts ("0.1-bulbasaur", "2013-01-21T20:33:09+0100", "0.3m1");
// the order that the files have them in is of its releases before 22.
TEST_F(Vectors, OfPython) {
  expect_lines(PackageKind::pypi, "osv-scalibr/pypi-versions.txt", 30, {.no_order = 11});
  expect_lines(PackageKind::pypi, "osv-scalibr/pypi-versions-generated.txt", 12'375,
               {.no_order = 69});
}

// What stands here is what Maven itself says of these pairs, 3.8.7 and 3.9.9 alike: a word is
// before a list, and an empty word in front of a number vanishes.
TEST_F(Vectors, OfMaven) {
  expect_lines(PackageKind::maven, "osv-scalibr/maven-versions.txt", 100,
               {.others = {
                    {"1-1 = 1-ga-1", ">"},
                }});
  expect_lines(PackageKind::maven, "osv-scalibr/maven-versions-generated.txt", 14'752,
               {.others = {
                    {"1.0.0-RC16 < 1.0.0.RC8-beta", ">"},
                    {"1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3", ">"},
                    {"2.9.0-1 < 2.9.0.RC1", ">"},
                    {"6.1.12.rc5 < 6.1.12rc1", ">"},
                    {"1.1.31.sec10 < 1.1.31_noneautotype", ">"},
                    {"1.1.34.sec10 < 1.1.34_noneautotype", ">"},
                    {"1.1.46.sec10 < 1.1.46_noneautotype", ">"},
                    {"1.2.8.sec10_noneautotype < 1.2.8_noneautotype", ">"},
                    {"1.2.31.sec10 < 1.2.31_noneautotype", ">"},
                    {"1.2.48.sec10 < 1.2.48_noneautotype", ">"},
                    {"1.2.50.sec10 < 1.2.50_noneautotype", ">"},
                    {"1.2.54.sec10 < 1.2.54_noneautotype", ">"},
                    {"1.2.57.sec10 < 1.2.57_noneautotype", ">"},
                    {"1.2.60.sec10 < 1.2.60_noneautotype", ">"},
                    {"1.2.67.sec10 < 1.2.67_noneautotype", ">"},
                    {"1.0.0rc0 < 1.0.beta8", ">"},
                    {"1.5.9.RC1 < 1.5.9-RC0", ">"},
                    {"1.1.0-01-glassfish < 1.1.0.Beta1", ">"},
                }});
}

// "1beta" and "1gamma": RubyGems wants a dot before letters.
TEST_F(Vectors, OfRubyGems) {
  expect_lines(PackageKind::gem, "osv-scalibr/rubygems-versions.txt", 25, {.no_order = 2});
  expect_lines(PackageKind::gem, "osv-scalibr/rubygems-versions-generated.txt", 4'098);
}

// The files have the order of PHP's version_compare() on the texts as they are. Composer brings
// them into one form before, to which 1.0.0 is 1.0 and ALPHA is alpha, and what stands here is what
// it says. It refuses "1.2.3.#", "4.3-2RC1" and "3.1.0.post1", and keeps "dev-foo" apart from
// versions.
TEST_F(Vectors, OfPackagist) {
  expect_lines(PackageKind::composer, "osv-scalibr/packagist-versions.txt", 90,
               {.no_order = 13,
                .others = {
                    {"1.0.0 > 1.0", "="},
                }});
  expect_lines(PackageKind::composer, "osv-scalibr/packagist-versions-generated.txt", 10'000,
               {.no_order = 18,
                .others = {
                    {"v3.0 < v3.0.0-beta", ">"},
                    {"v3.4 < v3.4.0-alpha", ">"},
                    {"v4-beta4 < v4.0-alpha", ">"},
                    {"v1.9.0-ALPHA.1 = v1.9.0-BETA.1", "<"},
                    {"v1.9.0-BETA.1 < v1.9.0-ALPHA.2", ">"},
                    {"v1.9.0-ALPHA.2 = v1.9.0-BETA.2", "<"},
                    {"5.1.0-stable < 5.1.0-beta2", ">"},
                    {"v4.4 < v4.4.0-beta", ">"},
                    {"v6.5 < v6.5.0-beta-0", ">"},
                    {"v6.6 < v6.6.0-beta", ">"},
                }});
}

TEST_F(Vectors, OfAlpineThatAreNoVersions) {
  const std::string text = text_of(directory_ / "apk/version.data");
  std::size_t count = 0;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.starts_with('!')) continue;
    ++count;
    if (line == "!0.1a1") continue;  // but to apk 2 it is one (apk.cpp)
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
