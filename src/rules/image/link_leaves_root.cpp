#include <map>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_paths.h"
#include "rules/support/listing.h"
#include "subjects/image.h"

namespace plimsoll::rules::image {
namespace {

void check(const Image& image, const Policy&, Findings& findings) {
  std::map<std::size_t, std::vector<std::string>> links;  // by layer
  for (const ImageFile& link : image.leaving_links) {
    links[link.layer].push_back(concat("/", link.path, " -> ", link.link));
  }
  for (const auto& [layer, paths] : links) {
    constexpr std::size_t shown = 3;
    findings.add(place_of_layer(image, layer),
                 concat(counted(paths.size(), "symlink leads", "symlinks lead"),
                        " above the root of the image: ", first_of(paths, shown)),
                 "link to what is meant by an absolute path, or by no more .. than there are "
                 "directories");
  }
}

}  // namespace

extern constinit const Rule link_leaves_root = {
    .name = "link-leaves-root",
    .title = "a symlink leads above the root of the image",
    .severity = Severity::low,
    .topic = "filesystem",
    .subjects = {Subject::image},
    .rationale =
        "In a container the kernel stops such a link at the root. Whatever unpacks the image "
        "somewhere "
        "else, or looks into it from outside — a scanner, a backup, `docker cp`, a build that "
        "copies "
        "the tree — may follow it to the files of the host. That has been a flaw of many tools, "
        "and "
        "a link with more `..` than there are directories has no honest use.",
    .remediation = "Make the link absolute, or relative with the right number of `..`.",
    .limits =
        "Only a link's own text is judged: one that leaves by way of another link is not seen. "
        "Absolute links are resolved inside the container and are let be, also those to nothing.",
    .references = {document("CVE-2018-15664, symlinks and docker cp",
                            "https://nvd.nist.gov/vuln/detail/CVE-2018-15664")},
    .check = {check},
};

}  // namespace plimsoll::rules::image
