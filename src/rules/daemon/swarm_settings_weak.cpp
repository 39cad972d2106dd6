#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

// What a node of a swarm is asked that it is not asked without one.
constexpr std::array<std::string_view, 9> of_a_swarm{"cis-7.1", "cis-7.2", "cis-7.3",
                                                     "cis-7.4", "cis-7.5", "cis-7.6",
                                                     "cis-7.7", "cis-7.8", "cis-7.9"};

void leave_out_all(std::string_view why, Findings& findings) {
  for (const std::string_view reference : of_a_swarm) {
    findings.not_applicable(std::string(why), reference);
  }
}

void judge_need(const EngineInfo& engine, Findings& findings) {
  constexpr std::string_view reference = "cis-5.1";
  const SwarmInfo& swarm = engine.swarm;
  if (!swarm.nodes.written() || swarm.nodes.value != 1) return;
  if (!engine.container_counts) {
    return findings.open("whether the swarm runs a service was not seen", reference);
  }
  if (engine.container_counts->of_swarm > 0) return;
  Finding& finding =
      findings.add(swarm.state, "swarm mode is on, with one node and no service that runs",
                   "docker swarm leave --force, unless it is needed");
  finding.severity = Severity::low;
  finding.reference = reference;
}

void judge_managers(const SwarmInfo& swarm, Findings& findings) {
  constexpr std::string_view reference = "cis-7.1";
  // As Docker advises: more only slow the others down.
  constexpr std::int64_t most = 7;
  if (!swarm.managers.written()) {
    return findings.open("how many managers there are was not seen", reference);
  }
  const std::int64_t managers = swarm.managers.value;
  const bool too_many = managers > most;
  if (!too_many && managers % 2 == 1) return;
  Finding& finding = findings.add(swarm.managers,
                                  concat("the swarm has ", std::to_string(managers), " managers",
                                         too_many ? std::string()
                                                  : concat(": ", std::to_string(managers - 1),
                                                           " would survive as many failures"),
                                         "; each holds all its keys and secrets"),
                                  "docker node demote NODE, to an odd number of at most seven");
  finding.severity = Severity::low;
  finding.reference = reference;
}

void judge_addresses(const SwarmInfo& swarm, Findings& findings) {
  constexpr std::string_view listening = "cis-7.2";
  constexpr std::string_view planes = "cis-7.9";
  const std::string& address = swarm.listen_address.value;
  if (!swarm.listen_address.written()) {
    findings.open("which address it listens on stands in a file of the host that was not read",
                  listening);
  } else if (address.starts_with("0.0.0.0:") || address.starts_with("[::]:")) {
    findings
        .add(swarm.listen_address,
             concat("the manager listens on all addresses of the host: ", address),
             "make the swarm with --listen-addr INTERFACE")
        .reference = listening;
  }
  if (swarm.nodes.value < 2) {
    return findings.not_applicable("the swarm has one node", planes);
  }
  if (!swarm.data_path_address.written()) {
    return findings.open(
        "which address its networks use stands in a file of the host that was "
        "not read",
        planes);
  }
  if (!swarm.data_path_address.value.empty()) return;
  Finding& finding = findings.add(
      swarm.data_path_address,
      "what containers send each other takes the same interface as the swarm's management",
      "join the nodes with --data-path-addr INTERFACE");
  finding.severity = Severity::low;
  finding.reference = planes;
}

void judge_networks(const EngineInfo& engine, Findings& findings) {
  constexpr std::string_view reference = "cis-7.3";
  if (!engine.networks) return findings.open("the networks were not listed", reference);
  for (const OverlayNetwork& network : engine.networks->overlays) {
    if (network.encrypted) continue;
    Finding& finding = findings.add(
        network.name,
        concat("the overlay network \"", network.name.value, "\" is not encrypted between hosts"),
        network.ingress ? "make it anew: docker network create --ingress --opt encrypted"
                        : "make it anew with --opt encrypted");
    finding.reference = reference;
    // With one node nothing leaves the host; what comes in from outside was seen there, too.
    if (network.ingress || engine.swarm.nodes.value == 1) finding.severity = Severity::low;
  }
}

void judge_keys(const SwarmInfo& swarm, Findings& findings) {
  constexpr std::string_view lock = "cis-7.5";
  constexpr std::string_view certificates = "cis-7.7";
  if (!swarm.locks_managers.written()) {
    findings.open("whether managers lock their keys was not seen", lock);
  } else if (!swarm.locks_managers.value) {
    findings
        .add(swarm.locks_managers,
             "the swarm's keys lie readable on the disk of each manager: autolock is off",
             "docker swarm update --autolock=true, and keep the key elsewhere")
        .reference = lock;
  }
  constexpr std::int64_t nanoseconds_a_day = 86'400'000'000'000;
  constexpr std::int64_t default_days = 90;
  if (!swarm.certificate_lifetime.written()) {
    return findings.open("how long certificates of nodes last was not seen", certificates);
  }
  const std::int64_t days = swarm.certificate_lifetime.value / nanoseconds_a_day;
  if (days <= default_days) return;
  Finding& finding = findings.add(swarm.certificate_lifetime,
                                  concat("certificates of nodes last ", std::to_string(days),
                                         " days: a stolen one is good "
                                         "for as long"),
                                  "docker swarm update --cert-expiry 2160h, or less");
  finding.severity = Severity::low;
  finding.reference = certificates;
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  if (!daemon.engine || !daemon.engine->swarm.state.written()) {
    return findings.open("whether the engine belongs to a swarm was not seen");
  }
  const SwarmInfo& swarm = daemon.engine->swarm;
  if (swarm.state.value == "inactive") {
    return leave_out_all("the engine belongs to no swarm", findings);
  }
  if (swarm.state.value != "active") {
    return findings.open(
        concat("the swarm cannot be asked while this node is ", swarm.state.value));
  }
  if (!swarm.is_manager.value) {
    return leave_out_all("this node is a worker: its managers are asked", findings);
  }
  judge_need(*daemon.engine, findings);
  judge_managers(swarm, findings);
  judge_addresses(swarm, findings);
  judge_networks(*daemon.engine, findings);
  judge_keys(swarm, findings);
}

}  // namespace

extern constinit const Rule swarm_settings_weak = {
    .name = "swarm-settings-weak",
    .title = "a setting of the swarm is weaker than it need be",
    .severity = Severity::medium,
    .topic = "daemon",
    .subjects = {Subject::daemon},
    .rationale =
        "Whoever controls one manager controls every node, and every manager holds all secrets of "
        "the swarm. Its ports, the keys on its disk and the traffic between its nodes decide who "
        "that can be.",
    .remediation =
        "Leave swarm mode where nothing needs it. Else have three to seven managers, an odd "
        "number, "
        "listening on one interface, with autolock; make networks with `--opt encrypted`; let "
        "certificates of nodes end after 90 days or less.",
    .limits =
        "Only a manager knows the swarm's settings: a worker is not judged. When the unlock key "
        "and the authority were last changed, and whether services take their secrets from the "
        "swarm, is not known to the engine. A swarm is changed with `docker swarm`, not by a file, "
        "so no fix is offered. A service that is scaled to none looks like no service.",
    .references = {cis("5.1"), cis("7.1"), cis("7.2"), cis("7.3"), cis("7.4"), cis("7.5"),
                   cis("7.6"), cis("7.7"), cis("7.8"), cis("7.9")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
