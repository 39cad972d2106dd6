#include "readers/host/host_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "readers/host/accounts.h"
#include "readers/host/audit_rules.h"
#include "readers/host/kernel.h"
#include "readers/host/kernel_versions.h"
#include "readers/host/lines.h"
#include "readers/host/mounts.h"
#include "readers/host/ownership.h"
#include "readers/host/packet_filter_reader.h"
#include "readers/host/routes.h"
#include "readers/host/sockets.h"
#include "readers/host/texts.h"

namespace plimsoll {
namespace {

class Reader {
 public:
  Reader(const Files& files, Sources& sources, HostTexts texts)
      : files_(files), sources_(sources), texts_(std::move(texts)) {}

  Reading<Host> read(HostTenants tenants) {
    Host& host = out_.value;
    host.at = {&sources_.add("host", ""), {}};
    host.daemon = tenants.daemon;
    host.daemon_unread = std::move(tenants.daemon_unread);
    host.containers = std::move(tenants.containers);
    host.containers_unread = std::move(tenants.containers_unread);
    read_accounts();
    read_mounts();
    const host::OwnershipReader ownership(host, files_, sources_);
    host.engine_files = ownership.engine_files();
    host.bind_sources = ownership.bind_sources(out_.errors);
    host::read_kernel(host, files_, sources_, out_.errors);
    host::read_kernel_versions(host, files_, sources_);
    host::read_listeners(host, files_, sources_);
    read_audit_rules();
    read_packet_filter();
    host.outside_interfaces = host::read_outside_interfaces(files_);
    host.ipv6_interfaces = host::read_ipv6_interfaces(files_);
    read_umask();
    read_last_audit();
    return std::move(out_);
  }

 private:
  host::Text text(const std::string& path) const { return host::read_text(path, files_, sources_); }

  void read_accounts() {
    Host& host = out_.value;
    if (const Source* passwd = text("/etc/passwd").source) {
      host.users = host::read_users(*passwd, out_.errors);
    }
    if (const Source* group = text("/etc/group").source) {
      host.groups = host::read_groups(*group, out_.errors);
    }
    host.subordinate_users = ranges("/etc/subuid");
    host.subordinate_groups = ranges("/etc/subgid");
  }

  std::optional<std::vector<SubordinateRange>> ranges(const std::string& path) {
    const host::Text file = text(path);
    if (file.source != nullptr) return host::read_subordinate_ranges(*file.source, out_.errors);
    if (file.missing) return std::vector<SubordinateRange>();
    return std::nullopt;
  }

  // The first process sees the host's mounts, also when this one has its own.
  void read_mounts() {
    host::Text mounts = text("/proc/1/mountinfo");
    if (mounts.source == nullptr) mounts = text("/proc/self/mountinfo");
    if (mounts.source != nullptr) out_.value.mounts = host::read_mounts(*mounts.source);
  }

  void read_audit_rules() {
    Host& host = out_.value;
    if (!texts_.audit_rules) {
      host.audit_rules_unread = std::move(texts_.audit_rules_unread);
      return;
    }
    const Source& rules = sources_.add("audit rules", std::move(*texts_.audit_rules));
    host.audit_rules = host::read_audit_rules(rules, files_);
  }

  // `UMASK 027`
  void read_umask() {
    const host::Text login = text("/etc/login.defs");
    if (login.source == nullptr) {
      if (login.missing) out_.value.umask.emplace();
      return;
    }
    Located<std::string>& umask = out_.value.umask.emplace();
    for (const host::Line& line : host::lines_of(*login.source)) {
      constexpr std::string_view key = "UMASK";
      const std::string_view words = trim(line.text());
      if (!words.starts_with(key) || words.size() == key.size()) continue;
      if (!is_blank(words[key.size()])) continue;
      umask = {.value = std::string(trim(words.substr(key.size()))),
               .at = line.at,
               .layer = Layer::host};
    }
  }

  void read_last_audit() {
    const host::Text stamp = text("/var/lib/plimsoll/last-audit");
    if (stamp.source == nullptr) {
      if (stamp.missing) out_.value.last_audit.emplace();
      return;
    }
    const Location at = host::value_of(*stamp.source);
    out_.value.last_audit = {.value = std::string(at.text()), .at = at, .layer = Layer::host};
  }

  // Of rules that are not all understood as lines nothing can be concluded.
  void read_packet_filter() {
    Host& host = out_.value;
    if (!texts_.packet_filter) {
      host.packet_filter_unread = std::move(texts_.packet_filter_unread);
      return;
    }
    const Source& text = sources_.add("iptables rules in force", std::move(*texts_.packet_filter));
    Reading<PacketFilter> filter = plimsoll::read_packet_filter(text);
    if (filter.errors.empty()) {
      host.packet_filter = std::move(filter.value);
    } else {
      host.packet_filter_unread = "the packet filter's rules are not understood";
    }
    std::ranges::move(filter.errors, std::back_inserter(out_.errors));
  }

  const Files& files_;
  Sources& sources_;
  HostTexts texts_;
  Reading<Host> out_;
};

}  // namespace

Reading<Host> read_host(const Files& files, Sources& sources, HostTexts texts,
                        HostTenants tenants) {
  return Reader(files, sources, std::move(texts)).read(std::move(tenants));
}

}  // namespace plimsoll
