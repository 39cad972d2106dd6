#include <array>
#include <optional>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "subjects/host.h"

namespace plimsoll::rules::container {
namespace {

// Settings of the network that protect, and in which direction: what a container sets lower (or
// higher) than its host is looser.
struct Protection {
  std::string_view ending;
  bool more_is_stricter = true;
};

constexpr auto protections = std::to_array<Protection>({
    {".rp_filter"},
    {".accept_redirects", false},
    {".secure_redirects", false},
    {".send_redirects", false},
    {".accept_source_route", false},
    {".accept_ra", false},
    {".log_martians"},
    {".proxy_arp", false},
    {".route_localnet", false},
    {".tcp_syncookies"},
    {".tcp_rfc1337"},
    {".icmp_echo_ignore_broadcasts"},
    {".icmp_ignore_bogus_error_responses"},
    {".ip_unprivileged_port_start"},
});

std::optional<long long> number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto number = parse_number(text.substr(negative ? 1 : 0));
  return number && negative ? std::optional(-*number) : number;
}

void judge_setting(const Host& host, const ContainerSpec& spec, const Located<std::string>& entry,
                   Findings& findings) {
  const std::size_t equals = entry.value.find('=');
  if (entry.unresolved || equals == std::string::npos) return;
  const std::string_view name = trim(std::string_view(entry.value).substr(0, equals));
  const std::string_view value = trim(std::string_view(entry.value).substr(equals + 1));
  for (const Protection& protection : protections) {
    if (!name.ends_with(protection.ending)) continue;
    const KernelSetting* const setting = host.kernel_setting(name);
    if (setting == nullptr || setting->absent) return;
    if (!setting->value) return findings.open(concat(name, " of the host cannot be read"));
    const auto own = number_of(value);
    const auto hosts = number_of(*setting->value);
    if (!own || !hosts) return;
    if (protection.more_is_stricter ? *own >= *hosts : *own <= *hosts) return;
    findings
        .add(entry,
             concat(spec.label(), " is looser than its host: it sets ", name, "=", value,
                    ", the host has ", *setting->value),
             concat("remove the sysctl ", name))
        .related = {setting->at, "the host's own setting"};
    return;
  }
}

std::optional<std::uint32_t> octal(std::string_view text) {
  std::uint32_t out = 0;
  if (text.empty() || text.size() > 4) return std::nullopt;
  for (const char digit : text) {
    if (digit < '0' || digit > '7') return std::nullopt;
    out = out * 8 + static_cast<std::uint32_t>(digit - '0');
  }
  return out;
}

// The host's mask for logins is what its people chose; a stricter one than usual is a policy.
void judge_umask(const Host& host, const ContainerSpec& spec, Findings& findings) {
  if (spec.process == nullptr || !host.umask || !host.umask->written()) return;
  const Located<std::string>& own = spec.process->umask;
  const auto hosts = octal(host.umask->value);
  const auto mask = octal(own.value);
  if (!own.written() || !hosts || !mask || (*hosts & ~*mask) == 0) return;
  findings
      .add(own,
           concat(spec.label(), " is looser than its host: its umask is ", own.value,
                  ", the host's logins have ", host.umask->value),
           concat("set umask ", host.umask->value, " where the container's program starts"))
      .related = {host.umask->at, "the umask of the host's logins"};
}

void check(const Host& host, const Policy&, Findings& findings) {
  if (host.containers.empty()) {
    return say_none_of_containers(host, findings, "no container was looked at");
  }
  if (!host.umask) findings.open("/etc/login.defs cannot be read");
  for (const ContainerSpec* spec : host.containers) {
    for (const Located<std::string>& entry : spec->sysctls) {
      judge_setting(host, *spec, entry, findings);
    }
    judge_umask(host, *spec, findings);
  }
}

}  // namespace

extern constinit const Rule host_policy_not_mirrored = {
    .name = "host-policy-not-mirrored",
    .title = "a container is looser than its host",
    .severity = Severity::low,
    .topic = "host",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "A host is hardened once: sshd options, kernel parameters, umask. A container that brings "
        "its own sshd or login configuration escapes that work, although the same people log in to "
        "it.",
    .remediation =
        "Run no login service in containers. Where one must run, give it the host's configuration "
        "as a read-only mount. Leave kernel parameters of containers as strict as the host's.",
    .limits =
        "Nothing is checked in files: the host's policy stands in neither a compose file nor a "
        "Dockerfile. The audit of a host compares two things: the protecting network settings that "
        "a container sets (`sysctls`) with the host's, and the umask of its main process with "
        "UMASK of /etc/login.defs. What a container leaves unset is the kernel's default for a new "
        "network and not seen from outside, nor are options of an sshd inside an image.",
    .references = {guideline("S0", "Decision"), guideline("S4", "SSH")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
