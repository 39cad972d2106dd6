// Where a flaw that a distribution has not mended in the release of an image is mended in a later
// one: then there is a base image to move to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisories/database.h"
#include "base/result.h"
#include "subjects/vulnerability.h"

namespace plimsoll::advisories {

// A vulnerability without a fix, and the number of its flaw in the database.
struct Unmended {
  Vulnerability* vulnerability = nullptr;
  std::uint32_t flaw = 0;
};

// Sets `later_release` and `later_version` of those that the first later release that knows the
// flaw, or one behind it, has mended. Distributions whose releases are not numbers have none.
Result<void> look_in_later_releases(const Database& database, std::span<const Unmended> unmended);

// The later releases of a distribution that the database knows, the next one first.
std::vector<std::string> later_releases(std::span<const EcosystemCount> ecosystems,
                                        std::string_view ecosystem);

}  // namespace plimsoll::advisories
