#include <algorithm>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
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

// The places after a stage that call it by its name: FROM, COPY --from, RUN --mount=from.
std::vector<Location> references_to(const Dockerfile& dockerfile, const Stage& stage) {
  std::vector<Location> out;
  const auto note = [&](const Location& at) {
    if (at.known() && equal_ignoring_case(at.text(), stage.name.text)) out.push_back(at);
  };
  for (std::size_t i = stage.index + 1; i < dockerfile.stages.size(); ++i) {
    const Stage& user = dockerfile.stages[i];
    if (user.base.stage == stage.index) note(user.base.word.at);
    for (const Instruction& instruction : user.instructions) {
      const DockerfileFlag* const from = instruction.flag("from");
      if (from != nullptr && instruction.from_stage == stage.index) note(from->value.at);
      for (const RunMount& mount : instruction.mounts) {
        if (mount.from_stage == stage.index) note(option_value_at(mount.at, "from", mount.from));
      }
    }
  }
  return out;
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
        .related = {other->name.at, "the other stage of this name"};
  } else if (name.text != lowered) {
    Finding& finding =
        findings.add(name.at,
                     concat("stage name \"", name.text,
                            "\" has capitals: stage names are compared without regard to case"),
                     concat("write ", lowered));
    if (name.at.text() != name.text || dockerfile.stages.size() > most_stages_to_fix) return;
    finding.fix = safe_fix({change::rewrite(name.at, lowered)});
    for (const Location& reference : references_to(dockerfile, stage)) {
      finding.fix.changes.push_back(change::rewrite(reference, lowered));
    }
  }
}

// Whether no other stage has the name and it means nothing else: then a reference can use it.
bool is_clear_name(const Dockerfile& dockerfile, const DockerfileWord& name) {
  const std::string lowered = lower(name.text);
  if (name.unresolved || lowered.empty() || lowered == "scratch" || lowered == "context") {
    return false;
  }
  return 1 == std::ranges::count_if(dockerfile.stages, [&](const Stage& stage) {
           return equal_ignoring_case(stage.name.text, lowered);
         });
}

// `number_at` is where the number itself stands in the flag at `at`.
void check_reference(const Dockerfile& dockerfile, const Stage& stage, std::string_view number,
                     Location at, Location number_at, Findings& findings) {
  if (!all_digits(number) || number.size() > 6) return;
  const auto index = static_cast<std::size_t>(*parse_number(number));
  if (index >= stage.index) return;  // no earlier stage: invalid-instruction
  const Stage& target = dockerfile.stages[index];
  Finding& finding = findings.add(
      at,
      concat("stage ", number,
             " is referred to by its number, which changes when a stage is "
             "added before it"),
      target.name.text.empty()
          ? concat("name the stage on line ", line_of(target.from.at), " with AS and use that name")
          : concat("write from=", target.name.text));
  finding.severity = Severity::info;
  if (number_at.text() != number || dockerfile.stages.size() > most_stages_to_fix ||
      !is_clear_name(dockerfile, target.name)) {
    return;
  }
  finding.fix = safe_fix({change::rewrite(number_at, lower(target.name.text))});
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  // Comparing every pair is quadratic: no file that a person wrote has this many stages.
  constexpr std::size_t most_stages = 1'000;
  for (const Stage& stage : dockerfile.stages) {
    if (stage.index < most_stages) check_name(dockerfile, stage, findings);
    for (const Instruction& instruction : stage.instructions) {
      const DockerfileFlag* from =
          instruction.keyword == Keyword::copy ? instruction.flag("from") : nullptr;
      if (from != nullptr) {
        check_reference(dockerfile, stage, from->value.text, from->at, from->value.at, findings);
      }
      for (const RunMount& mount : instruction.mounts) {
        check_reference(dockerfile, stage, mount.from, mount.at,
                        option_value_at(mount.at, "from", mount.from), findings);
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
        "A stage named like an image is allowed. Only the first thousand stages are compared. A "
        "second stage of one name, a reserved name and a stage without a name get no new one from "
        "`plimsoll fix`: which name fits, and who builds with --target, a person knows.",
    .references = {hadolint("DL3024"), hadolint("DL3063"), buildkit("StageNameCasing"),
                   buildkit("DuplicateStageName"), buildkit("ReservedStageName"), trivy("DS-0012"),
                   checkov("CKV_DOCKER_11")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
