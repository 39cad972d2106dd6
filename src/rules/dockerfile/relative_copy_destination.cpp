#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Whether a stage starts in a directory that this file decides: an earlier stage's WORKDIR, or the
// root of the empty image.
bool starts_known(const Dockerfile& dockerfile, const Stage& stage) {
  const Stage* current = &stage;
  for (std::size_t left = dockerfile.stages.size(); left > 0; --left) {
    if (current->base.scratch) return true;
    if (!current->base.stage || *current->base.stage >= current->index) return false;
    current = &dockerfile.stages[*current->base.stage];
    if (current->workdir != nullptr) return true;
  }
  return false;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    bool known = starts_known(dockerfile, stage);
    bool known_in_child = known;
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& step = deed(instruction);
      const bool trigger = &step != &instruction;
      if (step.keyword == Keyword::workdir) {
        known_in_child = true;
        if (!trigger) known = true;
      }
      if (step.keyword != Keyword::copy && step.keyword != Keyword::add) continue;
      if (trigger ? known_in_child : known) continue;
      const DockerfileWord* destination = destination_of(step);
      if (destination == nullptr || destination->text.empty()) continue;
      if (destination->text.starts_with('$') || is_absolute(destination->text)) continue;
      findings.add(destination->at,
                   concat(keyword_text(step), " to \"", destination->text,
                          "\" without a WORKDIR: the base image decides where that is"),
                   "set WORKDIR before it, or write the absolute path");
    }
  }
}

}  // namespace

extern constinit const Rule relative_copy_destination = {
    .name = "relative-copy-destination",
    .title = "COPY to a relative path without a WORKDIR",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A relative destination starts at the working directory. When the file sets none, the base "
        "image's is taken: another version of it can put the files somewhere else, over others.",
    .remediation = "Set WORKDIR to an absolute path first, or give COPY an absolute destination.",
    .limits =
        "A destination that starts with a variable is not judged. FROM scratch starts at `/`, "
        "which "
        "nothing can change.",
    .references = {hadolint("DL3045")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
