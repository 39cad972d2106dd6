#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

struct Setting {
  std::string_view name;
  long long least = 0;
  Severity severity = Severity::low;
  // What the kernel does as it is set, to follow "kernel.kptr_restrict=0: ".
  std::string_view why;
};

constexpr auto settings = std::to_array<Setting>({
    {"kernel.randomize_va_space", 2, Severity::medium,
     "programs lie at addresses that an attacker can foresee"},
    {"kernel.unprivileged_bpf_disabled", 1, Severity::medium,
     "every user may load programs into the kernel (bpf)"},
    {"kernel.perf_event_paranoid", 2, Severity::medium, "every user may observe the kernel (perf)"},
    {"fs.protected_symlinks", 1, Severity::medium,
     "links in /tmp lead privileged programs to other files"},
    {"fs.protected_hardlinks", 1, Severity::medium,
     "users may make links to files that are not theirs"},
    {"kernel.kptr_restrict", 1, Severity::low, "every user may read the kernel's addresses"},
    {"kernel.dmesg_restrict", 1, Severity::low, "every user may read the kernel's messages"},
    {"kernel.yama.ptrace_scope", 1, Severity::low,
     "a process may take over every other of its user"},
    {"kernel.kexec_load_disabled", 1, Severity::low, "root may start another kernel"},
    {"fs.protected_fifos", 1, Severity::low, "pipes in /tmp can be planted for other users"},
    {"fs.protected_regular", 1, Severity::low, "files in /tmp can be planted for other users"},
});

std::optional<long long> number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto number = parse_number(text.substr(negative ? 1 : 0));
  return number && negative ? std::optional(-*number) : number;
}

void judge_settings(const Host& host, Findings& findings) {
  for (const Setting& wanted : settings) {
    const KernelSetting* const setting = host.kernel_setting(wanted.name);
    // What this kernel does not have it cannot be told to do.
    if (setting == nullptr || setting->absent) continue;
    const auto value = setting->value ? number_of(*setting->value) : std::nullopt;
    if (!value) {
      findings.open(concat(wanted.name, " cannot be read"));
      continue;
    }
    if (*value >= wanted.least) continue;
    const std::string least = std::to_string(wanted.least);
    Finding& finding =
        findings.add(setting->at, concat(wanted.name, "=", *setting->value, ": ", wanted.why),
                     concat(wanted.name, "=", least));
    finding.severity = wanted.severity;
    finding.fix = unsafe_fix({change::set_sysctl(std::string(wanted.name), least)});
  }
}

// Unprivileged user namespaces open much of the kernel to every user. A rootless engine is made of
// them, and an engine that remaps users needs namespaces as well.
void judge_user_namespaces(const Host& host, Findings& findings) {
  const Daemon* const daemon = host.daemon;
  if (daemon != nullptr && daemon->is_rootless()) return;
  const auto is = [&](std::string_view name, std::string_view value) {
    const KernelSetting* const setting = host.kernel_setting(name);
    return setting != nullptr && setting->value && *setting->value == value;
  };
  if (is("kernel.apparmor_restrict_unprivileged_userns", "1")) return;
  if (is("user.max_user_namespaces", "0")) return;
  const KernelSetting* const clone = host.kernel_setting("kernel.unprivileged_userns_clone");
  const KernelSetting* const most = host.kernel_setting("user.max_user_namespaces");
  constexpr std::string_view message = "every user may make user namespaces";
  constexpr std::string_view unless =
      ", unless programs here need them (rootless containers, sandboxes of browsers)";
  if (clone != nullptr && clone->value) {
    if (*clone->value == "0") return;
    findings
        .add(clone->at, concat("kernel.unprivileged_userns_clone=", *clone->value, ": ", message),
             concat("kernel.unprivileged_userns_clone=0", unless))
        .severity = Severity::low;
    return;
  }
  const bool remaps =
      daemon != nullptr && (!daemon->userns_remap.value.empty() ||
                            (daemon->engine && daemon->engine->security_option("userns")));
  // The one setting left would take the namespaces from root, too.
  if (remaps || most == nullptr || most->absent) return;
  if (!most->value) return findings.open("user.max_user_namespaces cannot be read");
  findings
      .add(most->at, concat("user.max_user_namespaces=", *most->value, ": ", message),
           concat("user.max_user_namespaces=0", unless))
      .severity = Severity::low;
}

