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

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.use_api_socket.value && !spec.use_api_socket.unresolved) {
    findings.add(
        spec.use_api_socket,
        concat(spec.label(),
               " gets the engine's socket by use_api_socket: it can become root on the host"),
        "remove use_api_socket");
  }
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::engine_socket) return;
    Finding& finding = findings.add(mount.at, concat(describe(spec, mount), ": ", exposure.why),
                                    "remove the mount, or put a filtering socket proxy in between");
    finding.severity = exposure.severity;
    if (is_socket_proxy(spec.image.value)) finding.severity = Severity::medium;
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
        "medium.",
    .references = {guideline("S2", "Don't expose Docker daemon sockets"),
                   guideline("S0", "Decision: user, System Management Agent"), cis("5.32"),
                   owasp("1")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
