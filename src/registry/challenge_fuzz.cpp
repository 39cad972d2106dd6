// Any header: what comes out is made of words, and reads as the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "registry/challenge.h"

namespace {

using namespace plimsoll;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string written(const std::vector<registry::Challenge>& challenges) {
  std::string out;
  for (const registry::Challenge& challenge : challenges) {
    out += concat(out.empty() ? "" : ", ", challenge.scheme);
    bool is_first = true;
    for (const auto& [name, value] : challenge.parameters) {
      out += concat(is_first ? " " : ",", name, "=", quoted(value));
      is_first = false;
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto challenges = registry::parse_challenges({reinterpret_cast<const char*>(data), size});
  for (const registry::Challenge& challenge : challenges) {
    require(!challenge.scheme.empty() && challenge.scheme == lower(challenge.scheme));
    for (const auto& [name, value] : challenge.parameters) {
      require(!name.empty() && !value.contains('\n') && !value.contains('\r'));
    }
  }
  const std::string text = written(challenges);
  require(written(registry::parse_challenges(text)) == text);
  return 0;
}