void judge_lockdown(const Host& host, Findings& findings) {
  if (!host.lockdown) {
    return findings.open(
        "/sys/kernel/security/lockdown cannot be read: whether the kernel is "
        "locked down is not known");
  }
  if (host.lockdown->value != "none") return;
  findings
      .add(*host.lockdown, "the kernel is not locked down: root may change its code and memory",
           "lockdown=integrity on the kernel's command line")
      .severity = Severity::low;
}

// Arguments that take a protection away.
bool weakens(std::string_view argument) {
  return is_one_of(argument, {"mitigations=off",
                              "nopti",
                              "pti=off",
                              "nospectre_v1",
                              "nospectre_v2",
                              "spectre_v2=off",
                              "spectre_v2_user=off",
                              "nospec_store_bypass_disable",
                              "spec_store_bypass_disable=off",
                              "l1tf=off",
                              "mds=off",
                              "tsx_async_abort=off",
                              "mmio_stale_data=off",
                              "retbleed=off",
                              "srbds=off",
                              "gather_data_sampling=off",
                              "spec_rstack_overflow=off",
                              "reg_file_data_sampling=off",
                              "spectre_bhi=off",
                              "indirect_target_selection=off",
                              "tsa=off",
                              "vmscape=off",
                              "nosmep",
                              "nosmap",
                              "nokaslr",
                              "norandmaps"});
}

void judge_arguments(const Host& host, Findings& findings) {
  if (!host.kernel_arguments) return findings.open("/proc/cmdline cannot be read");
  for (const Located<std::string>& argument : *host.kernel_arguments) {
    const std::string& text = argument.value;
    if (!weakens(text)) continue;
    findings.add(argument, concat("the kernel was started with ", text),
                 concat("remove ", text, " from the kernel's command line"));
  }
}

void judge_vulnerabilities(const Host& host, Findings& findings) {
  if (!host.vulnerabilities) {
    return findings.open("/sys/devices/system/cpu/vulnerabilities cannot be read");
  }
  for (const CpuVulnerability& vulnerability : *host.vulnerabilities) {
    // "KVM: Vulnerable", "Mitigation: …; BHI: Vulnerable"; "SMT vulnerable" is told of a
    // mitigation.
    const std::string& state = vulnerability.state;
    if (!state.starts_with("Vulnerable") && !state.contains(": Vulnerable")) continue;
    findings.add(vulnerability.at,
                 concat("the processor's flaw ", vulnerability.name, " is open: ", state),
                 "update the kernel and the processor's microcode, and leave mitigations on");
  }
}

void check(const Host& host, const Policy&, Findings& findings) {
  judge_settings(host, findings);
  judge_user_namespaces(host, findings);
  judge_lockdown(host, findings);
  judge_arguments(host, findings);
  judge_vulnerabilities(host, findings);
}

}  // namespace

extern constinit const Rule kernel_not_hardened = {
    .name = "kernel-not-hardened",
    .title = "protections of the kernel are off",
    .severity = Severity::medium,
    .topic = "host",
    .subjects = {Subject::host},
    .rationale =
        "The kernel is the wall between containers and host. What grsecurity once added to it is "
        "in the kernel itself today, as settings: they hide its addresses, take tools for attacks "
        "from ordinary users, and keep root itself from changing its code.",
    .remediation =
        "Write the settings into /etc/sysctl.d/60-hardening.conf and load them with `sysctl "
        "--system`. Keep the mitigations of processor flaws on, and the microcode current.",
    .limits =
        "Settings that this kernel does not have are passed over. A setting in force is judged, "
        "not the file that sets it at the next boot. What was chosen when the kernel was built is "
        "not seen. A hypervisor can hide flaws of the processor, or show some that it has mended "
        "itself. Whether programs need user namespaces, kexec (kdump) or perf is not known.",
    .references = {guideline("S1", "Linux Kernel"),
                   document("Kernel Self Protection Project: recommended settings",
                            "https://kspp.github.io/Recommended_Settings")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::host
