#include <optional>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/image_uses.h"
#include "rules/support/services.h"

namespace plimsoll::rules::dockerfile {
namespace {

// The finding, or null when the digest is there.
Finding* report(const ImageReference& reference, std::string_view text, Location at,
                std::string_view label, Findings& findings) {
  if (!reference.digest.empty()) return nullptr;
  return &findings.add(at, concat(label, text, " is not pinned by its digest"),
                       concat("add the digest: ", text, "@sha256:…"));
}

// The digest that the project pins the same reference by elsewhere; "" when there is none, or more
// than one.
std::string digest_beside(const ContainerSpec& spec, const ImageReference& image) {
  std::string digest;
  if (spec.project == nullptr) return digest;
  std::size_t seen = 0;
  for (const auto& service : spec.project->services) {
    if (++seen > max_neighbours) break;
    const ImageReference* const other = pulled_image(*service);
    if (!other || other->digest.empty() || other->registry != image.registry ||
        other->repository != image.repository || other->tag != image.tag) {
      continue;
    }
    if (!digest.empty() && digest != other->digest) return {};
    digest = other->digest;
  }
  return digest;
}

void check_dockerfile(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  std::size_t found = 0;
  for_each_image(dockerfile, [&](const ImageUse& use) {
    if (use.from_argument_default) return;
    Finding* const finding = report(use.reference, use.text, use.at, "", findings);
    if (finding != nullptr && ++found <= most_stages_to_fix) {
      finding->fix = pin_as_elsewhere(dockerfile, use);
    }
  });
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const ImageReference* const image = pulled_image(spec);
  if (!image) return;
  if (spec.surface == Surface::compose && spec.image.at.text().contains('$')) return;
  Finding* const finding = report(*image, spec.image.value, spec.image.at,
                                  concat(spec.label(), ": the image "), findings);
  if (finding == nullptr || image->tag.empty()) return;
  const std::string digest = digest_beside(spec, *image);
  if (digest.empty()) return;
  finding->fix =
      unsafe_fix({change::rewrite(spec.image.at, concat(spec.image.value, "@", digest))});
}

}  // namespace

extern constinit const Rule image_not_pinned_by_digest = {
    .name = "image-not-pinned-by-digest",
    .title = "the image is not pinned by its digest",
    .severity = Severity::low,
    .topic = "images",
    .subjects = {Subject::dockerfile, Subject::container},
    .rationale =
        "A tag is a name that whoever can push to the repository may give to another image. A "
        "digest is the image: what was reviewed is what runs, or nothing runs.",
    .remediation =
        "Add the digest behind the tag, `nginx:1.27@sha256:…`, and let a bot raise both together.",
    .limits =
        "Images that the project builds itself, stages and `scratch` have no digest to name. What "
        "an argument or an interpolation chooses is left to whoever sets it. No registry is asked: "
        "the fix repeats a digest that the same Dockerfile gives to the same image and platform, "
        "or "
        "that another service of the project pins the same tag by.",
    .references = {guideline("S4", "Base image choice")},
    .check = {check_dockerfile, check_container},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
