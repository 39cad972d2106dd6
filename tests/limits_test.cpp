// docs/limits.md names every bound of the headers, with its value and its file.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <string>

#include "base/text.h"
#include "support/repository.h"

namespace plimsoll::test {
namespace {

std::string without(std::string text, std::string_view unwanted) {
  std::erase_if(text, [&](char c) { return unwanted.contains(c); });
  return text;
}

// "16u << 20", "64 * 1024", "200'000".
std::optional<long long> value_of(const std::string& expression) {
  static const std::regex form(R"((\d+)(?: (<<|\*) (\d+))?)");
  const std::string plain = without(expression, "'uUlL");
  std::smatch part;
  if (!std::regex_match(plain, part, form)) return std::nullopt;
  const long long first = std::stoll(part[1]);
  if (!part[2].matched) return first;
  return part[2] == "<<" ? first << std::stoll(part[3]) : first * std::stoll(part[3]);
}

// "16 MiB", "200,000", "64 KiB, BuildKit's own".
long long number_of(const std::string& cell) {
  const long long number = std::stoll(without(cell, ","));
  if (cell.contains(" KiB")) return number << 10;
  if (cell.contains(" GiB")) return number << 30;
  if (cell.contains(" MiB")) return number << 20;
  return number;
}

TEST(Limits, AreAllDocumented) {
  std::ifstream page(source_path("docs/limits.md"));
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  static const std::regex bound(
      R"(^(?:inline )?constexpr [a-z_:0-9]+ (max_[a-z_0-9]+) = ([^;]+);)");
  const std::filesystem::path root = source_path(".");
  std::size_t bounds = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    if (entry.path().extension() != ".h") continue;
    std::ifstream header(entry.path());
    for (std::string line; std::getline(header, line);) {
      std::smatch part;
      if (!std::regex_search(line, part, bound)) continue;
      ++bounds;
      const std::string file = std::filesystem::relative(entry.path(), root).generic_string();
      const std::string row = concat(" | `", part[1].str(), "` | `", file, "` |");
      const std::size_t at = text.find(row);
      if (at == std::string::npos) {
        ADD_FAILURE() << "docs/limits.md lacks the row \"| … | …" << row << "\"";
        continue;
      }
      const std::size_t cell = text.rfind("| ", at - 1) + 2;
      EXPECT_EQ(value_of(part[2]), number_of(text.substr(cell, at - cell))) << file << ": " << line;
    }
  }
  EXPECT_GT(bounds, 30u);
}

}  // namespace
}  // namespace plimsoll::test
