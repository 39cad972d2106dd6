#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

void check_uses(const Dockerfile& dockerfile, Findings& findings) {
  for (const UndefinedVariable& use : dockerfile.undefined_variables) {
    if (use.global_only) {
      findings.add(use.at,
                   concat("variable ", use.name,
                          " is empty here: the ARG before the first FROM reaches FROM lines only"),
                   concat("declare ARG ", use.name, " again in this stage"));
      continue;
    }
    if (!use.nearest.empty()) {
      findings.add(
          use.at,
          concat("variable ", use.name, " is defined nowhere (did you mean ", use.nearest, "?)"),
          concat("write ", use.nearest));
      continue;
    }
    // An image's own variables (JAVA_HOME, NGINX_VERSION) are not known here.
    Finding& finding =
        findings.add(use.at,
                     use.base_may_define
                         ? concat("variable ", use.name,
                                  " is defined nowhere in this file: it is empty unless the base "
                                  "image defines it")
                         : concat("variable ", use.name, " is defined nowhere, so it is empty"),
                     concat("define ", use.name, " with ARG or ENV before this use"));
    if (use.base_may_define) finding.severity = Severity::low;
  }
}

// A global ARG whose default, or lack of one, leaves FROM without a usable image: the file builds
// only for those who know which --build-arg to give.
void check_bases(const Dockerfile& dockerfile, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    const BaseImage& base = stage.base;
    if (!base.word.raw.contains('$') || base.word.unresolved || base.stage || base.scratch)
      continue;
    if (parse_image_reference(base.word.text)) continue;
    findings.add(
        base.word.at,
        base.word.text.empty()
            ? concat("base image ", base.word.raw,
                     " is empty with the defaults of the ARGs: the build needs a --build-arg")
            : concat("base image ", base.word.raw, " becomes \"", base.word.text,
                     "\" with the defaults of the ARGs, which is no image name"),
        "give the ARG a default that makes a whole image name");
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  check_uses(dockerfile, findings);
  check_bases(dockerfile, findings);
}

}  // namespace

extern constinit const Rule undefined_variable = {
    .name = "undefined-variable",
    .title = "variable is used where nothing defines it",
    .severity = Severity::medium,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A variable that nothing defines is replaced by nothing, and no message says so: a path "
        "becomes "
        "`/`, a tag vanishes. An ARG before the first FROM is known to FROM lines only. A base "
        "image "
        "that depends on a build argument without a default cannot be built by those who do not "
        "know it.",
    .remediation =
        "Define the variable with ARG or ENV before its use, in the same stage or in one that it "
        "is "
        "built on; declare a global ARG again in the stage that needs it; give an ARG that a FROM "
        "uses "
        "a default that works.",
    .limits =
        "Variables that the base image defines are unknown: one that may come from there is "
        "reported as "
        "low, unless a defined name is so near that it is a slip of the pen. Shell variables in "
        "RUN, CMD "
        "and ENTRYPOINT are the shell's business.",
    .references = {hadolint("DL3044"), buildkit("UndefinedVar"), buildkit("UndefinedArgInFrom"),
                   buildkit("InvalidDefaultArgInFrom")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
