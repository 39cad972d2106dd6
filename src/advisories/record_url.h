// Where people read on about a flaw or a repair, by its id.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::advisories {

// `ecosystem`: whose packages it was found in; a distribution's own page comes first. "" for an id
// that has no page known here.
std::string record_url(std::string_view id, std::string_view ecosystem);

}  // namespace plimsoll::advisories
