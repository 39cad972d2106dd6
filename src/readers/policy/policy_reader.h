// Reads a policy file (.plimsoll.yaml): what this site allows. docs/policy.md lists its keys.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/policy.h"

namespace plimsoll {

// What the files of a site say together. They are read from the nearest to the farthest; each key
// is decided by the first that has it.
struct PolicyReading {
  Policy policy;
  std::set<std::string, std::less<>> given;  // the keys that a file has decided
  std::vector<Error> errors;
};

// Adds what a file says of keys that are not decided yet. An unknown key, or a value of the wrong
// type, is an error with its place; the rest is read. `source` must outlive the errors.
void read_policy(const Source& source, PolicyReading& into);

}  // namespace plimsoll
