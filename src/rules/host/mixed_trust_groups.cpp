#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

const Label* label_of(const ContainerSpec& spec, std::string_view name) {
  for (const Label& label : spec.labels) {
    if (label.name == name && !label.value.empty()) return &label;
  }
  return nullptr;
}

void check(const Host& host, const Policy& policy, Findings& findings) {
  if (!policy.trust_group_label) {
    return findings.not_applicable("the policy has no trust_group_label");
  }
  const std::string& name = *policy.trust_group_label;
  const ContainerSpec* first = nullptr;  // the first that names a group
  const Label* group = nullptr;
  std::size_t running = 0;
  for (const ContainerSpec* container : host.containers) {
    if (container->process_id <= 0) continue;
    ++running;
    if (group != nullptr) continue;
    group = label_of(*container, name);
    first = container;
  }
  if (running == 0) {
    return say_none_of_containers(host, findings, "no running container was looked at");
  }
  constexpr std::string_view remedy = "run each group's containers on hosts of their own";
  for (const ContainerSpec* container : host.containers) {
    if (container->process_id <= 0) continue;
    const Label* const own = label_of(*container, name);
    if (own == nullptr) {
      if (running == 1) continue;
      findings
          .add(container->at,
               concat(container->label(),
                      " names no trust group, and shares the host "
                      "with others: label ",
                      name, " is not set"),
               concat("set the label ", name))
          .severity = Severity::low;
    } else if (own->value != group->value) {
      findings
          .add(own->at,
               concat(container->label(), " of trust group \"", own->value,
                      "\" shares the host with ", first->label(), " of group \"", group->value,
                      "\""),
               std::string(remedy))
          .related = {group->at, "the other group is named here"};
    }
  }
}

}  // namespace

extern constinit const Rule mixed_trust_groups = {
    .name = "mixed-trust-groups",
    .title = "containers that do not trust each other share a host",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::host, Subject::fleet},
    .rationale =
        "Containers of one host share its kernel, its engine and its caches: a flaw in any of them "
        "opens the way from one to the next. Customers, or test and production, are kept apart by "
        "machines.",
    .remediation =
        "Name each container's group with the label that the policy declares "
        "(`trust_group_label`), and place each group on hosts of its own, by placement constraints "
        "where an orchestrator decides.",
    .limits =
        "Only running containers are compared, and only by what their labels say. Groups on one "
        "host that run in virtual machines of their own (Kata, gVisor) are reported all the same. "
        "Without a label in the policy nothing is judged.",
    .references = {guideline("S1", "Multi-tenancy Environments")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
