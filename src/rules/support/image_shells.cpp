#include "rules/support/image_shells.h"

#include <optional>

#include "rules/support/build_steps.h"
#include "rules/support/known_images.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules {

ImageShell shell_of(const Stage& stage) {
  if (stage.base.word.text.contains("alpine")) return ImageShell::ash;
  if (const std::optional<ImageReference>& image = stage.base.reference) {
    const KnownImage* const known = known_image(*image);
    const Bash bash = known == nullptr ? Bash::unknown : known->bash;
    const bool other = image->tag.contains("windows") || image->tag.contains("nanoserver") ||
                       (image->tag.empty() && !image->digest.empty());
    if (bash == Bash::in_every_variant) return ImageShell::bash;
    if (bash == Bash::in_most_variants && !other) return ImageShell::bash;
  }
  ImageShell shell = ImageShell::unknown;
  for_each_run(stage, [&](const Instruction& run) {
    for (const shell::Command& command : run.script.commands) {
      const auto call = package_call(command);
      if (!call || shell != ImageShell::unknown) continue;
      if (call->manager == Manager::apk) shell = ImageShell::ash;
      if (is_apt(call->manager) || is_rpm(call->manager)) shell = ImageShell::bash;
    }
  });
  return shell;
}

}  // namespace plimsoll::rules
