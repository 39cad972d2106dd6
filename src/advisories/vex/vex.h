// Which VEX statement counts for a flaw of a package of an image. Of all that are about both, that
// is the one with the latest time, and of those of the same time the one that comes last.
//
// A statement is about a package when one of its products is that package, or what it was built
// from, or when one of its products is the image and has no subcomponents or the package among
// them. Package URLs hold as subjects/package_url.h's covers() has it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "advisories/vex/timestamp.h"
#include "advisories/vex/vex_statement.h"
#include "subjects/image.h"
#include "subjects/image_reference.h"
#include "subjects/package.h"
#include "subjects/package_url.h"
#include "subjects/vulnerability.h"

namespace plimsoll::advisories {

// What statements can call an image.
struct VexImage {
  std::vector<std::string> digests;  // of its manifest and its configuration
  std::optional<ImageReference> reference;
  std::string architecture;
};
VexImage vex_image_of(const Image& image);

// What statements can call a package: itself, and its source where it is a distribution's. `os` is
// the distribution; null where it is not known.
std::vector<PackageUrl> vex_names_of(const Package& package, const OsRelease* os);

// A purl of the type oci without a version is that of all images of its name.
bool is_image(const PackageUrl& url, const VexImage& image);
// "sha256:…", "nginx:1.27", "pkg:oci/nginx@sha256:…".
bool is_image(std::string_view name, const VexImage& image);

class VexStatements {
 public:
  // In the order of the documents and, in each, of its statements.
  explicit VexStatements(std::vector<VexStatement> statements);

  std::span<const VexStatement> all() const { return statements_; }

  // Null when nothing is said. `names` are the flaw's id and aliases, `package` what
  // vex_names_of() gives.
  const VexStatement* statement_for(std::span<const std::string> names,
                                    std::span<const PackageUrl> package,
                                    const VexImage& image) const;
  const VexStatement* statement_for(const Vulnerability& vulnerability,
                                    std::span<const PackageUrl> package,
                                    const VexImage& image) const;

 private:
  // A product with its names read.
  struct Product {
    std::vector<PackageUrl> urls;
    std::vector<std::string> names;  // that are none
    std::vector<PackageUrl> subcomponents;
    bool has_subcomponents = false;
  };
  struct Read {
    std::vector<Product> products;
    std::optional<Instant> time;
  };

  static bool is_about(const Product& product, std::span<const PackageUrl> package,
                       const VexImage& image);

  std::vector<VexStatement> statements_;
  std::vector<Read> read_;  // of each statement
  // The statements about a vulnerability, by its name in lower case.
  std::unordered_map<std::string, std::vector<std::size_t>> by_vulnerability_;
};

}  // namespace plimsoll::advisories
