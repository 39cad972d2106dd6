// Whatever bytes are taken for an answer, rules can run over what comes of them; and what was read
// is written and read the same.
#include <cstdint>
#include <cstdlib>

#include "advisories/image_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  Sources sources;
  const auto answer = advisories::decode_answer(
      std::string_view(reinterpret_cast<const char*>(data), size), sources);
  if (!answer) return 0;
  const Image& image = *answer->image;
  if (image.vulnerabilities) {
    for (const Vulnerability& vulnerability : image.vulnerabilities->vulnerabilities) {
      if (vulnerability.packages.empty() || vulnerability.evidence.empty()) std::abort();
      for (const std::size_t index : vulnerability.packages) {
        if (index >= image.packages.size()) std::abort();
      }
    }
  }
  const std::string once = advisories::encode_answer(image, answer->errors);
  const auto again = advisories::decode_answer(once, sources);
  if (!again || advisories::encode_answer(*again->image, again->errors) != once) std::abort();
  return 0;
}
