// Ranges in words, for people: ">= 2.0.0, < 2.3.1".
#pragma once

#include <string>

#include "advisories/stored.h"

namespace plimsoll::advisories {

// Of what an entry says is affected: its ranges, with " or " between, and listed versions.
std::string range_text(const StoredEntry& entry);

}  // namespace plimsoll::advisories
