// Reads shell scripts (POSIX sh, bash and the like) into the flat list of commands that rules see.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "subjects/shell_script.h"

namespace plimsoll::shell {

// Bounds on hostile input.
inline constexpr std::size_t max_nesting = 100;  // subshells, substitutions, compound commands
inline constexpr std::size_t max_commands = 200'000;

// Turns an offset in the script's text into the place in the file it came from. A script in a RUN
// has its continuations removed, so offsets are not simply shifted.
class Places {
 public:
  virtual ~Places() = default;
  virtual Location at(std::uint32_t begin, std::uint32_t end) const = 0;
};

struct ReadOptions {
  // The value of a variable that the surroundings define (a RUN's ARG and ENV); nothing if unknown.
  std::function<std::optional<std::string>(std::string_view)> variable;
  // Whether assignments of the script itself are followed (scripts); arrays, too, where they are
  // literal.
  bool follow_assignments = true;
};

// The script's words are views of `text`, or lie in `arena` where quotes and values changed them:
// both must outlive the script.
Script read_script(std::string_view text, const Places& places, Arena& arena,
                   const ReadOptions& options = {});

}  // namespace plimsoll::shell
