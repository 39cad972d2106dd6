#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// The architecture as the builder writes it.
std::string_view normal_architecture(std::string_view architecture) {
  if (architecture == "x86_64" || architecture == "x86-64") return "amd64";
  if (architecture == "aarch64") return "arm64";
  if (architecture == "i386") return "386";
  return architecture;
}

// A stage that is named after the platform ("build-amd64") is one of several, one per platform.
bool named_after(std::string_view stage_name, std::string_view platform) {
  const std::string name = lower(stage_name);
  const std::string lowered = lower(platform);
  for (std::string_view part : split(lowered, '/')) {
    // A variant ("v7") says nothing by itself.
    if (part.size() < 3) continue;
    if (name.contains(part) || name.contains(normal_architecture(part))) return true;
  }
  return false;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    const DockerfileFlag* flag = stage.from.flag("platform");
    if (flag == nullptr || flag->value.raw.empty()) continue;
    const std::string_view raw = flag->value.raw;
    if (raw == "$TARGETPLATFORM" || raw == "${TARGETPLATFORM}") {
      findings
          .add(flag->at, concat("--platform=", raw, " only repeats the default"),
               "remove --platform")
          .severity = Severity::info;
      continue;
    }
    if (raw.contains('$') || named_after(stage.name.text, flag->value.text)) continue;
    findings.add(flag->at,
                 concat("the stage is always built for ", flag->value.text,
                        ", whatever platform the build is for"),
                 "remove --platform and give it to docker build, or use $BUILDPLATFORM");
  }
}

}  // namespace

extern constinit const Rule constant_platform = {
    .name = "constant-platform",
    .title = "FROM --platform is a constant or repeats the default",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A constant platform makes the image the wrong one on every other machine: it runs "
        "emulated, "
        "slowly, or not at all, and a multi-platform build holds the same architecture several "
        "times.",
    .remediation =
        "Leave `--platform` out and choose the platform with `docker build --platform`; use "
        "`$BUILDPLATFORM` for a stage that cross-compiles.",
    .limits =
        "A stage whose name holds the platform's system or architecture is taken as one of "
        "several, one "
        "per platform. A platform that an ARG gives is not judged.",
    .references = {hadolint("DL3029"), hadolint("DL3065"),
                   buildkit("FromPlatformFlagConstDisallowed"),
                   buildkit("RedundantTargetPlatform")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
