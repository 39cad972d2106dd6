#include "audit/firewall_rules.h"

#include <iostream>

#include "audit/firewall_proof.h"
#include "base/text.h"
#include "base/write_file.h"
#include "fix/docker_user_rules.h"
#include "rules/support/packet_filter.h"
#include "rules/support/ports.h"

namespace plimsoll::audit {
namespace {

std::optional<Error> write_script(const std::string& path, const std::string& text,
                                  const Files& files) {
  if (files.kind(path) == FileKind::missing) return create_file(path, text);
  const Result<std::string> before = files.read(path);
  if (!before) return before.error();
  if (!before->contains(fix::docker_user_script_mark)) {
    return Error{.message = "there is a file that plimsoll did not write",
                 .hint = "name another file, or remove this one",
                 .file = path};
  }
  return *before == text ? std::nullopt : replace_file(path, *before, text);
}

// One line for each published port: what a client from outside met.
void prove(const Host& host) {
  for (const std::string& interface : rules::outside_interfaces(host)) {
    std::vector<TriedPort> tried;
    std::vector<std::string> names;
    for (const ContainerSpec* const container : host.containers) {
      if (!container->ports_in_force) continue;
      for (const Port& port : *container->ports_in_force) {
        const std::optional<rules::PortRange> range = rules::port_range(port.published);
        if (!range || rules::is_loopback(port.host_ip)) continue;
        const bool is_ipv6 = port.host_ip.contains(':');
        const std::string name = concat("port ", port.published, "/", port.protocol, " of ",
                                        container->label(), is_ipv6 ? " over IPv6" : "");
        if (port.protocol != "tcp" || is_ipv6) {
          std::cerr << concat(name, ": could not test: only TCP over IPv4 is tried\n");
          continue;
        }
        names.push_back(name);
        tried.push_back({.address = rules::is_any_address(port.host_ip) ? "" : port.host_ip,
                         .number = static_cast<std::uint16_t>(range->first)});
      }
    }
    if (tried.empty()) continue;
    try_ports(interface, tried);
    for (std::size_t i = 0; i < tried.size(); ++i) {
      const std::string where = interface.empty() ? "" : concat(" through ", interface);
      std::string verdict = concat("could not test: ", tried[i].why);
      if (tried[i].verdict == TriedPort::Verdict::reachable) {
        verdict = concat("reachable from outside: yes", where);
      } else if (tried[i].verdict == TriedPort::Verdict::blocked) {
        verdict = concat("reachable from outside: no", where);
      }
      std::cerr << concat(names[i], ": ", verdict, "\n");
    }
  }
}

}  // namespace

std::optional<Error> write_firewall_rules(const app::Live& live, const FirewallRun& run,
                                          const Files& files) {
  if (live.host == nullptr || !live.host->packet_filter || !live.lists_containers) {
    std::string why = "the containers are not known";
    if (live.host == nullptr) {
      why = "the host was not looked at";
    } else if (!live.host->packet_filter) {
      why = live.host->packet_filter_unread;
    }
    return Error{.message = concat("no firewall rules can be written: ", why),
                 .hint = "run plimsoll audit --write-fixes DIRECTORY as root, without --only"};
  }
  const fix::DockerUserScript script = fix::docker_user_script(*live.host);
  if (script.rules == 0) {
    if (!run.quiet) {
      std::cerr << "no published port goes past the firewall: no rules were written\n";
    }
  } else {
    if (std::optional<Error> error = write_script(run.path, script.text, files)) return error;
    if (!run.quiet) {
      std::cerr << concat(run.path, " has ", counted(script.rules, "rule", "rules"),
                          ": read it, then run it as root\n");
    }
  }
  if (run.proves) prove(*live.host);
  return std::nullopt;
}

}  // namespace plimsoll::audit
