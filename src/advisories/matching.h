// Which known vulnerabilities an image has: its packages, looked up in the database.
//
// Packages of a distribution are looked up in what is known of its release, by the source that they
// were built from where records name sources: the distribution mends a flaw without taking the
// author's next version, so that nothing but its own record knows which of its versions have it.
// For the same reason a package of a language that the distribution has installed is a matter of
// the distribution's, as long as the database knows that.
//
// A record that says "not affected" of a package overrules all others of the same distribution and
// flaw. A record about a module of a distribution holds for packages of that module and stream.
// What is known of the kernel is not said of headers and tools that were built beside it.
#pragma once

#include "advisories/database.h"
#include "base/result.h"
#include "subjects/image.h"
#include "subjects/vulnerability.h"

namespace plimsoll::advisories {

// An error when the database is damaged: then nothing is known.
Result<VulnerabilityMatch> match(const Database& database, const Image& image);

// Whether a record about packages of this module, "nodejs:18", or of none, "", is about one.
bool is_of_module(const Package& package, std::string_view module);
// Whether a record about these architectures, blanks between, or all, "", is about one.
bool is_of_architecture(const Package& package, std::string_view architectures);
// Whether it was built from the kernel's source and is neither kernel nor modules: headers, tools.
bool is_beside_kernel(const Package& package);

}  // namespace plimsoll::advisories
