// .trivyignore: the ids of what is not to be reported, one a line. An entry can have a day on which
// it ends; what a comment above or beside it says is its reason.
//
//   # the library is not linked into anything that we run
//   CVE-2023-4911
//   CVE-2019-14697 exp:2026-01-01  # until the base image is replaced
//
// The same in YAML says more (readers/trivyignore).
//
// Source: Trivy's documentation, "Filtering"; pkg/result/ignore.go of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "subjects/ignored_vulnerability.h"
#include "subjects/package_url.h"

namespace plimsoll::advisories {

// A comment speaks for the entries below it as far as the next blank line. An entry whose day is
// none is left out, with an error.
Reading<std::vector<IgnoredVulnerability>> read_trivyignore(const Source& source);

// Whether a path is meant by a pattern: `*` and `?` stop at a slash, `**` as a whole part is any
// number of parts.
bool is_path_like(std::string_view path, std::string_view pattern);

// The first entry that is about the flaw and the package: one that holds today, if there is any.
// Null when none is. `names` are the flaw's id and aliases, `package` the names of the package and
// of its source, `path` the file that proves it.
const IgnoredVulnerability* entry_for(std::span<const IgnoredVulnerability> entries,
                                      std::span<const std::string> names,
                                      std::span<const PackageUrl> package, std::string_view path,
                                      std::string_view today);

}  // namespace plimsoll::advisories
