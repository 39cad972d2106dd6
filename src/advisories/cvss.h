// The Common Vulnerability Scoring System, of FIRST: how bad a flaw is, from 0 to 10, computed from
// a line that says how it is reached and what it does:
// CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H is 9.8.
//
// There are four versions, and each scores in a way of its own. In all of them the base metrics
// must be there; others can say what holds at some time (is there an exploit?) and some place (how
// much do we depend on it?). Where a vector has those, its score is the one that they make.
//
// Sources: first.org, "A Complete Guide to the Common Vulnerability Scoring System Version 2.0",
// and the specification documents of versions 3.0, 3.1 and 4.0.
#pragma once

#include <optional>
#include <string_view>

#include "subjects/vulnerability.h"

namespace plimsoll::advisories {

struct CvssScore {
  std::string_view version;  // "CVSS 3.1"
  int tenths = 0;            // 98 is 9.8
  // As the version names it. Version 2 names none: of that as NVD does it, which knows nothing
  // above high. A flaw with the score 0 is none.
  Rating rating = Rating::unknown;

  double score() const { return tenths / 10.0; }
};

// The metrics may stand in any order; a vector of version 2 may be in parentheses and need not name
// its version. Nothing for what is no vector: a metric or a value that the version does not have, a
// metric twice, a base metric missing.
std::optional<CvssScore> score_of(std::string_view vector);

}  // namespace plimsoll::advisories
