#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/days.h"
#include "rules/support/distribution_releases.h"
#include "rules/support/end_of_life.h"
#include "rules/support/services.h"
#include "subjects/image.h"

namespace plimsoll::rules::container {
namespace {

void judge(const ImageReference& reference, std::string_view text, std::string_view label,
           Location at, const Policy& policy, Findings& findings) {
  const std::optional<EndOfLife> end = end_of_life(reference, policy.today);
  if (!end) return;
  findings.add(at, concat(label, text, ": ", end->release, " gets no repairs since ", end->date),
               "move to a release that is still supported");
}

void check(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  if (const ImageReference* const image = pulled_image(spec)) {
    judge(*image, spec.image.value, concat(spec.label(), " runs "), spec.image.at, policy,
          findings);
    return;
  }
  if (spec.dockerfile == nullptr || spec.dockerfile_stage >= spec.dockerfile->stages.size()) return;
  // Only what ends up in the image: the stage and those it is built on.
  const Stage* stage = &spec.dockerfile->stages[spec.dockerfile_stage];
  while (stage->base.stage && *stage->base.stage < stage->index) {
    stage = &spec.dockerfile->stages[*stage->base.stage];
  }
  const BaseImage& base = stage->base;
  if (base.scratch || base.word.unresolved || !base.reference) return;
  judge(*base.reference, base.word.text, concat(spec.label(), " is built on "), base.word.at,
        policy, findings);
}

// --- an image that can be looked into ---

void judge_release(const Image& image, const Policy& policy, Findings& findings) {
  const std::optional<KnownRelease> known =
      image.os ? release_of(*image.os) : std::optional<KnownRelease>();
  if (!known) return;
  const Release& release = *known->release;
  const std::string name = name_of(*known->distribution, release);
  constexpr std::string_view remedy = "build it on a release that is still supported";
  if (release.date >= policy.today) {
    if (release.full_until.empty() || release.full_until >= policy.today) return;
    findings
        .add(image.at,
             concat(name, " has long-term support alone since ", release.full_until,
                    ": fewer packages are repaired, until ", release.date),
             "plan the move to its successor")
        .severity = Severity::info;
    return;
  }
  std::string message = concat(name, " gets no repairs since ", release.date);
  if (release.extended_until >= policy.today) {
    message += concat(", but for those who pay for them, until ", release.extended_until);
  } else if (!release.extended_until.empty()) {
    message += concat(", and none that are sold since ", release.extended_until);
  }
  findings.add(image.at, std::move(message), std::string(remedy));
}

// Builders that make the same bytes of the same sources write no time, the zero of UNIX or of ZIP
// (1980), or that of Go (year 1).
bool is_a_time(std::string_view created) {
  constexpr std::string_view before_any_image = "2000";
  return created >= before_any_image;
}

void judge_age(const Image& image, const Policy& policy, Findings& findings) {
  constexpr std::size_t date_size = 10;  // of an RFC 3339 time
  const std::string& created = image.config->created;
  const auto made = day_of(std::string_view(created).substr(0, date_size));
  const auto today = day_of(policy.today);
  if (!today) return;
  if (!made || !is_a_time(created)) {
    return findings.not_applicable(
        "the image does not say when it was made: its age is not judged");
  }
  const auto age = (*today - *made).count();
  if (age <= policy.max_image_age_days) return;
  Finding& finding = findings.add(
      image.at,
      concat("the image was made ", std::to_string(age), " days ago (",
             created.substr(0, date_size), "): no repair of its packages since then is in it"),
      "build it again on the base image of today: docker build --pull --no-cache");
  const bool has_system = std::ranges::any_of(
      image.packages, [](const Package& package) { return is_of_system(package.kind); });
  if (!has_system) finding.severity = Severity::info;
}

void check_image(const Image& image, const Policy& policy, Findings& findings) {
  if (policy.today.empty()) return;
  judge_release(image, policy, findings);
  if (image.config) judge_age(image, policy, findings);
}

}  // namespace

extern constinit const Rule outdated_image = {
    .name = "outdated-image",
    .title = "the image is old, or past its end of life",
    .severity = Severity::low,
    .topic = "images",
    .subjects = {Subject::image, Subject::container},
    .rationale =
        "After its end of life a release gets no repairs: every vulnerability found in it from "
        "then on stays open in every container of it.",
    .remediation = "Move to a release that its makers still support, and rebuild on it regularly.",
    .limits =
        "In a compose file only releases of well-known images are known, by the tag that names "
        "them. The base of a Dockerfile is judged where a compose service is built from it. "
        "`plimsoll "
        "image` reads which release an image is, and when it was made: more than "
        "`max_image_age_days` of the policy ago (180) is too long. Both are what the image says of "
        "itself. A build that sets its time to that of the sources (SOURCE_DATE_EPOCH) looks older "
        "than it is, and one that sets it to zero is not judged. Whether somebody pays for the "
        "repairs of a release that gets no others is not known here. Whether a newer build of the "
        "same "
        "tag exists only its registry can say, and which packages have known vulnerabilities is a "
        "rule of its own.",
    .references = {guideline("S3", "Ensure your images, packages are up-to-date"), cis("4.4")},
    .check = {check, check_image},
};

}  // namespace plimsoll::rules::container
