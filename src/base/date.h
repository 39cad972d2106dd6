// Dates as ISO 8601 writes them: as texts they have the order of the days.
#pragma once

#include <string_view>

namespace plimsoll {

// "2026-11-22"; the day must exist.
bool is_date(std::string_view text);

}  // namespace plimsoll
