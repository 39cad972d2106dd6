// Reads any bytes as a copyright file of Debian's, and as one of its licences.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/files/copyright.h"

namespace {

bool is_expression(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')' && --depth < 0) return false;
    if (c < ' ' || c > '~') return false;
  }
  return depth == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::image;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!is_expression(spdx_expression(text))) std::abort();
  Layer layer;
  dpkg_copyright.read("usr/share/doc/x/copyright", text, layer);
  for (const LicenceFile& file : layer.licence_files) {
    if (file.package != "x" || file.licence.empty() || !is_expression(file.licence)) std::abort();
  }
  return 0;
}
