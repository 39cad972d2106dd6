#include "base/text.h"
#include "rules/rule.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

// A few are left by everyday's work; more than these pile up.
constexpr std::size_t few = 10;

void judge_images(const EngineInfo& engine, Findings& findings) {
  constexpr std::string_view reference = "cis-6.1";
  if (!engine.image_counts) {
    return findings.open("the engine's images and containers were not both listed", reference);
  }
  const ImageCounts& images = *engine.image_counts;
  // Images that are kept for being started are no sprawl while most of them are in use.
  if (images.unused > few && 2 * images.unused > images.all) {
    findings
        .add(images.at,
             concat(std::to_string(images.unused), " of ",
                    counted(images.all, "image is", "images are"), " used by no container"),
             "remove those that nobody needs: docker image prune --all")
        .reference = reference;
  }
  if (images.dangling > few) {
    findings
        .add(images.at, concat(std::to_string(images.dangling), " images have no name any more"),
             "remove them: docker image prune")
        .reference = reference;
  }
}

void judge_containers(const EngineInfo& engine, Findings& findings) {
  constexpr std::string_view reference = "cis-6.2";
  if (!engine.stopped_containers.written()) {
    return findings.open("how many containers do not run was not seen", reference);
  }
  if (engine.stopped_containers.value <= static_cast<std::int64_t>(few)) return;
  findings
      .add(engine.stopped_containers,
           concat(std::to_string(engine.stopped_containers.value),
                  " containers do not run and are kept"),
           "remove those that nobody starts again: docker container prune")
      .reference = reference;
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!daemon.engine) return;
  judge_images(*daemon.engine, findings);
  judge_containers(*daemon.engine, findings);
}

}  // namespace

extern constinit const Rule image_sprawl = {
    .name = "image-sprawl",
    .title = "unused images or stopped containers pile up",
    .severity = Severity::info,
    .topic = "images",
    .subjects = {Subject::daemon},
    .rationale =
        "An old image is started again by mistake, with all that is known against it by then. "
        "Stopped containers keep their files, secrets among them. Both fill the disk.",
    .remediation =
        "Remove what nobody needs (`docker image prune --all`, `docker container prune`), from "
        "time to time and not by hand; give containers that end `--rm`.",
    .limits =
        "Ten of each are taken for everyday's work, and unused images are reported when they are "
        "more than half of all. What a stopped container or an image is kept for is not known; "
        "build caches and volumes are not counted.",
    .references = {cis("6.1"), cis("6.2")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
