// Asks the kernel for its audit rules, over netlink as auditctl does, and writes them down as
// `auditctl -l` would.
//
// Facts: linux/audit.h; the kernel's kernel/audit.c and kernel/auditfilter.c; auditctl(8).
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace plimsoll::audit {

// The rules in force, one a line, behind a line `enabled N` as `auditctl -s` has it. A kernel
// without auditing says `enabled 0`. An error where it may not be asked (it answers root alone, and
// only outside of containers), and when it does not answer in time.
Result<std::string> list_audit_rules();

// One rule as text, without a line ending; empty for bytes that are none. `message` is a struct
// audit_rule_data with the strings behind it.
std::string audit_rule_text(std::span<const char> message);

}  // namespace plimsoll::audit
