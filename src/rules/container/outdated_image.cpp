#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/end_of_life.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void judge(const ImageReference& reference, std::string_view text, std::string_view label,
           Location at, const Policy& policy, Findings& findings) {
  const std::optional<EndOfLife> end = end_of_life(reference, policy.today);
  if (!end) return;
  findings.add(at, concat(label, text, ": ", end->release, " gets no repairs since ", end->date),
               "move to a release that is still supported");
}

void check(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  if (const ImageReference* const image = pulled_image(spec)) {
    judge(*image, spec.image.value, concat(spec.label(), " runs "), spec.image.at, policy,
          findings);
    return;
  }
  if (spec.dockerfile == nullptr || spec.dockerfile_stage >= spec.dockerfile->stages.size()) return;
  // Only what ends up in the image: the stage and those it is built on.
  const Stage* stage = &spec.dockerfile->stages[spec.dockerfile_stage];
  while (stage->base.stage && *stage->base.stage < stage->index) {
    stage = &spec.dockerfile->stages[*stage->base.stage];
  }
  const BaseImage& base = stage->base;
  if (base.scratch || base.word.unresolved || !base.reference) return;
  judge(*base.reference, base.word.text, concat(spec.label(), " is built on "), base.word.at,
        policy, findings);
}

}  // namespace

extern constinit const Rule outdated_image = {
    .name = "outdated-image",
    .title = "the image is past its end of life",
    .severity = Severity::low,
    .topic = "images",
    .subjects = {Subject::image, Subject::container},
    .rationale =
        "After its end of life a release gets no repairs: every vulnerability found in it from "
        "then on stays open in every container of it.",
    .remediation = "Move to a release that its makers still support, and rebuild on it regularly.",
    .limits =
        "Only releases of well-known images are known here, by the tag that names them. Whether a "
        "newer build of the same tag exists, and the age of the packages in it, are answered by "
        "looking at the image. The base of a Dockerfile is judged where a compose service is built "
        "from it.",
    .references = {guideline("S3", "Ensure your images, packages are up-to-date"), cis("4.4")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
