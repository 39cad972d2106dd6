// A compose project's model as sorted lines, in the form that tests/oracles/compose prints the
// model of compose's own library: so that the two can be held against each other.
#pragma once

#include <string>
#include <vector>

#include "subjects/compose_project.h"

namespace plimsoll::test {

std::vector<std::string> compose_model(const ComposeProject& project);

}  // namespace plimsoll::test
