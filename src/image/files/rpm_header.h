// An RPM header: what a package says of itself, as its database keeps it. The numbers of entries
// and of bytes of data, then the entries (tag, type, offset in the data, count), then the data; all
// numbers are big endian on every machine. A string ends with a zero; an array is one behind the
// other. Of a tag that stands twice the last counts: what rpm adds while it installs stands behind
// what was signed, and replaces it.
// Sources: rpm's manual, "Package format" (Header) and "RPM tags"; Linux Standard Base, "Package
// File Format".
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "subjects/package.h"

namespace plimsoll::image {

// `path`, `layer` and `owner` are left to the caller. Not more than `max_file_bytes` of paths are
// read: directories are written once for many files, so that a short header can name a lot.
Result<Package> read_rpm_header(std::string_view blob, std::size_t max_file_bytes);

}  // namespace plimsoll::image
