// Reads any bytes as a Java archive.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/files/java.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::image;
  Layer layer;
  java_archive.read("a-1.jar", {reinterpret_cast<const char*>(data), size}, layer);
  for (const PackageFile& file : layer.package_files) {
    for (const plimsoll::Package& package : file.packages) {
      if (package.name.empty() || package.version.empty()) std::abort();
    }
  }
  return 0;
}
