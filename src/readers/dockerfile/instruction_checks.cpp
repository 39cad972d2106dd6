#include "readers/dockerfile/instruction_checks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/text.h"

namespace plimsoll::dockerfile {
namespace {

constexpr std::array<FlagRule, 7> add_flags{{{"chown", FlagKind::text},
                                             {"chmod", FlagKind::text},
                                             {"link", FlagKind::boolean},
                                             {"keep-git-dir", FlagKind::boolean},
                                             {"checksum", FlagKind::text},
                                             {"unpack", FlagKind::boolean},
                                             {"exclude", FlagKind::list}}};
constexpr std::array<FlagRule, 6> copy_flags{{{"chown", FlagKind::text},
                                              {"from", FlagKind::text},
                                              {"chmod", FlagKind::text},
                                              {"link", FlagKind::boolean},
                                              {"exclude", FlagKind::list},
                                              {"parents", FlagKind::boolean}}};
constexpr std::array<FlagRule, 1> from_flags{{{"platform", FlagKind::text}}};
constexpr std::array<FlagRule, 5> healthcheck_flags{{{"interval", FlagKind::text},
                                                     {"timeout", FlagKind::text},
                                                     {"start-period", FlagKind::text},
                                                     {"start-interval", FlagKind::text},
                                                     {"retries", FlagKind::text}}};
constexpr std::array<FlagRule, 4> run_flags{{{"mount", FlagKind::list},
                                             {"network", FlagKind::text},
                                             {"security", FlagKind::text},
                                             {"device", FlagKind::list}}};

std::optional<long> port_number(std::string_view text) {
  long value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 0 || value > 65535) return std::nullopt;
  return value;
}

// The number of ports in "8000-9000", or nothing when it is malformed.
std::optional<long> port_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::string_view last = dash == std::string_view::npos ? text : text.substr(dash + 1);
  const std::optional<long> from = port_number(text.substr(0, dash));
  const std::optional<long> to = port_number(last);
  if (!from || !to || *to < *from) return std::nullopt;
  return *to - *from + 1;
}

bool valid_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.find(':') != std::string_view::npos) {
    return text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  const std::vector<std::string_view> parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
           return part.size() <= 3 && parse_number(part).value_or(256) < 256;
         });
}

constexpr std::array<std::string_view, 17> systems{
    "linux",   "windows", "darwin",  "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "aix",
    "android", "hurd",    "illumos", "ios",     "js",     "nacl",    "plan9",     "zos"};
constexpr std::array<std::string_view, 36> architectures{
    "386",      "amd64",   "amd64p32", "arm",     "armbe",  "arm64",    "arm64be",   "ppc64",
    "ppc64le",  "loong64", "mips",     "mipsle",  "mips64", "mips64le", "mips64p32", "mips64p32le",
    "ppc",      "riscv",   "riscv64",  "s390",    "s390x",  "sparc",    "sparc64",   "wasm",
    "x86_64",   "x86-64",  "aarch64",  "armhf",   "armel",  "i386",     "amd64/v1",  "amd64/v2",
    "amd64/v3", "arm/v6",  "arm/v7",   "arm64/v8"};

}  // namespace

std::span<const FlagRule> flags_of(Keyword keyword) {
  switch (keyword) {
    case Keyword::add: return add_flags;
    case Keyword::copy: return copy_flags;
    case Keyword::from: return from_flags;
    case Keyword::healthcheck: return healthcheck_flags;
    case Keyword::run: return run_flags;
    default: return {};
  }
}

bool ignores_flags(Keyword keyword) {
  return keyword == Keyword::arg || keyword == Keyword::stopsignal || keyword == Keyword::unknown;
}

bool valid_stage_name(std::string_view name) {
  if (name.empty() || !is_alpha(name.front())) return false;
  return std::ranges::all_of(
      name, [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; });
}

