// Compares any three texts in every scheme, and checks that each is an order.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisories/versions/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  // A line each.
  std::array<std::string_view, 3> texts;
  for (std::string_view& text : texts) {
    text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
  }
  for (std::size_t i = 0; i < package_kinds; ++i) {
    if (!advisories::keep_order(static_cast<PackageKind>(i), texts)) std::abort();
  }
  return 0;
}
