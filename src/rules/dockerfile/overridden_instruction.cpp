#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::array<Keyword, 3> single{Keyword::cmd, Keyword::entrypoint, Keyword::healthcheck};

void report(const Instruction& earlier, const Instruction& whole, const Instruction& later,
            Findings& findings) {
  const std::string_view keyword = keyword_text(earlier);
  Finding& finding = findings.add(earlier.name_at,
                                  concat("this ", keyword, " has no effect: the one on line ",
                                         line_of(later.name_at), " overrides it"),
                                  concat("remove this ", keyword));
  finding.related = {later.name_at, "this one counts"};
  // What the comment says may hold for what follows, too.
  if (has_comment_above(whole.at)) {
    finding.remedy += ", and the comment above it if that speaks of it alone";
    return;
  }
  finding.fix = safe_fix({change::remove(whole.at)});
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    // What the stage says for itself, and what ONBUILD says for the images built on it.
    // With the whole instruction, ONBUILD included, for whoever removes it.
    struct Seen {
      const Instruction* step = nullptr;
      const Instruction* whole = nullptr;
    };
    std::array<std::array<Seen, single.size()>, 2> last{};
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& step = deed(instruction);
      for (std::size_t i = 0; i < single.size(); ++i) {
        if (step.keyword != single[i]) continue;
        Seen& earlier = last[&step == &instruction ? 0 : 1][i];
        if (earlier.step != nullptr) report(*earlier.step, *earlier.whole, step, findings);
        earlier = {&step, &instruction};
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
    .limits =
        "Overriding what a base image or an earlier stage sets is normal and not reported. An "
        "instruction with a comment right above it is not removed by `plimsoll fix`: a person must "
        "read the comment.",
    .references = {hadolint("DL4003"), hadolint("DL4004"), hadolint("DL3012"),
                   buildkit("MultipleInstructionsDisallowed"), trivy("DS-0016"), trivy("DS-0007"),
                   trivy("DS-0023")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
