#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"

namespace plimsoll::rules::container {
namespace {

// Images whose whole purpose is to stand between the socket and those who use it.
bool is_socket_proxy(std::string_view image) {
  for (const std::string_view name : {"docker-socket-proxy", "/socket-proxy", "docker-proxy-acl"}) {
    const std::size_t at = image.find(name);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = image.substr(at + name.size());
    if (rest.empty() || rest.front() == ':' || rest.front() == '@') return true;
  }
  return false;
}

// DOCKER_HOST names an address: the program asks there and not at the socket.
bool talks_to_another(const ContainerSpec& spec) {
  return std::ranges::any_of(spec.environment, [](const EnvironmentVariable& variable) {
    return variable.name == "DOCKER_HOST" && variable.value && !variable.unresolved &&
           (variable.value->starts_with("tcp://") || variable.value->starts_with("http"));
  });
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.use_api_socket.value && !spec.use_api_socket.unresolved) {
    Finding& finding = findings.add(
        spec.use_api_socket,
        concat(spec.label(),
               " gets the engine's socket by use_api_socket: it can become root on the host"),
        "remove use_api_socket, or give it a filtering socket proxy by DOCKER_HOST");
    if (talks_to_another(spec)) {
      finding.fix = unsafe_fix({change::remove(spec.use_api_socket.at)});
    }
  }
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::engine_socket) return;
    Finding& finding = findings.add(mount.at, concat(describe(spec, mount), ": ", exposure.why),
                                    "remove the mount, or put a filtering socket proxy in between");
    finding.severity = exposure.severity;
    const bool is_proxy = is_socket_proxy(spec.image.value);
    if (is_proxy) finding.severity = Severity::medium;
    // What needs the socket stops without it, and what does not is hard to find: a person decides.
    // Only a program that is told to talk to another address has no use for it.
    if (is_proxy) {
      finding.remedy =
          "keep the proxy on an internal network, allow it few requests, and allow this "
          "with the reason";
    } else if (mount.from == nullptr && talks_to_another(spec)) {
      const Change removal = change::remove(mount.mount->at);
      finding.remedy = "remove the mount: DOCKER_HOST names another engine";
      finding.fix = unsafe_fix({removal});
    }
  });
}

}  // namespace

extern constinit const Rule docker_socket_mounted = {
    .name = "docker-socket-mounted",
    .title = "the engine's socket is inside a container",
    .severity = Severity::critical,
    .topic = "daemon",
    .subjects = {Subject::container},
    .rationale =
        "Whoever reaches the engine's socket may start a privileged container with the host's "
        "root directory, and so is root on the host. Mounting it read-only changes nothing: "
        "connecting and sending requests is no writing to the file.",
    .remediation =
        "Do without the socket. Where a program must see the engine, give it a filtering "
        "proxy that passes only the requests it needs, on an internal network, or a rootless "
        "engine of its own.",
    .limits =
        "The socket is known by its name and by the usual directories; one that was moved "
        "elsewhere under another name is not seen, nor is a symlink of the host. An engine "
        "that is reached over the network (`DOCKER_HOST=tcp://…`) is no mount. `volumes_from` "
        "is followed among the services of a project only, through at most four services and "
        "a hundred mounts. A container that is known to be a filtering proxy is reported as "
        "medium. The fix takes the mount away only where DOCKER_HOST shows that the program talks "
        "to another address; everywhere else the program was probably given the socket because it "
        "needs it, and a person must decide between doing without and a proxy.",
    .references = {guideline("S2", "Don't expose Docker daemon sockets"),
                   guideline("S0", "Decision: user, System Management Agent"), cis("5.32"),
                   owasp("1")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
