// The SARIF report's seam for tests: where its rules come from.
#pragma once

#include <iosfwd>
#include <string_view>

#include "reports/report.h"
#include "rules/rule.h"

namespace plimsoll {

// The rule of a name, or null.
using RuleLookup = const Rule*(std::string_view name);

void write_sarif(const Report& report, const ReportOptions& options, RuleLookup* find_rule,
                 std::ostream& out);

}  // namespace plimsoll
