#include <algorithm>
#include <memory>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/engine_releases.h"
#include "rules/support/vulnerability_text.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

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

constexpr std::string_view engine_remedy = "update the engine to a release that is maintained";

// What the database says of the engine's programs.
class Database {
 public:
  explicit Database(const Daemon& daemon) {
    if (daemon.vulnerabilities) known_ = &*daemon.vulnerabilities;
  }

  bool judges(EngineProgram program) const { return known_ != nullptr && known_->judges(program); }
  // Whether it has said this of the program already.
  bool says(std::string_view flaw, EngineProgram program) const {
    return known_ != nullptr &&
           std::ranges::any_of(known_->match.vulnerabilities, [&](const Vulnerability& said) {
             return is_of(said, program) && is_named(said, flaw);
           });
  }

  void report(EngineProgram program, const Located<std::string>& version, bool asks_plugins,
              Findings& findings) const {
    if (known_ == nullptr) return;
    for (const Vulnerability& said : known_->match.vulnerabilities) {
      if (!is_of(said, program)) continue;
      if (!asks_plugins && is_of_authorization_plugins(said.id)) continue;
      Finding& finding = findings.add(version, message_of(said), remedy_of(said));
      finding.severity = vulnerability_severity(said);
      finding.rank = rank_of(said);
      finding.vulnerability = std::make_shared<const Vulnerability>(said);
    }
  }

  void report_open(Findings& findings) const {
    if (known_ == nullptr) return;
    for (const std::string& why : known_->match.open) findings.open(why);
  }

 private:
  const EnginePackage& package_of(const Vulnerability& said) const {
    return known_->packages[said.packages.front()];
  }
  bool is_of(const Vulnerability& said, EngineProgram program) const {
    return package_of(said).program == program && !is_repetition(said, program);
  }
  // One flaw of one program, of which records name two modules.
  bool is_repetition(const Vulnerability& said, EngineProgram program) const {
    for (const Vulnerability& other : known_->match.vulnerabilities) {
      if (&other == &said) return false;
      if (other.id == said.id && package_of(other).program == program) return true;
    }
    return false;
  }
  static bool is_named(const Vulnerability& said, std::string_view flaw) {
    return said.id == flaw || std::ranges::find(said.aliases, flaw) != said.aliases.end();
  }
  std::uint32_t rank_of(const Vulnerability& said) const {
    return static_cast<std::uint32_t>(&said - known_->match.vulnerabilities.data());
  }

  static std::string_view name_of_program(EngineProgram program) {
    switch (program) {
      case EngineProgram::engine: return "engine";
      case EngineProgram::containerd: return "containerd";
      case EngineProgram::runc: return "runc";
    }
    return {};
  }

  std::string message_of(const Vulnerability& said) const {
    const EnginePackage& judged = package_of(said);
    const bool is_installed = is_of_system(judged.package.kind);
    const std::string_view program = name_of_program(judged.program);
    const std::string facts = vulnerability_facts(said);
    return concat(program, " ", judged.package.version,
                  is_installed && judged.package.name != program
                      ? concat(" (", judged.package.name, ")")
                      : std::string(),
                  " has ", said.id, facts.empty() ? "" : concat(" (", facts, ")"),
                  said.summary.empty() ? "" : concat(": ", said.summary));
  }

  std::string remedy_of(const Vulnerability& said) const {
    const EnginePackage& judged = package_of(said);
    const std::string& fixed = said.fixed_version;
    if (is_of_system(judged.package.kind)) {
      return fixed.empty() ? concat("no version of ", judged.package.name, " without it is known")
                           : concat("update ", judged.package.name, " to ", fixed,
                                    ", and start the engine anew");
    }
    if (fixed.empty()) return "no release without it is known";
    return judged.program == EngineProgram::engine
               ? concat("update the engine to ", without_mark(fixed), " or later")
               : concat("update ", name_of_program(judged.program),
                        " (the package containerd.io) to ", without_mark(fixed), " or later");
  }

  // Go's own "+incompatible" is no part of a release's number.
  static std::string_view without_mark(std::string_view version) {
    return version.substr(0, version.find('+'));
  }

  const EngineVulnerabilities* known_ = nullptr;
};

