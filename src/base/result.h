// How things fail: an expected failure is a value, never an exception across a module's border.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/source.h"

namespace plimsoll {

// What went wrong, where, and what to do about it. `message` starts in lower case and has no full
// stop; it says what was found and what was expected. An error about a file that could not be read
// at all has no place in a text: then `file` names it and `at` is unknown. Printed in one place,
// app/diagnostics.
struct Error {
  std::string message;
  Location at = {};
  std::string hint = {};
  std::string file = {};
};

template <class T>
using Result = std::expected<T, Error>;

// What a reader understood of its input, and what it could not: the rest is still answered.
template <class T>
struct Reading {
  T value{};
  std::vector<Error> errors;
};

inline std::unexpected<Error> failure(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace plimsoll
