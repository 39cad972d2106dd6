// Reads any bytes as a .trivyignore, and matches its words as patterns.
#include "advisories/vex/trivyignore.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/date.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  using namespace plimsoll::advisories;
  const Source source(".trivyignore", std::string(reinterpret_cast<const char*>(data), size));
  const Reading<std::vector<IgnoredVulnerability>> reading = read_trivyignore(source);
  require(reading.value.size() <= max_ignored_vulnerabilities);
  for (const Error& error : reading.errors) {
    require(error.at.source == &source && error.at.span.end <= size);
  }
  for (const IgnoredVulnerability& entry : reading.value) {
    require(!entry.id.empty() && entry.id.size() <= max_ignored_text);
    require(entry.reason.size() <= max_ignored_text);
    require(entry.expires.empty() || is_date(entry.expires));
    require(entry.at.source == &source && entry.at.span.end <= size);
    const std::vector<std::string> names{entry.id};
    require(entry_for(reading.value, names, {}, {}, "2026-01-01") != nullptr);
    if (&entry - reading.value.data() > 100) break;
  }
  if (reading.value.size() > 1) {
    is_path_like(reading.value[0].id, reading.value[1].id);
    require(is_path_like(reading.value[0].id, "**"));
  }
  return 0;
}