bool valid_port(std::string_view text) {
  // [[ip:]host-port:]port[/protocol]
  const std::size_t colon = text.rfind(':');
  std::string_view container = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const std::size_t slash = container.find('/');
  if (slash != std::string_view::npos) {
    const std::string protocol = lower(container.substr(slash + 1));
    container = container.substr(0, slash);
    const bool known =
        protocol.empty() || protocol == "tcp" || protocol == "udp" || protocol == "sctp";
    if (!known) return false;
  }
  const std::optional<long> ports = port_range(container);
  if (!ports) return false;
  if (colon == std::string_view::npos) return true;
  std::string_view before = text.substr(0, colon);
  const std::size_t second = before.rfind(':');
  const std::string_view host =
      second == std::string_view::npos ? before : before.substr(second + 1);
  const std::string_view ip = second == std::string_view::npos ? "" : before.substr(0, second);
  if (!ip.empty() && !valid_ip(ip)) return false;
  if (host.empty()) return true;
  const std::optional<long> host_ports = port_range(host);
  return host_ports && (*host_ports == *ports || *ports == 1);
}

bool valid_signal(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (all_digits(digits)) return parse_number(digits).value_or(0) != 0;
  static constexpr std::array<std::string_view, 38> names{
      "ABRT",   "ALRM",  "BUS",  "CHLD", "CLD",   "CONT",  "FPE",  "HUP",  "ILL",  "INT",
      "IO",     "IOT",   "KILL", "PIPE", "POLL",  "PROF",  "PWR",  "QUIT", "SEGV", "STKFLT",
      "STOP",   "SYS",   "TERM", "TRAP", "TSTP",  "TTIN",  "TTOU", "URG",  "USR1", "USR2",
      "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX", "",     ""};
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  std::string_view name = upper;
  if (name.starts_with("SIG")) name.remove_prefix(3);
  if (name.empty()) return false;
  if (std::ranges::find(names, name) != names.end()) return true;
  const auto offset = [&](std::string_view prefix, long long most) {
    if (!name.starts_with(prefix)) return false;
    const std::string_view number = name.substr(prefix.size());
    const long long value = parse_number(number).value_or(0);
    return number.size() <= 2 && !number.starts_with('0') && value >= 1 && value <= most;
  };
  return offset("RTMIN+", 15) || offset("RTMAX-", 14);
}

bool valid_platform(std::string_view text) {
  const std::string lowered = lower(text);
  const std::vector<std::string_view> parts = split(lowered, '/');
  if (parts.size() > 3) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string_view part = parts[i];
    // linux(version): an operating system may name its version.
    const std::size_t parenthesis = part.find('(');
    if (i == 0 && parenthesis != std::string_view::npos && part.ends_with(')')) {
      part = part.substr(0, parenthesis);
    }
    const bool plain = std::ranges::all_of(part, [](char c) {
      return is_alpha(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
    });
    if (part.empty() || !plain) return false;
    if (parts.size() > 1) continue;
    return std::ranges::find(systems, part) != systems.end() ||
           std::ranges::find(architectures, part) != architectures.end() ||
           parenthesis != std::string_view::npos;
  }
  return true;
}

bool valid_chmod(std::string_view text) {
  if (text.empty()) return true;
  if (is_digit(text.front())) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
    return error == std::errc() && end == text.data() + text.size() && value <= 07777;
  }
  for (const std::string_view clause : split(text, ',')) {
    std::size_t at = clause.find_first_not_of("ugoa");
    if (at == std::string_view::npos) return false;
    while (at < clause.size()) {
      if (std::string_view("+-=").find(clause[at]) == std::string_view::npos) return false;
      at = std::min(clause.find_first_not_of("rwxXstugo", at + 1), clause.size());
    }
  }
  return true;
}

bool is_git_source(std::string_view text) {
  if (text.starts_with("git://") || text.starts_with("ssh://") || text.starts_with("git@"))
    return true;
  if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
  return text.substr(0, text.find_first_of("#?")).ends_with(".git");
}

bool is_url(std::string_view text) {
  const bool http = text.starts_with("http://") || text.starts_with("https://");
  return http && !is_git_source(text);
}

}  // namespace plimsoll::dockerfile
