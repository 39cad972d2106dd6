#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/known_images.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Registries, or owners in them, whose publisher is known by the name: "registry/path".
constexpr std::string_view publishers[] = {
    "gcr.io/distroless",
    "cgr.io/chainguard",
    "dhi.io",
    "mcr.microsoft.com",
    "registry.access.redhat.com",
    "registry.redhat.io",
    "registry.suse.com",
    "registry.opensuse.org",
    "registry.fedoraproject.org",
    "quay.io/centos",
    "quay.io/fedora",
    "nvcr.io/nvidia",
    "public.ecr.aws/docker/library",
    "public.ecr.aws/amazonlinux",
    "public.ecr.aws/lambda",
    "mirror.gcr.io/library",
    "docker.elastic.co",
    "container-registry.oracle.com",
    "docker.io/nvidia",
    "docker.io/bitnami",
    "docker.io/redhat",
    "docker.io/rockylinux",
    "docker.io/opensuse",
    "docker.io/docker",
};

bool covers(std::string_view owner, std::string_view name) {
  return name.starts_with(owner) && (name.size() == owner.size() || name[owner.size()] == '/');
}

bool is_known(const ImageReference& reference, const Policy& policy) {
  if (reference.official() || known_image(reference) != nullptr) return true;
  const std::string name = concat(reference.registry, "/", reference.repository);
  const auto covers_name = [&](std::string_view owner) { return covers(owner, name); };
  if (std::ranges::any_of(publishers, covers_name)) return true;
  return policy.trusted_registries && std::ranges::any_of(*policy.trusted_registries, covers_name);
}

constexpr std::string_view remedy =
    "build on an official image, or declare its registry as trusted";

void check(const Dockerfile& dockerfile, const Policy& policy, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    const BaseImage& base = stage.base;
    if (base.stage || base.scratch || base.word.unresolved || !base.reference) continue;
    if (is_known(*base.reference, policy)) continue;
    findings.add(
        base.word.at,
        concat(base.word.text, " is no official image, and its publisher is not a known one"),
        std::string(remedy));
  }
}

void check_image(const Image& image, const Policy& policy, Findings& findings) {
  if (!image.config) return findings.not_applicable("a root file system names no base image");
  if (!image.base || image.base->name.empty()) {
    return findings.not_applicable("the image does not say which image it was built on");
  }
  const std::string& name = image.base->name;
  const std::optional<ImageReference> reference = parse_image_reference(name);
  if (name == "scratch" || !reference || is_known(*reference, policy)) return;
  findings.add(image.base->at.known() ? image.base->at : image.at,
               concat("the image says that it was built on ", name,
                      ", which is no official image, and its publisher is not a known one"),
               std::string(remedy));
}

}  // namespace

extern constinit const Rule unofficial_base_image = {
    .name = "unofficial-base-image",
    .title = "the base image is nobody’s official one",
    .severity = Severity::info,
    .topic = "images",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "An official or verified image is maintained, rebuilt when its base has repairs, and "
        "looked at by many. An image that somebody pushed once is none of that, and its name can "
        "mislead.",
    .remediation =
        "Build on an official image of Docker Hub, a distroless or otherwise hardened one, or one "
        "of your own, and declare the registry of your own images as trusted.",
    .limits =
        "Docker Hub's official images, the registries of well-known publishers, and what "
        "`trusted_registries` names are taken as good. Which publishers Docker Hub has verified is "
        "not known here beyond some well-known ones. Of an image the base is known where it "
        "says so: by the annotation or the label `org.opencontainers.image.base.name`, which a "
        "base "
        "image may also have handed on. The base of that base is not known.",
    .references = {guideline("S2", "Check the image file"), guideline("S4", "Base image choice")},
    .check = {check, check_image},
};

}  // namespace plimsoll::rules::dockerfile
