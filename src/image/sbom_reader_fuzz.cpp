// Reads any bytes as an inventory: each package has what a package has, each error a place.
#include "image/sbom_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "subjects/package_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // A URL that was read is the same when it is written and read again.
  if (const std::optional<PackageUrl> url = parse_package_url(text)) {
    const std::string written = to_string(*url);
    const std::optional<PackageUrl> again = parse_package_url(written);
    if (!again || to_string(*again) != written) std::abort();
  }
  const Source source("x.json", std::string(text));
  const Result<image::Sbom> sbom = image::read_sbom(source);
  if (!sbom) {
    if (!sbom.error().at.known() || sbom.error().at.span.end > size) std::abort();
    return 0;
  }
  for (const Package& package : sbom->packages) {
    if (package.name.empty() || package.version.empty()) std::abort();
  }
  for (const Error& error : sbom->errors) {
    if (!error.at.known() || error.at.span.end > size) std::abort();
  }
  return 0;
}
