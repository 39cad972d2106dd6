// Times as feeds write them, and the one form that they are kept in, RFC 3339: of two only the
// order is needed.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::feeds {

// "2023-10-03T00:00:00Z", with anything that a time can have from the seconds on.
bool is_moment(std::string_view text);

// "2018-04-26 17:17:00", "2018-04-26", "2018-04-26T17:17:00Z", and seconds or milliseconds since
// 1970, in RFC 3339. "" for anything else.
std::string moment_of(std::string_view text);

}  // namespace plimsoll::feeds
