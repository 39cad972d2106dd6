// Inline suppressions: a comment that allows a rule at one place, with a reason.
//
//   # plimsoll: allow privileged -- the agent manages the host, until 2027-03-31
//   # plimsoll: allow root-user, no-healthcheck -- batch job
//   # plimsoll: allow-file image-not-pinned-by-digest -- the lab rebuilds daily
//   # hadolint ignore=DL3006,DL3008 # reason           (and `hadolint global ignore=…`)
//
// `allow` speaks for the line below it, or, at a line's end, for its own line. In a Dockerfile the
// line below is a whole instruction; a comment line between other comment lines speaks for the
// first line that is none. Where the finding is about something absent it stands on the FROM, the
// service's key or the `docker run`, so it can be suppressed there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "findings/finding.h"

namespace plimsoll {

struct Suppression {
  // Rule names or aliases, as written.
  std::vector<std::string> rules;
  std::string reason;  // "" when none is given
  std::string until;   // "2027-03-31" or ""
  Location at;         // the comment
  bool whole_file = false;
  // The lines it speaks for, 1-based and inclusive; unused when whole_file.
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;
  // Filled when it is applied to the findings of its file.
  bool used = false;
  bool expired = false;  // `until` lies before today: it no longer suppresses
  // It cannot be read and suppresses nothing: `until` is no date, no rule is named, …
  bool malformed = false;
  std::string problem;                     // why it is malformed: "it names no rule"
  std::vector<std::string> unknown_rules;  // names that no rule and no alias has
};

}  // namespace plimsoll