// A program that Docker has built.
void judge_engine(const EngineInfo& engine, bool asks_plugins, const Policy& policy,
                  const Database& database, Findings& findings) {
  const std::string& version = engine.version.value;
  if (const auto last_fixes = engine_end_of_life(version, policy.today)) {
    findings.add(engine.version,
                 concat("engine ", version, " is of a release line that gets no more fixes",
                        last_fixes->empty() ? std::string() : concat(", since ", *last_fixes)),
                 std::string(engine_remedy));
    // Then the number alone says enough, unless somebody knows what exactly it means.
    return database.report(EngineProgram::engine, engine.version, asks_plugins, findings);
  }
  database.report(EngineProgram::engine, engine.version, asks_plugins, findings);
  for (const KnownFlaw* flaw : engine_flaws(version)) {
    if (flaw->of_authorization_plugins && !asks_plugins) continue;
    if (database.says(flaw->name, EngineProgram::engine)) continue;
    findings.add(engine.version,
                 concat("engine ", version, " has ", flaw->name, ": ", flaw->means,
                        "; it is mended in ", flaw->fixed),
                 std::string(engine_remedy));
  }
}

using FlawsOf = std::vector<const KnownFlaw*>(std::string_view version);

struct Component {
  EngineProgram program;
  std::string_view name;
  FlawsOf* flaws;
};

// A program of the package containerd.io. Of another runtime nothing is said.
void judge_component(const Component& component, const Located<std::string>& version,
                     const Database& database, Findings& findings) {
  if (!version.written()) return;
  if (!is_plain_version(version.value)) {
    return leave_to_the_builder(version, component.name, findings);
  }
  database.report(component.program, version, true, findings);
  for (const KnownFlaw* flaw : component.flaws(version.value)) {
    if (database.says(flaw->name, component.program)) continue;
    findings.add(version,
                 concat(component.name, " ", version.value, " has ", flaw->name, ": ", flaw->means,
                        "; it is mended in ", flaw->fixed),
                 concat("update ", component.name, " (the package containerd.io)"));
  }
}

// The distribution's own records say which flaws its packages have.
void judge_packages(const EngineInfo& engine, bool asks_plugins, const Database& database,
                    Findings& findings) {
  if (!database.judges(EngineProgram::engine)) {
    leave_to_the_builder(engine.version, "engine", findings);
  }
  database.report(EngineProgram::engine, engine.version, asks_plugins, findings);
  database.report(EngineProgram::containerd, engine.containerd_version, true, findings);
  database.report(EngineProgram::runc, engine.runc_version, true, findings);
}

void check(const Daemon& daemon, const Policy& policy, Findings& findings) {
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  if (!daemon.engine || !daemon.engine->version.written()) {
    return findings.open("which version the engine has was not seen");
  }
  const EngineInfo& engine = *daemon.engine;
  const Database database(daemon);
  database.report_open(findings);
  const bool asks_plugins =
      !daemon.authorization_plugins.empty() || !engine.authorization_plugins.empty();
  if (!engine.is_built_by_docker()) {
    return judge_packages(engine, asks_plugins, database, findings);
  }
  if (!is_plain_version(engine.version.value)) {
    return leave_to_the_builder(engine.version, "engine", findings);
  }
  judge_engine(engine, asks_plugins, policy, database, findings);
  judge_component({EngineProgram::containerd, "containerd", containerd_flaws},
                  engine.containerd_version, database, findings);
  judge_component({EngineProgram::runc, "runc", runc_flaws}, engine.runc_version, database,
                  findings);
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
        "With a database of advisories (`plimsoll db build`) it knows what that knows: of Docker's "
        "own builds by the Go modules that they are made of, of the packages of Debian, Ubuntu and "
        "Alpine by the distribution's records, where the audit runs on the engine's machine and "
        "the package is the version that runs. Packages of rpm are not looked up. Without one, and "
        "beside it, a small table has release lines that get no more fixes and a few flaws that no "
        "host should have. It judges Docker's own builds alone, since distributions mend flaws "
        "without changing the number: an info then says that their notices have to be read. Of "
        "release line 25.0 only what its maintainers publish as source is known.",
    .references = {cis("1.2.2"), owasp("0")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
