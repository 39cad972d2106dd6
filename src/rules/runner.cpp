#include "rules/runner.h"

#include "rules/support/remedies.h"
#include "subjects/daemon.h"
#include "subjects/host.h"
#include "subjects/image.h"

namespace plimsoll::rules {
namespace {

Layer layer_of(Surface surface) {
  switch (surface) {
    case Surface::compose: return Layer::compose;
    case Surface::run_line: return Layer::run_line;
    case Surface::inspect: return Layer::inspect;
    case Surface::create_request: return Layer::create_request;
  }
  return Layer::engine;
}

// Where a finding about something absent from a Dockerfile is placed: its last FROM.
Location subject_of(const Dockerfile& dockerfile) {
  if (const Stage* stage = dockerfile.final_stage()) return stage->from.at;
  return {dockerfile.source, {}};
}

Location subject_of(const ComposeProject& project) {
  return {project.sources.empty() ? nullptr : project.sources.front(), {}};
}

}  // namespace

Selection::Selection(std::span<const Rule* const> rules) {
  container_.reserve(rules.size());
  dockerfile_.reserve(rules.size());
  compose_.reserve(rules.size());
  for (const Rule* rule : rules) {
    if (rule->check.container != nullptr) container_.push_back(rule);
    if (rule->check.dockerfile != nullptr) dockerfile_.push_back(rule);
    if (rule->check.compose != nullptr) compose_.push_back(rule);
    if (rule->check.daemon != nullptr) daemon_.push_back(rule);
    if (rule->check.host != nullptr) host_.push_back(rule);
    if (rule->check.image != nullptr) image_.push_back(rule);
    if (rule->check.suppression != nullptr) suppression_.push_back(rule);
  }
}

void Selection::run(const ContainerSpec& spec, const Policy& policy, Findings& findings) const {
  const std::size_t before = findings.so_far().size();
  for (const Rule* rule : container_) {
    findings.begin(
        {rule->name, rule->severity, name_of(Subject::container), spec.at, layer_of(spec.surface)});
    rule->check.container(spec, policy, findings);
  }
  // Rules speak compose words; of what they want to change the flags are known.
  if (spec.surface != Surface::run_line) return;
  for (Finding& finding : findings.so_far().subspan(before)) {
    if (finding.fix.offered()) finding.remedy = advice(spec, finding.fix.changes, finding.remedy);
  }
}

void Selection::run(const Dockerfile& dockerfile, const Policy& policy, Findings& findings) const {
  for (const Rule* rule : dockerfile_) {
    findings.begin({rule->name, rule->severity, name_of(Subject::dockerfile),
                    subject_of(dockerfile), Layer::dockerfile});
    rule->check.dockerfile(dockerfile, policy, findings);
  }
}

void Selection::run(const ComposeProject& project, const Policy& policy, Findings& findings) const {
  for (const Rule* rule : compose_) {
    findings.begin({rule->name, rule->severity, name_of(Subject::compose), subject_of(project),
                    Layer::compose});
    rule->check.compose(project, policy, findings);
  }
}

void Selection::run(const Daemon& daemon, const Policy& policy, Findings& findings) const {
  for (const Rule* rule : daemon_) {
    findings.begin(
        {rule->name, rule->severity, name_of(Subject::daemon), daemon.at, Layer::engine});
    rule->check.daemon(daemon, policy, findings);
  }
}

void Selection::run(const Host& host, const Policy& policy, Findings& findings) const {
  for (const Rule* rule : host_) {
    findings.begin({rule->name, rule->severity, name_of(Subject::host), host.at, Layer::host});
    rule->check.host(host, policy, findings);
  }
}

void Selection::run(const Image& image, const Policy& policy, Findings& findings) const {
  for (const Rule* rule : image_) {
    // Most judge files, layers and the configuration: of an inventory each would have to say that
    // there are none.
    if (image.is_inventory && !rule->judges_inventories) continue;
    findings.begin({rule->name, rule->severity, name_of(Subject::image), image.at, Layer::image});
    rule->check.image(image, policy, findings);
  }
}

void Selection::run(const Suppression& suppression, const Policy& policy,
                    Findings& findings) const {
  for (const Rule* rule : suppression_) {
    findings.begin(
        {rule->name, rule->severity, name_of(Subject::any), suppression.at, Layer::engine});
    rule->check.suppression(suppression, policy, findings);
  }
}

}  // namespace plimsoll::rules
