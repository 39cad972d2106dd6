#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/engine_releases.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

// As Docker's own packages and programs call themselves: "Docker Engine - Community", "Docker
// Desktop 4.40.0 (1)". What a distribution builds says nothing there.
bool is_built_by_docker(const EngineInfo& engine) {
  return engine.platform.value.starts_with("Docker ");
}

// Nothing that could be looked at better, and no fault: a person has to read the notices. The CIS
// benchmark says the same of it by itself.
void leave_to_the_builder(const Located<std::string>& version, std::string_view name,
                          Findings& findings) {
  Finding& finding = findings.add(
      version,
      concat(name, " ", version.value,
             " is not Docker's own build: its builder says which flaws it mends, the number does "
             "not"),
      "follow the security notices of whoever packages it");
  finding.severity = Severity::info;
  finding.reference = "owasp-0";
}

void judge_engine(const EngineInfo& engine, bool asks_plugins, const Policy& policy,
                  Findings& findings) {
  const std::string& version = engine.version.value;
  constexpr std::string_view remedy = "update the engine to a release that is maintained";
  if (const auto last_fixes = engine_end_of_life(version, policy.today)) {
    findings.add(engine.version,
                 concat("engine ", version, " is of a release line that gets no more fixes",
                        last_fixes->empty() ? std::string() : concat(", since ", *last_fixes)),
                 std::string(remedy));
    return;
  }
  for (const KnownFlaw* flaw : engine_flaws(version)) {
    if (flaw->of_authorization_plugins && !asks_plugins) continue;
    findings.add(engine.version,
                 concat("engine ", version, " has ", flaw->name, ": ", flaw->means,
                        "; it is mended in ", flaw->fixed),
                 std::string(remedy));
  }
}

using FlawsOf = std::vector<const KnownFlaw*>(std::string_view version);

// A program of the package containerd.io. Of another runtime nothing is said.
void judge_component(std::string_view name, const Located<std::string>& version, FlawsOf* flaws,
                     Findings& findings) {
  if (!version.written()) return;
  if (!is_plain_version(version.value)) return leave_to_the_builder(version, name, findings);
  for (const KnownFlaw* flaw : flaws(version.value)) {
    findings.add(version,
                 concat(name, " ", version.value, " has ", flaw->name, ": ", flaw->means,
                        "; it is mended in ", flaw->fixed),
                 concat("update ", name, " (the package containerd.io)"));
  }
}

void check(const Daemon& daemon, const Policy& policy, Findings& findings) {
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  if (!daemon.engine || !daemon.engine->version.written()) {
    return findings.open("which version the engine has was not seen");
  }
  const EngineInfo& engine = *daemon.engine;
  if (!is_built_by_docker(engine) || !is_plain_version(engine.version.value)) {
    return leave_to_the_builder(engine.version, "engine", findings);
  }
  const bool asks_plugins =
      !daemon.authorization_plugins.empty() || !engine.authorization_plugins.empty();
  judge_engine(engine, asks_plugins, policy, findings);
  judge_component("containerd", engine.containerd_version, containerd_flaws, findings);
  judge_component("runc", engine.runc_version, runc_flaws, findings);
}

}  // namespace

extern constinit const Rule docker_engine_outdated = {
    .name = "docker-engine-outdated",
    .title = "the engine has flaws that are known",
    .severity = Severity::high,
    .topic = "host",
    .subjects = {Subject::daemon},
    .rationale =
        "A flaw of the engine, of containerd or of runc is a way out of every container of the "
        "host. Once it is "
        "known, the way is written down for everybody.",
    .remediation =
        "Update `docker-ce` and `containerd.io`, or the packages of the distribution, and let them "
        "be updated without being asked. `live-restore` keeps containers alive meanwhile.",
    .limits =
        "A small table until there is a database: release lines that get no more fixes, and a few "
        "flaws that no host should have. Packages of distributions "
        "(Debian's `docker.io`, RHEL, Ubuntu, Alpine) mend flaws without changing the number, so "
        "their engines are never judged by it: an info says that the distribution's own notices "
        "have to be read. Of release line 25.0 only what its maintainers publish as source is "
        "known.",
    .references = {cis("1.2.2"), owasp("0")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
