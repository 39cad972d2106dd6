// Reads what the machine says of itself: its files in /etc and /proc, and the texts that an audit
// makes of what the kernel keeps elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "subjects/host.h"

namespace plimsoll {

// What no file holds.
struct HostTexts {
  // The kernel's audit rules, as `auditctl -l` lists them; nothing, and why, where it was not
  // asked.
  std::optional<std::string> audit_rules = {};
  std::string audit_rules_unread = "the kernel was not asked for its audit rules";
  // The packet filter's rules, as packet_filter_reader.h says; nothing, and why, where the kernel
  // was not asked.
  std::optional<std::string> packet_filter = {};
  std::string packet_filter_unread = "the kernel was not asked for its packet filter";
};

// What runs on the host, as far as it is known: it says which files are the engine's, which are
// mounted, and which settings are of interest. All of it outlives the Host.
struct HostTenants {
  const Daemon* daemon = nullptr;
  std::string daemon_unread = {};  // as of Host
  std::vector<const ContainerSpec*> containers = {};
  std::string containers_unread = {};
};

// Every file that a fact is read from is added to `sources`, which must outlive the Host. What
// cannot be read leaves its fact nothing: the rules that need it say so. What is malformed in part
// is an error, and the rest is read.
Reading<Host> read_host(const Files& files, Sources& sources, HostTexts texts = {},
                        HostTenants tenants = {});

}  // namespace plimsoll
