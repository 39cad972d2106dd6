// The images that a Dockerfile takes from outside: the base of every stage, `COPY --from=image` and
// `RUN --mount=from=image`. Stages, scratch and what is not resolved are left out.
#pragma once

#include <string_view>

#include "findings/finding.h"
#include "subjects/dockerfile.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules {

struct ImageUse {
  const ImageReference& reference;
  std::string_view text;  // as the builder gets it
  Location at;
  // --platform as written: a digest may be that of one platform only.
  std::string_view platform = {};
  // A build argument's default is part of the text: whoever builds can choose another image.
  bool from_argument_default = false;
};

// `COPY --from=name` may mean a named context of the build (`additional_contexts`,
// `--build-context`), which stands in no Dockerfile: a bare word counts as an image only when it is
// one in known_images.h.
bool means_an_image(std::string_view text, const ImageReference& reference);

template <class Visit>
void for_each_image(const Dockerfile& dockerfile, Visit&& visit) {
  const auto from_flag = [&](std::string_view text, Location at) {
    if (text.empty() || text.contains('$') || dockerfile.find_stage(text) != nullptr) return;
    const std::optional<ImageReference> reference = parse_image_reference(text);
    if (reference && means_an_image(text, *reference))
      visit(ImageUse{*reference, text, at, {}, false});
  };
  for (const Stage& stage : dockerfile.stages) {
    const BaseImage& base = stage.base;
    if (!base.stage && !base.scratch && base.reference && !base.word.unresolved) {
      visit(ImageUse{*base.reference, base.word.text, base.word.at, stage.platform.raw,
                     base.from_argument_default});
    }
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword == Keyword::copy) {
        const DockerfileFlag* const from = instruction.flag("from");
        if (from != nullptr && !from->value.unresolved) from_flag(from->value.text, from->value.at);
      }
      for (const RunMount& mount : instruction.mounts) from_flag(mount.from, mount.at);
    }
  }
}

// Names the digest that the same file gives to the same image in another place; nothing when it
// gives none, or several. No digest is ever made up.
Fix pin_as_elsewhere(const Dockerfile& dockerfile, const ImageUse& use);

}  // namespace plimsoll::rules
