#include <chrono>
#include <optional>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/days.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

void check(const Host& host, const Policy& policy, Findings& findings) {
  if (!policy.audit_period_days) {
    return findings.not_applicable("the policy has no audit_period_days");
  }
  const std::optional<std::chrono::sys_days> today = day_of(policy.today);
  if (!today) return findings.open("today's date is not known");
  if (!host.last_audit) return findings.open("/var/lib/plimsoll/last-audit cannot be read");
  const std::string period =
      counted(static_cast<std::size_t>(std::max(*policy.audit_period_days, 0)), "day", "days");
  constexpr std::string_view remedy = "let a timer run plimsoll audit";
  if (!host.last_audit->written()) {
    findings.add(host.at,
                 concat("no regular audit is recorded; the policy asks for one every ", period),
                 std::string(remedy));
    return;
  }
  const std::optional<std::chrono::sys_days> last = day_of(host.last_audit->value);
  if (!last) {
    return findings.open("/var/lib/plimsoll/last-audit holds no date such as 2026-11-22");
  }
  const auto age = (*today - *last).count();
  if (age <= *policy.audit_period_days) return;
  findings.add(*host.last_audit,
               concat("the last regular audit was ", std::to_string(age),
                      " days ago; the policy asks for one every ", period),
               std::string(remedy));
}

}  // namespace

extern constinit const Rule audit_overdue = {
    .name = "audit-overdue",
    .title = "the last audit is too long ago",
    .severity = Severity::low,
    .topic = "host",
    .subjects = {Subject::host, Subject::fleet},
    .rationale =
        "A host that was in order once drifts: a flag is added for a test, a group gains a member. "
        "Only an audit that is repeated notices.",
    .remediation =
        "Let a systemd timer run `plimsoll audit` within the policy's period, and look at what it "
        "finds.",
    .limits =
        "What counts is the day in /var/lib/plimsoll/last-audit, which the audit of a timer "
        "writes: one by hand does not. A day in the future is believed. Without a period in the "
        "policy (`audit_period_days`) nothing is judged.",
    .references = {guideline("S1", "Security Audits")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
