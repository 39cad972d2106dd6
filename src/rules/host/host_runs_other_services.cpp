#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/listing.h"
#include "rules/support/ports.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

// "22/tcp"
std::string port_text(const Listener& listener) {
  return concat(std::to_string(listener.port), listener.udp ? "/udp" : "/tcp");
}

// dockerd itself listens for swarm and its API, which other rules judge; docker-proxy, and of a
// rootless engine rootlesskit, listen for containers.
bool is_engine(std::string_view process) {
  return is_one_of(process, {"dockerd", "docker-proxy", "rootlesskit", "slirp4netns", "pasta"});
}

bool is_published(const Host& host, const Listener& listener) {
  if (is_engine(listener.process)) return true;
  for (const ContainerSpec* container : host.containers) {
    if (!container->ports_in_force) continue;
    for (const Port& port : *container->ports_in_force) {
      const std::optional<PortRange> range = port_range(port.published);
      const bool same_kind = (port.protocol == "udp") == listener.udp;
      if (range && same_kind && range->first <= listener.port && listener.port <= range->last) {
        return true;
      }
    }
  }
  return false;
}

struct Service {
  const Listener* listener = nullptr;
  std::string text;  // "22/tcp (sshd)"
};

// Each port once, although it is listened for at several addresses, in the order of numbers.
std::vector<Service> services(const Host& host) {
  std::map<std::tuple<std::uint16_t, bool>, Service> by_port;
  for (const Listener& listener : *host.listeners) {
    if (is_loopback(listener.address) || is_published(host, listener)) continue;
    const std::string owner =
        listener.process.empty() ? std::string() : concat(" (", listener.process, ")");
    by_port.try_emplace({listener.port, listener.udp},
                        Service{&listener, concat(port_text(listener), owner)});
  }
  std::vector<Service> out;
  out.reserve(by_port.size());
  for (auto& [port, service] : by_port) out.push_back(std::move(service));
  return out;
}

bool is_login(const Listener& listener) {
  constexpr std::uint16_t ssh = 22;
  if (listener.udp) return false;
  return listener.process.empty() ? listener.port == ssh : listener.process == "sshd";
}

void report_undeclared(const Host& host, const std::vector<std::string>& declared,
                       Findings& findings) {
  for (const Service& service : services(host)) {
    const Listener& listener = *service.listener;
    if (std::ranges::find(declared, port_text(listener)) != declared.end()) continue;
    // It could be a port that the engine publishes.
    if (!host.listeners_have_processes && host.containers.empty()) {
      findings.open(concat("which program listens for ", port_text(listener), " is root's to ask"));
      continue;
    }
    findings.add(listener.at,
                 concat("the host listens for ", service.text, ", which is not declared"),
                 concat("stop the service, move it into a container, or declare ",
                        port_text(listener), " in declared_listeners"));
  }
}

// Without a declaration nothing is known to be wrong: one line says what there is.
void report_all(const Host& host, Findings& findings) {
  std::vector<Service> all = services(host);
  std::erase_if(all, [](const Service& service) { return is_login(*service.listener); });
  if (all.empty()) return;
  constexpr std::size_t shown = 8;
  std::vector<std::string> texts;
  for (const Service& service : all) texts.push_back(service.text);
  findings
      .add(all.front().listener->at,
           concat("the host listens for more than containers and logins: ", first_of(texts, shown)),
           "stop what is not needed, and declare the rest in declared_listeners")
      .severity = Severity::info;
}

void check(const Host& host, const Policy& policy, Findings& findings) {
  if (!host.listeners) return findings.open("/proc/net cannot be read");
  if (policy.declared_listeners) {
    report_undeclared(host, *policy.declared_listeners, findings);
  } else {
    report_all(host, findings);
  }
}

}  // namespace

extern constinit const Rule host_runs_other_services = {
    .name = "host-runs-other-services",
    .title = "the container host runs other services",
    .severity = Severity::low,
    .topic = "host",
    .subjects = {Subject::host},
    .rationale =
        "Every service beside the engine is one more way onto the host, and whoever is on the host "
        "has its containers. A host that only runs containers can be closed to everything else.",
    .remediation =
        "Move services into containers or to other machines, and declare in the policy "
        "(`declared_listeners`) what must stay, such as `22/tcp`.",
    .limits =
        "Without a declaration one finding lists what listens, the login of sshd left out, and is "
        "information only. Sockets of the loopback are not judged. A firewall in front is not "
        "seen. Whose a socket is only root can ask; for others the ports that running containers "
        "publish are known, if the engine was asked. Containers that share the host's network "
        "listen as the host does, and are listed with it.",
    .references = {guideline("S1", "Multi-tenancy Environments"), cis("1.2.1")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
