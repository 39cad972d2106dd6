// Finds the suppressions in a text's comments and applies them to the findings of that text.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "findings/suppression.h"

namespace plimsoll {

// Bound on hostile input: more in one text are not read, and the last one read is malformed and
// says so.
inline constexpr std::size_t max_suppressions = 10'000;
// A suppression's comment that is longer than this many bytes is malformed.
inline constexpr std::size_t max_suppression_length = 4096;

// How comments are written in a text.
enum class CommentStyle : std::uint8_t {
  dockerfile,  // whole lines that start with #; and shell comments at the end of a RUN's line
  hash,        // YAML, shell, Makefile: # to the end of the line, outside quotes
  markdown,    // <!-- plimsoll: allow … --> on its own line, and # inside fences
  none,        // JSON
};

// The suppressions in a text, in its order. `units` are the instructions (or other parts that
// belong together over several lines) of the text: a suppression above one, or at the end of one of
// its lines, speaks for all of it. Cheap when the text names neither `plimsoll:` nor `hadolint`.
std::vector<Suppression> find_suppressions(const Source& source, CommentStyle style,
                                           std::span<const Span> units);

// What a name in a suppression means.
class RuleNames {
 public:
  virtual ~RuleNames() = default;
  // Whether `name` (a rule's name or an alias) means the rule called `rule`.
  virtual bool means(std::string_view name, std::string_view rule) const = 0;
  virtual bool known(std::string_view name) const = 0;
};

struct Applied {
  std::vector<Finding> kept;
  struct Silenced {
    Finding finding;
    std::size_t suppression;  // index into the suppressions
  };
  std::vector<Silenced> silenced;
};

// Splits findings into those that stay and those that a suppression of their source silences, and
// fills used, expired and unknown_rules. `today` is an ISO date: "2026-11-22".
Applied apply_suppressions(std::vector<Suppression>& suppressions, std::vector<Finding> findings,
                           const RuleNames& names, std::string_view today);

}  // namespace plimsoll
