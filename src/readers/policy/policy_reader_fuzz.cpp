// Whatever stands in a policy file, reading it ends, and every error has a place in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "readers/policy/policy_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const plimsoll::Source source("p", std::string(reinterpret_cast<const char*>(data), size));
  plimsoll::PolicyReading reading;
  plimsoll::read_policy(source, reading);
  for (const plimsoll::Error& error : reading.errors) {
    if (error.at.source != &source || error.at.span.end > size) std::abort();
  }
  return 0;
}
