#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.network_mode.unresolved) return;
  const std::string& mode = spec.network_mode.value;
  const bool named = mode == "bridge" || mode == "default";
  // A compose service without any network is on its project's own; elsewhere it is on docker0.
  const bool nothing_said =
      mode.empty() && spec.networks.empty() && spec.surface != Surface::compose;
  if (!named && !nothing_said) return;
  Finding& finding = findings.add(
      spec.network_mode,
      concat(spec.label(), " is on the default bridge, together with every other container there"),
      spec.surface == Surface::compose
          ? "remove network_mode: the project has a network of its own"
          : "create a network (docker network create app) and join it: --network app");
  if (spec.auto_remove.value) finding.severity = Severity::low;
  if (spec.surface == Surface::compose && named) {
    finding.fix = unsafe_fix({change::remove(spec.network_mode.at)});
  }
}

}  // namespace

extern constinit const Rule default_bridge_used = {
    .name = "default-bridge-used",
    .title = "container on the default bridge",
    .severity = Severity::medium,
    .topic = "network",
    .subjects = {Subject::container},
    .rationale =
        "Every container on docker0 reaches every other one there, whatever it belongs to, and "
        "finds them by address without asking. A network of one's own holds only the containers "
        "that belong together and gives them names.",
    .remediation =
        "Create a network (`docker network create app`) and run the container with `--network "
        "app`. In a compose file remove `network_mode: bridge`: the project gets a network of its "
        "own.",
    .limits =
        "Whether the daemon was started with `--icc=false` or `--bridge=none` stands elsewhere. A "
        "container that ends soon (`--rm`) is reported as low. Podman's default network is not "
        "docker0, but its containers share it in the same way. A run line is left to a person: the "
        "network has to be created first, and what the container talks to has to join it.",
    .references = {guideline("S2", "Do not use Docker’s default bridge docker0"), cis("5.30"),
                   owasp("5")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
