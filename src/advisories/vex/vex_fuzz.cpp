// Reads any bytes as a VEX document: each statement has what a statement has, each error a place,
// and whatever is said, asking for it gives a statement that is about it.
#include "advisories/vex/vex.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "advisories/vex/vex_reader.h"

namespace {

using namespace plimsoll;
using namespace plimsoll::advisories;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("x.json", std::string(reinterpret_cast<const char*>(data), size));
  instant_of(source.text());
  Result<VexReading> reading = read_vex(source);
  if (!reading) {
    require(reading.error().at.known() && reading.error().at.span.end <= size);
    return 0;
  }
  require(reading->errors.size() <= max_vex_errors + 1);
  for (const Error& error : reading->errors) {
    require(error.at.known() && error.at.span.end <= size);
  }
  for (const VexStatement& statement : reading->value) {
    require(!statement.vulnerabilities.empty() && statement.at.known());
    require(statement.timestamp.empty() || instant_of(statement.timestamp));
    require(statement.statement.size() <= max_vex_text);
    for (const VexProduct& product : statement.products) require(!product.names.empty());
  }
  const VexStatements all(std::move(reading->value));
  std::size_t asked = 0;
  for (const VexStatement& statement : all.all()) {
    for (const VexProduct& product : statement.products) {
      if (++asked > 100) return 0;
      const std::optional<PackageUrl> url = parse_package_url(product.names.front());
      if (!url) continue;
      const VexStatement* const found =
          all.statement_for(statement.vulnerabilities, std::span(&*url, 1), VexImage());
      require(found != nullptr);
      require(instant_of(found->timestamp) >= instant_of(statement.timestamp));
    }
  }
  return 0;
}
