// The licences of Debian's packages: usr/share/doc/PACKAGE/copyright, where it is in the form that
// programs read. The licences of all files of the source package are joined with AND; those of
// debian/* are left out, which nothing is built from. Debian's names become SPDX identifiers where
// there is one that means the same, others LicenseRef-NAME.
// Sources: Debian policy, "Machine-readable debian/copyright file", version 1.0; SPDX licence list;
// SPDX specification 2.3, annex D (expressions).
#pragma once

#include <string>
#include <string_view>

#include "image/file_reader.h"

namespace plimsoll::image {

// "GPL-2+ or Artistic, and MIT" -> "(GPL-2.0-or-later OR LicenseRef-Artistic) AND MIT"; "" for what
// is no expression.
std::string spdx_expression(std::string_view debian);

extern const FileReader dpkg_copyright;

}  // namespace plimsoll::image
