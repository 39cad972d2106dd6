// Reads any bytes as a .trivyignore.yaml.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/date.h"
#include "readers/trivyignore/trivyignore_yaml_reader.h"
#include "subjects/package_url.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const Source source(".trivyignore.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const Result<Reading<std::vector<IgnoredVulnerability>>> reading = read_trivyignore_yaml(source);
  if (!reading) {
    require(reading.error().at.source == &source && reading.error().at.span.end <= size);
    return 0;
  }
  for (const Error& error : reading->errors) {
    require(error.at.source == &source && error.at.span.end <= size);
  }
  for (const IgnoredVulnerability& entry : reading->value) {
    require(!entry.id.empty() && entry.at.source == &source);
    require(entry.expires.empty() || is_date(entry.expires));
    for (const std::string& url : entry.purls) require(parse_package_url(url).has_value());
  }
  return 0;
}
