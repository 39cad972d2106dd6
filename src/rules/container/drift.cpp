#include "rules/rule.h"

namespace plimsoll::rules::container {
extern constinit const Rule drift = {
    .name = "drift",
    .title = "a running container differs from its image",
    .severity = Severity::high,
    .topic = "images",
    .subjects = {Subject::container},
    .rationale =
        "What runs should be what was built and reviewed. A program that appears in a running "
        "container, and a file that changes outside the places declared for data, are the first "
        "traces of an intruder.",
    .remediation =
        "Make the root file system read-only, mount volumes for data, and let the watcher compare "
        "containers with their images.",
    .limits =
        "Nothing is checked in files: drift exists only in a running container. Watching one shows "
        "it; whether a container can drift at all is the business of `writable-root-filesystem`.",
    .references = {guideline("S3", "Use file monitoring solutions for image layers")},
};

}  // namespace plimsoll::rules::container
