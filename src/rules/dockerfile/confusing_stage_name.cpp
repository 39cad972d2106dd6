#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

const Stage* earlier_of_same_name(const Dockerfile& dockerfile, const Stage& stage) {
  for (const Stage& other : dockerfile.stages) {
    if (other.index >= stage.index) return nullptr;
    if (equal_ignoring_case(other.name.text, stage.name.text)) return &other;
  }
  return nullptr;
}

void check_name(const Dockerfile& dockerfile, const Stage& stage, Findings& findings) {
  const DockerfileWord& name = stage.name;
  if (name.text.empty() || name.unresolved) return;
  const std::string lowered = lower(name.text);
  if (lowered == "scratch" || lowered == "context") {
    findings.add(name.at,
                 concat("stage name \"", name.text, "\" is reserved: ",
                        lowered == "scratch" ? "FROM scratch means the empty image"
                                             : "context means the build context"),
                 "choose another stage name");
    return;
  }
  if (const Stage* other = earlier_of_same_name(dockerfile, stage)) {
    findings
        .add(name.at,
             concat("stage name \"", name.text, "\" is also that of the stage on line ",
                    line_of(other->from.at), ": a reference to it means only one of them"),
             "give each stage a name of its own")
        .related = other->name.at;
  } else if (name.text != lowered) {
    findings.add(name.at,
                 concat("stage name \"", name.text,
                        "\" has capitals: stage names are compared without regard to case"),
                 concat("write ", lowered));
  }
}

void check_reference(const Dockerfile& dockerfile, const Stage& stage, std::string_view number,
                     Location at, Findings& findings) {
  if (!all_digits(number) || number.size() > 6) return;
  const auto index = static_cast<std::size_t>(*parse_number(number));
  if (index >= stage.index) return;  // no earlier stage: invalid-instruction
  const Stage& target = dockerfile.stages[index];
  findings
      .add(at,
           concat("stage ", number,
                  " is referred to by its number, which changes when a stage is "
                  "added before it"),
           target.name.text.empty() ? concat("name the stage on line ", line_of(target.from.at),
                                             " with AS and use that name")
                                    : concat("write from=", target.name.text))
      .severity = Severity::info;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  // Comparing every pair is quadratic: no file that a person wrote has this many stages.
  constexpr std::size_t most_stages = 1'000;
  for (const Stage& stage : dockerfile.stages) {
    if (stage.index < most_stages) check_name(dockerfile, stage, findings);
    for (const Instruction& instruction : stage.instructions) {
      const DockerfileFlag* from =
          instruction.keyword == Keyword::copy ? instruction.flag("from") : nullptr;
      if (from != nullptr) check_reference(dockerfile, stage, from->value.text, from->at, findings);
      for (const RunMount& mount : instruction.mounts) {
        check_reference(dockerfile, stage, mount.from, mount.at, findings);
      }
    }
  }
}

}  // namespace

extern constinit const Rule confusing_stage_name = {
    .name = "confusing-stage-name",
    .title = "stage name is not unique, not lower case or reserved, or a number is used for it",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "FROM, COPY --from and --target find a stage by its name, without regard to case. Two "
        "stages of "
        "one name, or a name that means something else, take files or a base from another place "
        "than "
        "the reader thinks. A number changes its meaning when a stage is added.",
    .remediation =
        "Give each stage a lower-case name of its own, not `scratch` or `context`, and refer to "
        "stages "
        "by name.",
    .limits =
        "A stage named like an image is allowed. Only the first thousand stages are compared.",
    .references = {hadolint("DL3024"), hadolint("DL3063"), buildkit("StageNameCasing"),
                   buildkit("DuplicateStageName"), buildkit("ReservedStageName"), trivy("DS-0012"),
                   checkov("CKV_DOCKER_11")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
