#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "subjects/image.h"

namespace plimsoll::rules::image {
namespace {

constexpr std::string_view attest =
    "build it with docker buildx build --provenance=true --sbom=true, and push it: the "
    "attestations "
    "stay beside the image";

// Labels that lead to the source. What an image is called and who wrote it leads nowhere.
bool names_its_source(const ImageConfig& config) {
  static constexpr std::array<std::string_view, 4> names{
      "org.opencontainers.image.source", "org.opencontainers.image.revision",
      "org.label-schema.vcs-url", "org.label-schema.vcs-ref"};
  return std::ranges::any_of(config.labels, [&](const auto& label) {
    return std::ranges::find(names, label.first) != names.end() &&
           !trim(label.second.value).empty();
  });
}

// A history of a squashed or imported image has entries that say nothing.
bool tells_how(const ImageConfig& config) {
  return std::ranges::any_of(config.history, [](const HistoryEntry& entry) {
    return !trim(entry.created_by.value).empty();
  });
}

void check(const Image& image, const Policy&, Findings& findings) {
  if (!image.config)
    return findings.not_applicable("a root file system says nothing of its making");
  const bool labelled = names_its_source(*image.config);
  const bool told = tells_how(*image.config);
  if (image.attestations && (image.attestations->has_provenance || image.attestations->has_sbom)) {
    return;
  }
  if (!labelled && !told) {
    findings.add(
        image.at,
        image.attestations
            ? "nothing says how the image was made: it has no history, no labels that lead "
              "to its source, and no provenance or SBOM beside it"
            : "neither a history nor labels say how the image was made, and attestations "
              "are not seen from here",
        std::string(attest));
    return;
  }
  if (!image.attestations) {
    return findings.not_applicable(
        "an archive of docker save, and an engine's store, leave attestations out: its history or "
        "its labels say how it was made");
  }
  findings
      .add(image.at,
           concat("no provenance and no SBOM stand beside the image: how it was made is said by ",
                  labelled && told ? "its labels and its history"
                  : labelled       ? "its labels"
                                   : "its history",
                  " alone"),
           std::string(attest))
      .severity = Severity::info;
}

}  // namespace

extern constinit const Rule unknown_provenance = {
    .name = "unknown-provenance",
    .title = "how the image was made is not known",
    .severity = Severity::low,
    .topic = "images",
    .subjects = {Subject::image},
    .rationale =
        "Whoever finds a flaw in an image must know from which sources and by which build it came, "
        "to "
        "mend it, and whether it came from where it claims. An image of which nothing of this is "
        "known can only be replaced.",
    .remediation =
        "Let the builder attest what it did: `docker buildx build --provenance=true --sbom=true`. "
        "Set the labels `org.opencontainers.image.source` and `org.opencontainers.image.revision`.",
    .limits =
        "That something is attested is looked at, not whether it is true: labels and history are "
        "written by whoever builds, and attestations count only with a signature that is verified. "
        "Attestations are seen in an OCI layout that holds the image's index. An archive of docker "
        "save, an engine's store and a layout into which one platform alone was copied (`skopeo "
        "copy` without `--all`) leave them out; of the last that cannot be told.",
    .references = {guideline("S4", "Base image choice"), owasp("13")},
    .check = {check},
};

}  // namespace plimsoll::rules::image
