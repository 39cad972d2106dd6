// Where the tests find the tree they test.
#pragma once

#include <string>

namespace plimsoll::test {

// A path in the source tree: source_path("docs/rules").
std::string source_path(const std::string& path);
// The program that was built: build/<preset>/bin/plimsoll.
std::string program_path();

}  // namespace plimsoll::test
