#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::array<Keyword, 3> single{Keyword::cmd, Keyword::entrypoint, Keyword::healthcheck};

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    // What the stage says for itself, and what ONBUILD says for the images built on it.
    std::array<std::array<const Instruction*, single.size()>, 2> last{};
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& step = deed(instruction);
      for (std::size_t i = 0; i < single.size(); ++i) {
        if (step.keyword != single[i]) continue;
        const Instruction*& earlier = last[&step == &instruction ? 0 : 1][i];
        if (earlier != nullptr) {
          findings
              .add(earlier->name_at,
                   concat("this ", keyword_text(*earlier), " has no effect: the one on line ",
                          line_of(step.name_at), " overrides it"),
                   concat("remove this ", keyword_text(*earlier)))
              .related = step.name_at;
        }
        earlier = &step;
      }
    }
  }
}

}  // namespace

extern constinit const Rule overridden_instruction = {
    .name = "overridden-instruction",
    .title = "CMD, ENTRYPOINT or HEALTHCHECK is overridden in its own stage",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "Only the last CMD, ENTRYPOINT and HEALTHCHECK of a stage count. An earlier one misleads "
        "the "
        "reader, and is often the remains of a second program that was meant to run and does not.",
    .remediation =
        "Keep one of each in a stage. Two programs belong in two containers, or in one script that "
        "starts both and ends when either does.",
    .limits = "Overriding what a base image or an earlier stage sets is normal and not reported.",
    .references = {hadolint("DL4003"), hadolint("DL4004"), hadolint("DL3012"),
                   buildkit("MultipleInstructionsDisallowed"), trivy("DS-0016"), trivy("DS-0007"),
                   trivy("DS-0023")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
