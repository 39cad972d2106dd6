// Runs a fuzz target over the files named on the command line, so that fuzzers are built and can be
// replayed without libFuzzer: build/dev/bin/dockerfile_fuzz crash-file
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    std::printf("%s: passed\n", argv[i]);
    std::fflush(stdout);  // the next may abort
  }
  return 0;
}
