// Vulnerability Exploitability eXchange: somebody who knows a product says of a flaw whether the
// product has it. "CVE-2023-4911 does not affect this image: the vulnerable code is not in it."
//
// Three formats say it (OpenVEX, CycloneDX, CSAF); this is the form that all are read into, in the
// words of OpenVEX.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace plimsoll::advisories {

enum class VexStatus : std::uint8_t { not_affected, affected, fixed, under_investigation };

std::string_view name_of(VexStatus status);  // "not_affected"
// Whether there is nothing left to report of a flaw.
constexpr bool silences(VexStatus status) {
  return status == VexStatus::not_affected || status == VexStatus::fixed;
}

// What a statement is about: a package, or an image.
struct VexProduct {
  // Each names it: a package URL, "sha256:…", "nginx:1.27".
  std::vector<std::string> names;
  // The packages in it that the flaw is in; none for all.
  std::vector<std::string> subcomponents;
};

struct VexStatement {
  std::vector<std::string> vulnerabilities;  // its names: "CVE-2023-4911", …
  std::vector<VexProduct> products;          // none: it says nothing of anything
  VexStatus status = VexStatus::under_investigation;
  std::string justification;  // a label of the format: "vulnerable_code_not_present"
  std::string statement;      // in words: why it is not affected, or what to do
  std::string author;
  std::string timestamp;  // RFC 3339; "" where nothing says it: it is older than any other
  std::string document;   // its id, or its path where it has none
  Location at;
};

}  // namespace plimsoll::advisories
