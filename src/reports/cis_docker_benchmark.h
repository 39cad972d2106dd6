// The recommendations of the CIS Docker Benchmark 1.6 that docker-bench-security implements: their
// numbers, in words of our own. Which rule answers one stands with the rule (its references).
//
// Numbers: docker-bench-security ff26d67, tests/*.sh.
#pragma once

#include <span>
#include <string_view>

#include "rules/rule.h"

namespace plimsoll {

struct CisRecommendation {
  std::string_view id;
  std::string_view title;
  // What a person must look at: where no rule answers, and where a rule that found nothing has not
  // seen all that is meant. Empty: the rules answer it whole.
  std::string_view look_at = {};
  // What it is about, where that is not what its section is about.
  ShortList<Subject, 2> subjects = {};
};

struct CisSection {
  std::string_view title;
  std::span<const CisRecommendation> recommendations;
  // What it is about. A rule can stand for several recommendations, one for each subject: the limit
  // of open files is the engine's default in section 2, and a container's in section 5. None: there
  // is nothing here that it is about.
  ShortList<Subject, 2> subjects;
};

std::span<const CisSection> cis_docker_benchmark();

}  // namespace plimsoll
