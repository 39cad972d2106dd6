#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

bool is_sensitive(const ContainerSpec& spec) {
  const std::optional<std::string_view> value = spec.label_value("plimsoll.sensitive");
  return value && (*value == "true" || *value == "1" || *value == "yes");
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.project == nullptr || !runs_container(spec) || !is_sensitive(spec)) return;
  std::size_t seen = 0;
  for (const auto& other : spec.project->services) {
    if (++seen > max_neighbours) return;
    if (other.get() == &spec || !runs_container(*other) || is_sensitive(*other)) continue;
    const std::string_view network = shared_network(spec, *other);
    if (network.empty()) continue;
    findings
        .add(spec.at,
             concat(spec.label(), " is declared sensitive and shares the network \"", network,
                    "\" with ", other->label()),
             "give it a network of its own")
        .related = {other->at, "the service that it shares the network with"};
    return;
  }
}

}  // namespace

extern constinit const Rule sensitive_service_shared = {
    .name = "sensitive-service-shared",
    .title = "a sensitive service shares a network",
    .severity = Severity::low,
    .topic = "network",
    .subjects = {Subject::container},
    .rationale =
        "Who is on a network may knock at every port of it. A service that holds keys or personal "
        "data should be reachable only by what is trusted as much as itself.",
    .remediation =
        "Give the sensitive service a network of its own, and let the one service that uses it "
        "join that network with a label of the same kind.",
    .limits =
        "A service is sensitive when it has the label `plimsoll.sensitive=true`; nothing is "
        "guessed from its image. Services with the label may share a network with each other. Only "
        "compose projects show who else is on a network.",
    .references = {guideline("S1", "Services and Applications")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
