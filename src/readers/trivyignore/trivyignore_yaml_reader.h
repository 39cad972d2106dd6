// .trivyignore.yaml: what of an image's flaws is not to be reported, with more to say than a
// .trivyignore has room for:
//
//   vulnerabilities:
//     - id: CVE-2023-4911
//       paths: ["usr/lib/python3/**"]
//       purls: ["pkg:deb/debian/libc6"]
//       expired_at: 2026-01-01
//       statement: not reachable
//
// What the file says of other findings (misconfigurations, secrets, licences) is not read.
//
// Source: Trivy's documentation, "Filtering"; pkg/result/ignore.go of it.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "subjects/ignored_vulnerability.h"

namespace plimsoll {

// An error when the text is no YAML, or not as such a file is. An entry of which a part cannot be
// read is left out, with an error: it must not speak for more than it was meant to. Patterns of
// paths that use more than *, ** and ? are such a part. `source` must outlive what is given back.
Result<Reading<std::vector<IgnoredVulnerability>>> read_trivyignore_yaml(const Source& source);

}  // namespace plimsoll
