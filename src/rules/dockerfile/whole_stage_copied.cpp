#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_root(std::string_view path) {
  return path == "/" || path == "/." || path == "/*" || path == "/./";
}

// Whether a stage starts empty: then it holds what was copied into it on purpose, and no system.
bool starts_empty(const Dockerfile& dockerfile, const Stage* stage) {
  constexpr int most = 100;  // stages one upon the other
  for (int depth = 0; stage != nullptr && depth < most; ++depth) {
    if (stage->base.scratch) return true;
    stage = base_stage(dockerfile, *stage);
  }
  return false;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for_each_instruction(dockerfile, [&](const Stage& stage, const Instruction& instruction) {
    const Instruction& copy = deed(instruction);
    const DockerfileFlag* from = copy.keyword == Keyword::copy ? copy.flag("from") : nullptr;
    const DockerfileWord* destination = destination_of(copy);
    if (from == nullptr || destination == nullptr || !is_root(destination->text)) return;
    for (const DockerfileWord& source : sources_of(copy)) {
      if (!is_root(source.text)) continue;
      if (copy.from_stage && starts_empty(dockerfile, &dockerfile.stages[*copy.from_stage])) return;
      Finding& finding = findings.add(
          source.at,
          concat("the whole file system of \"", from->value.text,
                 "\" is copied, with build tools, caches and secrets that were left in it"),
          "copy only the paths that the program needs");
      // Flattening a stage into an empty image is a habit with a purpose, and drops nothing but
      // layers.
      if (stage.base.scratch) finding.severity = Severity::info;
      return;
    }
  });
}

}  // namespace

extern constinit const Rule whole_stage_copied = {
    .name = "whole-stage-copied",
    .title = "whole file system of another stage is copied",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A second stage is there to leave things behind: compilers, package caches, tokens. "
        "Copying `/` "
        "takes them all along, doubles the size, and loses the other image's history, so that "
        "scanners "
        "cannot tell which base it was.",
    .remediation = "Copy the paths that the program needs, or build on that stage with FROM.",
    .limits =
        "Only a copy of the root to the root is reported; a copy into another directory builds a "
        "root file "
        "system on purpose. A stage that starts from scratch holds only what was put into it, and "
        "may "
        "be copied whole.",
    .references = {hadolint("DL3067")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
