// The purl specification's own cases, which are not ours to copy: where PLIMSOLL_PURL_VECTORS names
// a directory with its *-test.json files (package-url/purl-spec, tests/types and tests/spec), every
// case of the types that Plimsoll writes is run. package_url_test.cpp has cases of our own.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/text.h"
#include "subjects/package_url.h"

namespace plimsoll {
namespace {

using json::Kind;
using json::text_of;
using json::Value;

PackageUrl url_in(const Value& object) {
  PackageUrl url{.type = std::string(text_of(object, "type")),
                 .name_space = std::string(text_of(object, "namespace")),
                 .name = std::string(text_of(object, "name")),
                 .version = std::string(text_of(object, "version")),
                 .qualifiers = {},
                 .subpath = std::string(text_of(object, "subpath"))};
  if (const Value* const qualifiers = object.find("qualifiers")) {
    for (const json::Member& member : qualifiers->members) {
      url.qualifiers.emplace_back(member.name, member.value.text);
    }
  }
  return url;
}

std::string dump(const std::optional<PackageUrl>& url) {
  if (!url) return "none";
  std::string out = concat(url->type, "|", url->name_space, "|", url->name, "|", url->version);
  for (const auto& [key, value] : url->qualifiers) out += concat("|", key, "=", value);
  return concat(out, "|#", url->subpath);
}

// A case that must fail to parse although the specification has the same text, as "recommended",
// become canonical: capital letters in a type or a key. Plimsoll reads what others wrote.
bool is_only_not_canonical(std::string_view text) {
  return lower(text.substr(0, 8)) == "pkg:rpm/" || lower(text.substr(0, 8)) == "pkg:gem/";
}

void run(const Value& test) {
  const std::string_view type = text_of(test, "test_type");
  const Value* const input = test.find("input");
  const Value* const expected = test.find("expected_output");
  const Value* const fails = test.find("expected_failure");
  ASSERT_TRUE(input != nullptr);
  SCOPED_TRACE(concat(text_of(test, "description"), ": ", type, " ", input->text));
  if (fails != nullptr && fails->boolean) {
    // A URL is only ever made here of a package that was found: it has what is required.
    if (type != "parse" || is_only_not_canonical(input->text)) return;
    EXPECT_EQ(dump(parse_package_url(input->text)), "none");
    return;
  }
  ASSERT_TRUE(expected != nullptr);
  if (type == "build") {
    EXPECT_EQ(to_string(url_in(*input)), expected->text);
    return;
  }
  const std::optional<PackageUrl> url = parse_package_url(input->text);
  ASSERT_TRUE(url);
  if (type == "parse") {
    PackageUrl wanted = url_in(*expected);
    std::ranges::sort(wanted.qualifiers);
    EXPECT_EQ(dump(url), dump(wanted));
  } else {
    EXPECT_EQ(to_string(*url), expected->text);
  }
}

TEST(PackageUrlVectors, HoldForTheTypesThatAreWritten) {
  const char* const directory = std::getenv("PLIMSOLL_PURL_VECTORS");
  if (directory == nullptr) {
    GTEST_SKIP() << "PLIMSOLL_PURL_VECTORS names no directory: the cases are not ours to copy";
  }
  std::vector<std::string> names{"oci", "specification"};
  for (std::size_t i = 0; i < package_kinds; ++i) {
    names.emplace_back(name_of(static_cast<PackageKind>(i)));
  }
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view ending = "-test.json";
    if (!name.ends_with(ending) ||
        std::ranges::find(names, name.substr(0, name.size() - ending.size())) == names.end()) {
      continue;
    }
    SCOPED_TRACE(name);
    std::ifstream file(entry.path());
    const Source source(name, {std::istreambuf_iterator<char>(file), {}});
    const Result<json::Document> document = json::read(source);
    ASSERT_TRUE(document) << document.error().message;
    const Value* const tests = document->root.find("tests");
    ASSERT_TRUE(tests != nullptr);
    for (const Value& test : tests->items) {
      run(test);
      ++cases;
    }
  }
  EXPECT_GT(cases, 100u);
}

}  // namespace
}  // namespace plimsoll
