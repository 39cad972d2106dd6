// Under which names the packages of an image are looked up in the database, and whether a record
// that is found there is about them.
//
// Packages of a distribution are looked up in what is known of its release, by the source that they
// were built from where records name sources: the distribution mends a flaw without taking the
// author's next version, so that nothing but its own record knows which of its versions have it.
// For the same reason a package of a language that the distribution has installed is a matter of
// the distribution's, as long as the database knows that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisories/database.h"
#include "subjects/image.h"

namespace plimsoll::advisories {

// One name of one package. Other views are the image's.
struct Lookup {
  std::string key;             // of the table of packages
  std::string_view ecosystem;  // as the database has it
  std::string_view name;
  std::string_view version;  // to be compared
  std::size_t package = 0;   // index into Image::packages
};

struct Lookups {
  std::vector<Lookup> lookups;    // in the order of their keys
  std::vector<std::string> open;  // packages that nothing can be said of, and why
};

Lookups lookups_of(const Database& database, const Image& image);

// Whether a record about packages of this module, "nodejs:18", or of none, "", is about one.
bool is_of_module(const Package& package, std::string_view module);
// Whether a record about these architectures, blanks between, or all, "", is about one.
bool is_of_architecture(const Package& package, std::string_view architectures);
// Whether it was built from the kernel's source and is neither kernel nor modules: headers, tools.
bool is_beside_kernel(const Package& package);

}  // namespace plimsoll::advisories
