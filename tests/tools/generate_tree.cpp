// generate_tree DIRECTORY COUNT: a tree for measuring, half Dockerfiles and half compose files,
// always the same for the same count. Prints the number of bytes written.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/generated_files.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: generate_tree DIRECTORY COUNT\n", stderr);
    return 2;
  }
  const std::filesystem::path root = argv[1];
  const unsigned long count = std::strtoul(argv[2], nullptr, 10);
  unsigned long long bytes = 0;
  for (unsigned long i = 0; i < count / 2; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    const std::filesystem::path directory =
        root / std::to_string(i / 100) / ("service-" + std::to_string(i));
    std::filesystem::create_directories(directory);
    const std::string dockerfile = plimsoll::test::generated_dockerfile(number);
    const std::string compose = plimsoll::test::generated_compose_file(number);
    std::ofstream(directory / "Dockerfile", std::ios::binary) << dockerfile;
    std::ofstream(directory / "compose.yaml", std::ios::binary) << compose;
    bytes += dockerfile.size() + compose.size();
  }
  std::printf("%llu\n", bytes);
  return 0;
}
