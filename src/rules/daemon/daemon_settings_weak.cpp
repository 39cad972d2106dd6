#include <algorithm>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

constexpr std::string_view storage_drivers =
    "https://docs.docker.com/engine/storage/drivers/select-storage-driver/";

// What the engine says of itself, else what it was told.
template <class T>
const Located<T>& in_force(const Located<T>& told, const Located<T>* answered) {
  return answered != nullptr && answered->written() ? *answered : told;
}

void judge_iptables(const Daemon& daemon, Findings& findings) {
  constexpr std::string_view reference = "cis-2.4";
  if (!is_known(daemon, daemon.iptables, findings, reference) || daemon.iptables.value) return;
  Finding& finding = findings.add(
      daemon.iptables, "the engine sets no rules of the firewall: networks are not kept apart",
      "set \"iptables\": true");
  finding.reference = reference;
  finding.fix = unsafe_fix({change::set_daemon("iptables", "true")});
}

void judge_storage_driver(const Daemon& daemon, Findings& findings) {
  constexpr std::string_view reference = "cis-2.6";
  const Located<std::string>& driver =
      in_force(daemon.storage_driver, daemon.engine ? &daemon.engine->storage_driver : nullptr);
  if (!driver.written() || driver.unresolved) {
    if (daemon.is_audited()) findings.open("the storage driver is not known", reference);
    return;
  }
  if (driver.value == "aufs") {
    findings
        .add(driver, "the storage driver aufs is no longer part of Linux, nor repaired",
             "move to overlay2")
        .reference = reference;
  } else if (is_one_of(driver.value, {"devicemapper", "overlay"})) {
    findings
        .add(driver, concat("the storage driver ", driver.value, " was removed from the engine"),
             "move to overlay2")
        .reference = storage_drivers;
  } else if (driver.value == "vfs") {
    findings
        .add(driver,
             "the storage driver vfs copies the whole image for each container: it is meant for "
             "tests",
             "move to overlay2")
        .reference = storage_drivers;
  }
}

// Only devicemapper has a base device.
void judge_base_device(const Daemon& daemon, Findings& findings) {
  constexpr std::string_view reference = "cis-2.11";
  const auto option =
      std::ranges::find_if(daemon.storage_opts, [](const Located<std::string>& candidate) {
        return candidate.value.starts_with("dm.basesize=");
      });
  if (option != daemon.storage_opts.end()) {
    findings
        .add(*option, concat("every image and container gets the size of ", option->value),
             "remove dm.basesize, or move to overlay2")
        .reference = reference;
    return;
  }
  const bool other_driver = daemon.engine && daemon.engine->storage_driver.written() &&
                            daemon.engine->storage_driver.value != "devicemapper";
  if (other_driver) {
    return findings.not_applicable("the storage driver is not devicemapper", reference);
  }
  is_known(daemon, daemon.storage_opts, findings, reference);
}

void judge_live_restore(const Daemon& daemon, Findings& findings) {
  constexpr std::string_view reference = "cis-2.15";
  if (daemon.engine && daemon.engine->swarm.state.value == "active") {
    return findings.not_applicable("a node of a swarm cannot have live-restore", reference);
  }
  const Located<bool>& live_restore =
      in_force(daemon.live_restore, daemon.engine ? &daemon.engine->live_restore : nullptr);
  if (!live_restore.written() && !is_known(daemon, live_restore, findings, reference)) return;
  if (live_restore.unresolved || live_restore.value) return;
  Finding& finding = findings.add(
      // Where it can be changed.
      daemon.live_restore,
      concat("all containers end with the engine, at each of its updates",
             by_default(daemon, daemon.live_restore)),
      "set \"live-restore\": true, unless the host is to join a swarm");
  finding.reference = reference;
  finding.fix = unsafe_fix({change::set_daemon("live-restore", "true")});
}

void judge_userland_proxy(const Daemon& daemon, Findings& findings) {
  constexpr std::string_view reference = "cis-2.16";
  if (!is_known(daemon, daemon.userland_proxy, findings, reference)) return;
  if (!daemon.userland_proxy.value) return;
  Finding& finding = findings.add(daemon.userland_proxy,
                                  concat("a proxy runs as root for each published port",
                                         by_default(daemon, daemon.userland_proxy)),
                                  "set \"userland-proxy\": false");
  finding.reference = reference;
  finding.fix = unsafe_fix({change::set_daemon("userland-proxy", "false")});
}

void judge_experimental(const Daemon& daemon, Findings& findings) {
  constexpr std::string_view reference = "cis-2.18";
  const Located<bool>& experimental =
      in_force(daemon.experimental, daemon.engine ? &daemon.engine->experimental : nullptr);
  if (!experimental.written() && !is_known(daemon, experimental, findings, reference)) return;
  if (experimental.unresolved || !experimental.value) return;
  Finding& finding =
      findings.add(daemon.experimental.written() ? daemon.experimental : experimental,
                   "the engine's experimental features are on", "set \"experimental\": false");
  finding.reference = reference;
  finding.fix = unsafe_fix({change::set_daemon("experimental", "false")});
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  judge_iptables(daemon, findings);
  judge_storage_driver(daemon, findings);
  judge_base_device(daemon, findings);
  judge_live_restore(daemon, findings);
  judge_userland_proxy(daemon, findings);
  judge_experimental(daemon, findings);
}

}  // namespace

extern constinit const Rule daemon_settings_weak = {
    .name = "daemon-settings-weak",
    .title = "a setting of the engine is weaker than it need be",
    .severity = Severity::low,
    .topic = "daemon",
    .subjects = {Subject::daemon},
    .rationale =
        "Each is small by itself. Without rules of the firewall networks do not keep containers "
        "apart; old storage drivers are not repaired; without live-restore nobody likes to update "
        "the engine; the userland proxy is a program that runs as root beside every published "
        "port and hides the addresses of those who connect; experimental features are unfinished.",
    .remediation =
        "In daemon.json leave `iptables` on and `experimental` off, set `\"live-restore\": true` "
        "and `\"userland-proxy\": false`, and use the storage driver that the engine chooses.",
    .limits =
        "Live-restore and a swarm exclude each other; a daemon.json does not say whether the host "
        "belongs to one. Without the proxy connections from the host to its own published ports "
        "need hairpin NAT. A storage driver that the engine chooses itself stands in no file.",
    .references = {cis("2.4"), cis("2.6"), cis("2.11"), cis("2.15"), cis("2.16"), cis("2.18"),
                   document("Docker storage drivers",
                            "https://docs.docker.com/engine/storage/drivers/"
                            "select-storage-driver/")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
