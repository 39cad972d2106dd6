#include "rules/rule.h"

namespace plimsoll::rules::container {
extern constinit const Rule user_owns_nothing_mounted = {
    .name = "user-owns-nothing-mounted",
    .title = "the user does not own what is mounted",
    .severity = Severity::low,
    .topic = "user",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "A container that runs as an id other than the owner of the directories mounted into it "
        "cannot write them. The usual repairs, running as root again or `chmod 777` on the host, "
        "undo the protection.",
    .remediation =
        "Run the container as the id that owns the mounted directories (`user: \"1000:1000\"`), or "
        "give the directories to the id of the container.",
    .limits =
        "Nothing is checked in files: who owns a directory is known on the host alone. The audit "
        "of a running host compares owners with users.",
    .references = {guideline("S2", "Always use unprivileged users")},
};

}  // namespace plimsoll::rules::container
