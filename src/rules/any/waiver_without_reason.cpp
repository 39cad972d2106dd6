#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::any {
namespace {

// A hadolint comment is written for another tool: whether that one needs it is not known here.
bool for_hadolint(const Suppression& suppression) {
  return lower(suppression.at.text()).contains("hadolint");
}

// "DL3006", "SC2086"
bool hadolint_code(std::string_view name) {
  const bool prefix =
      equal_ignoring_case(name.substr(0, 2), "DL") || equal_ignoring_case(name.substr(0, 2), "SC");
  return prefix && name.size() > 2 && all_digits(name.substr(2));
}

void check(const Suppression& suppression, const Policy&, Findings& findings) {
  if (suppression.malformed) {
    findings.add(suppression.at,
                 concat("the suppression cannot be read and allows nothing: ", suppression.problem),
                 "write `plimsoll: allow RULE -- REASON, until YYYY-MM-DD`");
    return;
  }
  const std::string allowed = join(suppression.rules, ", ");
  std::size_t unknown = 0;
  for (const std::string& name : suppression.unknown_rules) {
    ++unknown;
    if (hadolint_code(name)) continue;
    findings.add(suppression.at,
                 concat("the suppression allows \"", name, "\", and no rule has that name"),
                 "correct the name: `plimsoll rules` lists them");
  }
  const bool hadolint = for_hadolint(suppression);
  if (suppression.reason.empty()) {
    Finding& finding =
        findings.add(suppression.at, concat("the suppression of ", allowed, " gives no reason"),
                     hadolint ? "add `# REASON` to its end" : "add ` -- REASON` to its end");
    if (hadolint) finding.severity = Severity::low;
  }
  if (suppression.expired) {
    findings.add(suppression.at,
                 concat("the suppression of ", allowed, " ended on ", suppression.until,
                        " and allows nothing any more"),
                 "correct what it allowed, or decide anew until when it may stay");
    return;
  }
  const bool all_unknown = unknown == suppression.rules.size();
  if (!suppression.used && !all_unknown && !hadolint) {
    findings
        .add(suppression.at,
             concat("the suppression of ", allowed, " is not needed: nothing is found here"),
             "remove it")
        .severity = Severity::low;
  }
}

}  // namespace

extern constinit const Rule waiver_without_reason = {
    .name = "waiver-without-reason",
    .title = "suppression without a reason, or without effect",
    .severity = Severity::medium,
    .topic = "governance",
    .subjects = {Subject::any},
    .rationale =
        "An exception that nobody can explain is never taken back. One that has ended, that names "
        "no rule or that cannot be read protects nobody from the finding it was written for, and "
        "one that is no longer needed hides the next fault at its place.",
    .remediation =
        "Give every suppression its reason and, where it can end, its last day: "
        "`# plimsoll: allow RULE -- REASON, until YYYY-MM-DD`. Remove those that are not needed.",
    .limits =
        "Whether a reason is a good one is not judged, and an owner or a last day is not demanded "
        "of a comment. A `hadolint ignore` is not called needless, nor are hadolint's and "
        "ShellCheck's codes called unknown: hadolint may need them.",
    .references = {guideline("S0", "NOTE: exception")},
    .check = {check},
};

}  // namespace plimsoll::rules::any
