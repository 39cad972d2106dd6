// The seam to the clock.
#pragma once

#include <string>

namespace plimsoll {

// Today's date in UTC as "2026-11-22". SOURCE_DATE_EPOCH, where it is set, is today: so that a run
// can be repeated byte for byte.
std::string today();
// The same with the time of day, as RFC 3339 writes it: "2026-11-22T09:30:00Z".
std::string now();

}  // namespace plimsoll
