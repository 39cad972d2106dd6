#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::daemon {
namespace {

// On an engine without a bridge `-p` is accepted and nothing listens: whoever reads the
// container's settings believes that a port is open, and whoever needs it finds it closed.
void name_ports_that_nobody_publishes(const Daemon& daemon, Findings& findings) {
  if (daemon.host == nullptr) return;
  for (const ContainerSpec* container : daemon.host->containers) {
    const bool publishes_nothing = container->process_id > 0 && !container->ports.empty() &&
                                   container->ports_in_force && container->ports_in_force->empty();
    if (!publishes_nothing) continue;
    const Port& port = container->ports.front();
    findings.add(port.at,
                 concat(container->label(), " asks for port ", port.target,
                        " to be published, but nothing is: the engine has no default bridge"),
                 "join a network of one's own (--network app), or take the port out");
  }
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  // Whether somebody needs the bridge is known of a running engine alone.
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  const EngineNetworks* const networks =
      daemon.engine && daemon.engine->networks ? &*daemon.engine->networks : nullptr;
  const bool is_off =
      networks != nullptr ? !networks->has_default_bridge : daemon.bridge.value == "none";
  if (is_off) return name_ports_that_nobody_publishes(daemon, findings);
  if (networks == nullptr && !is_known(daemon, daemon.bridge, findings)) return;
  if (!daemon.engine || !daemon.engine->container_counts) {
    return findings.open("which containers use the default bridge was not seen");
  }
  if (daemon.engine->container_counts->on_default_bridge > 0) return;
  findings
      .add(daemon.bridge, "the default bridge is there, though no running container uses it",
           "set \"bridge\": \"none\": who needs a network then names one")
      .fix = unsafe_fix({change::set_daemon("bridge", "\"none\"")});
}

}  // namespace

extern constinit const Rule default_bridge_enabled = {
    .name = "default-bridge-enabled",
    .title = "the engine has a default bridge that nobody needs",
    .severity = Severity::low,
    .topic = "network",
    .subjects = {Subject::daemon},
    .rationale =
        "Every container that names no network lands on the default bridge, together with all "
        "others that did not either. Without it such a container has no network at all, and "
        "somebody has to say which one it is meant for.",
    .remediation =
        "Give each application a network of its own, then set `\"bridge\": \"none\"` in "
        "daemon.json. Builds without BuildKit and containers without `--network` have no network "
        "from then on, and `-p` without a network publishes nothing, without an error.",
    .limits =
        "Only what runs at the moment is looked at: a nightly job that needs the bridge is not "
        "seen. A container that does use it is reported by `default-bridge-used`. A daemon.json "
        "alone is not reported.",
    .references = {guideline("S2", "Do not use Docker’s default bridge docker0")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
