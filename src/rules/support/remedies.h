// What to do about a finding, in the words of the surface that it is on. The runner asks for every
// finding with a fix; a rule asks itself where it offers none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "subjects/change.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

// "add --cap-drop=ALL" or "remove --pid host" for a run line, where flags can say all the changes;
// else `compose_words`.
std::string advice(const ContainerSpec& spec, const std::vector<Change>& changes,
                   std::string_view compose_words);

}  // namespace plimsoll::rules
