#include "rules/rule.h"

namespace plimsoll::rules::container {
extern constinit const Rule unsigned_image = {
    .name = "unsigned-image",
    .title = "the image has no verified signature",
    .severity = Severity::medium,
    .topic = "images",
    .subjects = {Subject::image, Subject::container},
    .rationale =
        "A tag says where an image was fetched, not who made it. A signature that verifies against "
        "a key you trust does; without one, whoever can write to the registry decides what runs.",
    .remediation =
        "Sign images where they are built (cosign, notation) and let the policy name the keys that "
        "must have signed them.",
    .limits =
        "Nothing is checked in files: a signature is kept beside the image in its registry, and "
        "nothing in a compose file or a run line shows whether it exists. Verifying asks the "
        "registry. `DOCKER_CONTENT_TRUST=1` is no substitute: Docker Hub's official images are no "
        "longer signed that way.",
    .references = {guideline("S1", "Docker Images"), guideline("S3", "Enable Docker Content Trust"),
                   cis("4.5"), owasp("13"), dockle("CIS-DI-0005")},
};

}  // namespace plimsoll::rules::container
