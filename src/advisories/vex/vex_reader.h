// Reads documents that hold VEX statements: OpenVEX 0.0.1 and 0.2.0, CycloneDX 1.4 to 1.7, and CSAF
// 2.0 and 2.1 with the profile csaf_vex, all in JSON.
//
// CSAF often says "this package as part of that platform". The platform must have a package URL to
// be known here; where it has none but a CPE, as Red Hat's have, nothing is said that can be used:
// of the package alone it would be said for all releases of the distribution.
//
// Sources: github.com/openvex/spec, OPENVEX-SPEC.md; CycloneDX specification,
// schema/bom-1.*.schema.json, and "BOM-Link"; OASIS, "Common Security Advisory Framework Version
// 2.0", sections 3.2.2, 3.2.3 and 4.5.
#pragma once

#include <cstddef>
#include <vector>

#include "advisories/vex/vex_statement.h"
#include "base/result.h"
#include "base/source.h"

namespace plimsoll::advisories {

// Bounds on one document. Passing one is an error.
inline constexpr std::size_t max_vex_statements = 100'000;
inline constexpr std::size_t max_vex_name_bytes = 64u << 20;  // of all vulnerabilities and products
inline constexpr std::size_t max_vex_lookups = 10'000'000;    // of products and groups, by CSAF
// Longer names are refused; longer texts are cut.
inline constexpr std::size_t max_vex_name = 1'024;
inline constexpr std::size_t max_vex_text = 4'096;
// Of the faults of single statements; that there are more is said.
inline constexpr std::size_t max_vex_errors = 20;

// In the order of the document.
using VexReading = Reading<std::vector<VexStatement>>;

// An error with its place when the document as a whole is none that is read. A statement that is
// not as it must be is left out, with an error in what is given back.
Result<VexReading> read_vex(const Source& source);

}  // namespace plimsoll::advisories
