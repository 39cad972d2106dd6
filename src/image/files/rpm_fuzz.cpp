// Reads any bytes as each of rpm's databases and as a header; no file gives more than it has.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <tuple>

#include "image/files/rpm_header.h"
#include "image/files/rpm_records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::image;
  constexpr std::size_t max_file_bytes = 1000;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::size_t given = 0;
  const RpmRecordSink sink = [&](std::string_view header) {
    given += header.size();
    if (given > bytes.size()) std::abort();
    const auto package = read_rpm_header(header, max_file_bytes);
    if (package && (package->name.empty() || package->files.size() > max_file_bytes)) std::abort();
    return true;
  };
  for (auto* const read : {read_berkeley_records, read_ndb_records, read_sqlite_records}) {
    given = 0;
    std::ignore = read(bytes, sink);
  }
  std::ignore = read_rpm_header(bytes, max_file_bytes);
  return 0;
}
