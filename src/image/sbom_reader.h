// Inventories that others wrote (software bills of materials): CycloneDX 1.2 to 1.7 and SPDX 2.2
// and 2.3, in JSON. Of a document the packages are taken whose package URL is of a kind that is
// known here; what it says of dependencies, files and vulnerabilities is not.
//
// What Plimsoll, syft and Trivy write beside the formats' own fields is understood: where a package
// was found, what it was built from, the module of an rpm.
//
// Sources: CycloneDX specification, schema/bom-1.*.schema.json; SPDX specification 2.3, clauses 6,
// 7 and 11; Trivy's documentation, "CycloneDX"; syft's "syft:" properties.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "subjects/image.h"
#include "subjects/package.h"

namespace plimsoll::image {

// Of one that is asked for by its name. 64 MiB are the packages of 100 large images.
inline constexpr std::size_t max_sbom_bytes = 64u << 20;
// Of the faults of single components; that there are more is said.
inline constexpr std::size_t max_sbom_errors = 20;

struct Sbom {
  // Of the image that it is about, as far as it says so: as in Image.
  std::string name;
  std::string digest;
  std::string id;
  std::optional<OsRelease> os;
  std::vector<Package> packages;  // sorted, `layer` is 0
  // Components that are no files and no distribution, and of no kind that is known here.
  std::size_t unknown_components = 0;
  // Components that say something that cannot be: the rest is there. Placed in the source.
  std::vector<Error> errors;
};

// Whether a text begins as a JSON object does: a bare path to one is an inventory, not an archive.
bool looks_like_json(std::string_view first_bytes);
// Whether the upper part of a text says that it is an inventory of one of the formats, of whatever
// version.
bool looks_like_sbom(std::string_view text);

// An error with its place when the document as a whole is none that is read.
Result<Sbom> read_sbom(const Source& source);

}  // namespace plimsoll::image
