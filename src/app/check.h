// The check itself: reads inputs, runs the rules over what they hold, applies the inline
// suppressions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/discovery.h"
#include "policy/policy.h"
#include "reports/report.h"
#include "rules/runner.h"

namespace plimsoll::app {

struct CheckOptions {
  std::vector<const Rule*> rules;            // the ones to run
  Severity least_severity = Severity::info;  // findings below it are left out
  Policy policy;
  std::string today;  // ISO date, for expired suppressions and end-of-life dates
  bool shellcheck = false;
  bool edits = false;    // also say how each fixable finding is fixed (Fix::edits, Fix::refusal)
  unsigned threads = 0;  // 0: as many as the machine has
};

// Every input is checked whatever becomes of the others; what could not be read is in the report's
// errors. Large trees: the parts of the report go to `sink` one at a time, in the order of the
// inputs, each in report order and owning its sources. The number is the input's.
using PartSink = std::function<void(std::size_t, Report)>;
void check(const std::vector<Input>& inputs, const Files& files, const CheckOptions& options,
           const PartSink& sink);
// The same, put together and in report order.
Report check(const std::vector<Input>& inputs, const Files& files, const CheckOptions& options);

// Adds a part to a report, behind what it has.
void append(Report& report, Report part);

// A text that is no file: stdin. `path` is what the findings call it.
Report check_text(const std::string& path, std::string text, InputKind kind, const Files& files,
                  const CheckOptions& options);

// Containers that are at hand already: one run line. Takes over their sources.
Report check_containers(std::unique_ptr<Sources> sources,
                        const std::vector<std::unique_ptr<ContainerSpec>>& containers,
                        const CheckOptions& options);

}  // namespace plimsoll::app
