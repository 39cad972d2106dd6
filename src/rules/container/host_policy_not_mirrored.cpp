#include "rules/rule.h"

namespace plimsoll::rules::container {
extern constinit const Rule host_policy_not_mirrored = {
    .name = "host-policy-not-mirrored",
    .title = "a container is looser than its host",
    .severity = Severity::low,
    .topic = "host",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "A host is hardened once: sshd options, kernel parameters, umask. A container that brings "
        "its own sshd or login configuration escapes that work, although the same people log in to "
        "it.",
    .remediation =
        "Run no login service in containers. Where one must run, give it the host's configuration "
        "as a read-only mount.",
    .limits =
        "Nothing is checked in files: the host's policy and the files inside an image stand in "
        "neither a compose file nor a Dockerfile. The audit of a running host compares the two.",
    .references = {guideline("S0", "Decision"), guideline("S4", "SSH")},
};

}  // namespace plimsoll::rules::container
