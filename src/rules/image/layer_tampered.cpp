#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_paths.h"
#include "subjects/image.h"

namespace plimsoll::rules::image {
namespace {

constexpr std::string_view remedy =
    "do not run it; fetch the image again from where it was built, and find out who changed it";

void check(const Image& image, const Policy&, Findings& findings) {
  bool is_archive = false;
  bool all_known = true;
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    const ImageLayer& layer = image.layers[i];
    if (!layer.is_what_manifest_names()) {
      findings.add(layer.at,
                   concat(layer_words(image, i), " is not the one that the manifest names: it is ",
                          layer.digest, ", and what is stored hashes to ", layer.computed_digest),
                   std::string(remedy));
      continue;
    }
    if (layer.diff_id.empty() || layer.is_unpacked) continue;
    is_archive = true;
    if (layer.computed_diff_id.empty()) {
      all_known = false;
    } else if (!layer.is_what_configuration_names()) {
      findings.add(layer.at,
                   concat(layer_words(image, i),
                          " is not the one that the configuration names: its diff id is ",
                          layer.diff_id, ", and its content hashes to ", layer.computed_diff_id),
                   std::string(remedy));
    }
  }
  if (!is_archive) {
    findings.not_applicable("the files lie unpacked: there is no archive with a digest");
  } else if (!all_known) {
    findings.open("layers that cannot be read whole cannot be compared with their diff ids");
  }
}

}  // namespace

extern constinit const Rule layer_tampered = {
    .name = "layer-tampered",
    .title = "a layer is not what its digest says",
    .severity = Severity::critical,
    .topic = "images",
    .subjects = {Subject::image, Subject::host},
    .rationale =
        "An image is named by hashes all the way down: the manifest by its digest, each layer by "
        "that of its archive, and the configuration lists the hash of each layer unpacked. Content "
        "that does not hash to its name was damaged or exchanged after the image was made; the "
        "engine checks it when it pulls, and never again.",
    .remediation =
        "Do not run the image. Fetch it again by its digest from the registry, and compare; look "
        "for who could write to where it was stored.",
    .limits =
        "That the hashes agree says nothing of who made the image: that is what signatures are "
        "for. Layers that an engine keeps unpacked on its disk are not compared yet.",
    .references = {guideline("S3", "Container Security")},
    .check = {check},
};

}  // namespace plimsoll::rules::image
