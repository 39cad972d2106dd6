// Limits that a container has from the control groups above its own. They protect the host, and
// not the others in those groups.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "findings/finding.h"
#include "subjects/container_spec.h"
#include "subjects/running_process.h"

namespace plimsoll::rules {

// Says that a container without a limit of its own shares one: of "memory", "512m".
inline void report_shared_limit(const ContainerSpec& spec, std::string_view of,
                                const Located<std::int64_t>& shared, std::string_view amount,
                                Findings& findings) {
  findings
      .add(shared,
           concat(spec.label(), " has no limit of its own for ", of,
                  ": a control group above it has ", amount, " for all that is in it"),
           "set a limit for the container itself")
      .severity = Severity::low;
}

}  // namespace plimsoll::rules
