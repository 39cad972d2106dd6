// Which known vulnerabilities an image has: its packages, looked up in the database (lookups.h).
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

// Takes out those that no known version is without, and counts them.
void leave_out_without_fix(VulnerabilityMatch& match);

}  // namespace plimsoll::advisories
