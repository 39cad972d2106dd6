// write_rule_pages DIRECTORY: writes the rules' pages, and removes those of rules that are gone.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "support/rule_pages.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_rule_pages DIRECTORY\n", stderr);
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory);
  std::set<std::string> written;
  for (const auto& [name, text] : plimsoll::test::rule_pages()) {
    std::ofstream file(directory / name, std::ios::binary);
    file << text;
    if (!file.flush()) {
      std::perror(name.c_str());
      return 2;
    }
    written.insert(name);
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (!written.contains(entry.path().filename())) std::filesystem::remove(entry.path());
  }
  std::printf("%zu pages in %s\n", written.size(), directory.c_str());
  return 0;
}
