#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

struct Watched {
  std::string_view reference;
  EngineFile what;
  std::string_view name;
};

constexpr auto wanted = std::to_array<Watched>({
    {"cis-1.1.3", EngineFile::dockerd, "dockerd"},
    {"cis-1.1.4", EngineFile::containerd_state, "/run/containerd"},
    {"cis-1.1.5", EngineFile::data_root, "directory of the engine's data"},
    {"cis-1.1.6", EngineFile::configuration_directory, "/etc/docker"},
    {"cis-1.1.7", EngineFile::service_unit, "docker.service"},
    {"cis-1.1.8", EngineFile::containerd_socket, "containerd.sock"},
    {"cis-1.1.9", EngineFile::socket_unit, "docker.socket"},
    {"cis-1.1.10", EngineFile::default_file, "/etc/default/docker"},
    {"cis-1.1.11", EngineFile::daemon_json, "daemon.json"},
    {"cis-1.1.12", EngineFile::containerd_configuration, "/etc/containerd/config.toml"},
    {"cis-1.1.13", EngineFile::sysconfig_file, "/etc/sysconfig/docker"},
    {"cis-1.1.14", EngineFile::containerd, "containerd"},
    {"cis-1.1.15", EngineFile::containerd_shim, "containerd-shim"},
    {"cis-1.1.16", EngineFile::containerd_shim_runc_v1, "containerd-shim-runc-v1"},
    {"cis-1.1.17", EngineFile::containerd_shim_runc_v2, "containerd-shim-runc-v2"},
    {"cis-1.1.18", EngineFile::runc, "runc"},
});

bool covers(const AuditWatch& watch, const HostFile& file) {
  const std::string_view path = file.real_path;
  if (path == watch.real_path) return true;
  return watch.whole_tree && path.starts_with(concat(watch.real_path, "/"));
}

void judge(const AuditRules& rules, const HostFile& file, std::string_view reference,
           Findings& findings) {
  const AuditWatch* without_writes = nullptr;
  for (const AuditWatch& watch : rules.watches) {
    if (!covers(watch, file)) continue;
    if (watch.permissions.contains('w')) return;
    without_writes = &watch;
  }
  const std::string remedy = concat("-w ", file.path, " -p wa -k docker");
  Finding& finding =
      without_writes == nullptr
          ? findings.add(file.at, concat("no audit rule watches ", file.path), remedy)
          : findings.add(without_writes->at,
                         concat("the audit rule for ", file.path, " misses writes: -p ",
                                without_writes->permissions),
                         remedy);
  finding.reference = reference;
  finding.fix = unsafe_fix({change::add_audit_rule(remedy)});
}

void check(const Host& host, const Policy&, Findings& findings) {
  const bool switched_off = host.audit_rules && !host.audit_rules->enabled;
  if (switched_off) {
    findings.add(host.audit_rules->at,
                 "the kernel's auditing is switched off: nothing done to the engine's files is "
                 "written down",
                 "auditctl -e 1, and start auditd");
  }
  for (const Watched& watched : wanted) {
    bool any = false;
    for (const EngineHostFile& file : host.engine_files) {
      if (file.what != watched.what) continue;
      if (!file.status) {
        any = true;
        findings.open(concat("this user cannot see whether there is ", file.path),
                      watched.reference);
        continue;
      }
      if (!file.exists()) continue;
      any = true;
      if (!host.audit_rules) {
        findings.open(host.audit_rules_unread, watched.reference);
      } else if (!switched_off) {
        judge(*host.audit_rules, file, watched.reference, findings);
      }
    }
    if (any) continue;
    const std::string why = concat("there is no ", watched.name);
    const bool is_told =
        watched.what == EngineFile::data_root || watched.what == EngineFile::daemon_json;
    if (is_told) {
      say_none_of_engine(host, findings, why, watched.reference);
    } else {
      findings.not_applicable(why, watched.reference);
    }
  }
}

}  // namespace

extern constinit const Rule no_audit_rules = {
    .name = "no-audit-rules",
    .title = "nothing records changes to the engine",
    .severity = Severity::low,
    .topic = "host",
    .subjects = {Subject::host},
    .rationale =
        "Whoever changes dockerd, its unit, its settings or its data owns every container. The "
        "kernel's audit writes down who did it, also when it was root; without a rule it does not.",
    .remediation =
        "Install auditd and put a watch for each of the engine's files and directories into "
        "/etc/audit/rules.d/docker.rules; `augenrules --load` puts them in force.",
    .limits =
        "The rules that the kernel has are judged, not the files that load them: a rule that "
        "nobody made permanent counts until the next boot. A rule counts when it records every "
        "write to a path, or to a directory above it; rules for some users or system calls alone "
        "do not. Whether auditd keeps the records, and for how long, is not seen.",
    .references = {guideline("S1", "Logging & Auditing"), cis("1.1.3"), cis("1.1.4"), cis("1.1.5"),
                   cis("1.1.6"), cis("1.1.7"), cis("1.1.8"), cis("1.1.9"), cis("1.1.10"),
                   cis("1.1.11"), cis("1.1.12"), cis("1.1.13"), cis("1.1.14"), cis("1.1.15"),
                   cis("1.1.16"), cis("1.1.17"), cis("1.1.18")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::host
