#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

void check_one(const Instruction& instruction, Findings& findings) {
  const Instruction& step = deed(instruction);
  // ONBUILD MAINTAINER is not deprecated but refused: invalid-instruction.
  if (step.keyword == Keyword::maintainer && &step == &instruction) {
    findings.add(step.name_at,
                 "MAINTAINER is deprecated: it can hold one name and no tool reads it",
                 "write LABEL org.opencontainers.image.authors=\"…\"");
  }
  if (step.legacy_assignment && !step.assignments.empty()) {
    const std::string_view keyword = keyword_text(step);
    const std::string_view name = step.assignments.front().name.text;
    findings.add(step.name_at,
                 concat(keyword, " ", name,
                        " is written without `=`: everything after the name is its "
                        "value, so that a second variable goes unnoticed"),
                 concat("write ", keyword, " ", name, "=\"…\""));
  }
  if (!instruction.blank_continuations.empty()) {
    findings.add(instruction.blank_continuations.front(),
                 concat("blank line inside the continued ", keyword_text(instruction),
                        ": BuildKit warns that it will refuse it"),
                 "remove the blank line, or start it with #");
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Instruction& argument : dockerfile.global_arguments) check_one(argument, findings);
  for (const Stage& stage : dockerfile.stages) {
    check_one(stage.from, findings);
    for (const Instruction& instruction : stage.instructions) check_one(instruction, findings);
  }
}

}  // namespace

extern constinit const Rule deprecated_instruction = {
    .name = "deprecated-instruction",
    .title = "instruction or form of it is deprecated",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "MAINTAINER was replaced by a label in 2017. `ENV name value` takes the rest of the line "
        "as one "
        "value, which is rarely what a second name on it was meant to be. Blank lines inside a "
        "continued instruction are announced to become errors.",
    .remediation =
        "Write `LABEL org.opencontainers.image.authors=…`, `ENV name=value` and `LABEL "
        "name=value`, and "
        "no blank lines after a continuation character.",
    .limits = "Of several blank lines in one instruction the first is reported.",
    .references = {hadolint("DL4000"), buildkit("MaintainerDeprecated"),
                   buildkit("LegacyKeyValueFormat"), buildkit("NoEmptyContinuation"),
                   trivy("DS-0022"), checkov("CKV_DOCKER_6")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
