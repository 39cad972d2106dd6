// The pages in docs/rules/: each is made from a rule's constant and its cases, so that a page
// cannot say what the rule does not do. `make docs` writes them; a test compares them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace plimsoll::test {

// File names and contents: "privileged.md", …, and "README.md", the list of all rules.
std::vector<std::pair<std::string, std::string>> rule_pages();

}  // namespace plimsoll::test
