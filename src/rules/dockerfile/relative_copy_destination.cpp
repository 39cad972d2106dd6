#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  // By stage, whether this file decides the directory that it ends in: by a WORKDIR, or because the
  // empty image below starts at the root.
  std::vector<bool> ends_known(dockerfile.stages.size());
  for (const Stage& stage : dockerfile.stages) {
    const Stage* base = base_stage(dockerfile, stage);
    bool known = stage.base.scratch || (base != nullptr && ends_known[base->index]);
    ends_known[stage.index] = known || stage.workdir != nullptr;
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
