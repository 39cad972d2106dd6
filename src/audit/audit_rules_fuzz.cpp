// Any bytes as a rule of the kernel: one line comes out, or nothing.
#include "audit/audit_rules.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text =
      plimsoll::audit::audit_rule_text({reinterpret_cast<const char*>(data), size});
  if (std::ranges::find(text, '\n') != text.end()) std::abort();
  return 0;
}
