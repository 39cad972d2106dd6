#include "reports/cis_docker_benchmark.h"

#include <array>

namespace plimsoll {
namespace {

using Row = CisRecommendation;

constexpr auto host = std::to_array<Row>({
    {"1.1.1", "the engine's data has a partition of its own"},
    {"1.1.2", "only trusted users control the engine"},
    {"1.1.3", "the audit watches dockerd"},
    {"1.1.4", "the audit watches /run/containerd"},
    {"1.1.5", "the audit watches the engine's data"},
    {"1.1.6", "the audit watches /etc/docker"},
    {"1.1.7", "the audit watches docker.service"},
    {"1.1.8", "the audit watches containerd's socket"},
    {"1.1.9", "the audit watches the engine's socket"},
    {"1.1.10", "the audit watches /etc/default/docker"},
    {"1.1.11", "the audit watches daemon.json"},
    {"1.1.12", "the audit watches containerd's configuration"},
    {"1.1.13", "the audit watches /etc/sysconfig/docker"},
    {"1.1.14", "the audit watches containerd"},
    {"1.1.15", "the audit watches containerd-shim"},
    {"1.1.16", "the audit watches containerd-shim-runc-v1"},
    {"1.1.17", "the audit watches containerd-shim-runc-v2"},
    {"1.1.18", "the audit watches runc"},
    {"1.2.1", "the host is hardened",
     "the host's own benchmark (CIS for its distribution): accounts, services, updates"},
    {"1.2.2", "the engine's version is current",
     "the security notices of whoever packages the engine, for the version that `docker version` "
     "prints"},
});

constexpr auto engine = std::to_array<Row>({
    {"2.1", "the engine does not run as root, where that is possible"},
    {"2.2", "containers on the default bridge cannot reach each other"},
    {"2.3", "the engine logs at info"},
    {"2.4", "the engine may set its firewall rules"},
    {"2.5", "no registry is insecure"},
    {"2.6", "the storage driver is not aufs"},
    {"2.7", "the API over TCP verifies its clients by TLS"},
    {"2.8", "the default limits of containers are set"},
    {"2.9", "user namespaces are remapped"},
    {"2.10", "the default control group is confirmed"},
    {"2.11", "the base device has its default size"},
    {"2.12", "requests to the API are authorized"},
    {"2.13", "logs leave the host"},
    {"2.14", "containers cannot gain privileges, by default"},
    {"2.15", "containers live on when the engine restarts"},
    {"2.16", "the userland proxy is off"},
    {"2.17", "a seccomp profile of the site applies, where one is wanted",
     "whether the engine's default profile is enough here: `docker info` names the one in force"},
    {"2.18", "no experimental features are in use"},
});

constexpr auto files = std::to_array<Row>({
    {"3.1", "docker.service belongs to root"},
    {"3.2", "docker.service cannot be written by others"},
    {"3.3", "docker.socket's unit belongs to root"},
    {"3.4", "docker.socket's unit cannot be written by others"},
    {"3.5", "/etc/docker belongs to root"},
    {"3.6", "/etc/docker cannot be written by others"},
    {"3.7", "registry certificates belong to root"},
    {"3.8", "registry certificates are read-only"},
    {"3.9", "the TLS authority's certificate belongs to root"},
    {"3.10", "the TLS authority's certificate is read-only"},
    {"3.11", "the server's certificate belongs to root"},
    {"3.12", "the server's certificate is read-only"},
    {"3.13", "the server's key belongs to root"},
    {"3.14", "the server's key is readable by root alone"},
    {"3.15", "the engine's socket belongs to root and its group"},
    {"3.16", "the engine's socket is closed to others"},
    {"3.17", "daemon.json belongs to root"},
    {"3.18", "daemon.json cannot be written by others"},
    {"3.19", "/etc/default/docker belongs to root"},
    {"3.20", "/etc/default/docker cannot be written by others"},
    {"3.21", "/etc/sysconfig/docker cannot be written by others"},
    {"3.22", "/etc/sysconfig/docker belongs to root"},
    {"3.23", "containerd's socket belongs to root"},
    {"3.24", "containerd's socket is closed to others"},
});

constexpr std::string_view in_dockerfiles =
    "the Dockerfiles of the images: `plimsoll check` judges them";

constexpr auto images = std::to_array<Row>({
    {"4.1", "containers have a user of their own"},
    {"4.2", "base images are trusted",
     "where the images come from; declare trusted_registries in the policy and check the "
     "Dockerfiles"},
    {"4.3", "images hold no unneeded packages", "what is installed in the images"},
    {"4.4", "images are scanned and rebuilt", {}, {Subject::image}},
    {"4.5", "signatures are verified",
     "whether pulls verify signatures: the engine itself does not say"},
    {"4.6", "images have a health check", "images that no container uses: they are not looked at"},
    {"4.7", "no update instruction stands alone", in_dockerfiles},
    {"4.8", "setuid and setgid bits are removed", "setuid files in the images"},
    {"4.9", "COPY is used instead of ADD", in_dockerfiles},
    {"4.10", "no secrets are in Dockerfiles", in_dockerfiles},
    {"4.11", "packages are verified", in_dockerfiles},
    {"4.12", "signed artifacts are validated", "how what the images are made from is verified"},
});

constexpr auto runtime = std::to_array<Row>({
    {"5.1", "swarm mode is off unless it is needed", {}, {Subject::daemon}},
    {"5.2", "an AppArmor profile applies"},
    {"5.3", "SELinux labels apply"},
    {"5.4", "capabilities are restricted"},
    {"5.5", "no container is privileged"},
    {"5.6", "no sensitive host directory is mounted"},
    {"5.7", "no SSH server runs in a container",
     "what listens inside of the containers: a server that the command line does not show"},
    {"5.8", "no privileged port is published"},
    {"5.9", "only needed ports are open", "which of the published ports are needed"},
    {"5.10", "the host's network is not shared"},
    {"5.11", "memory is limited"},
    {"5.12", "processor shares are set"},
    {"5.13", "the root file system is read-only"},
    {"5.14", "published ports are bound to an interface"},
    {"5.15", "restarts are bounded"},
    {"5.16", "the host's process namespace is not shared"},
    {"5.17", "the host's IPC namespace is not shared"},
    {"5.18", "host devices are not exposed"},
    {"5.19", "limits are set at run time where needed"},
    {"5.20", "mounts do not propagate to the host"},
    {"5.21", "the host's UTS namespace is not shared"},
    {"5.22", "the seccomp profile is not switched off"},
    {"5.23", "docker exec is not used with --privileged",
     "the audit log and the shells' histories: an exec leaves nothing that could be asked for"},
    {"5.24", "docker exec is not used with --user=root",
     "the audit log and the shells' histories: an exec leaves nothing that could be asked for"},
    {"5.25", "containers are in the control group that is meant"},
    {"5.26", "containers cannot gain privileges"},
    {"5.27", "health is checked at run time"},
    {"5.28", "images are used in their latest version",
     "whether newer images exist: that is known to the registry alone"},
    {"5.29", "processes are limited"},
    {"5.30", "the default bridge is not used"},
    {"5.31", "the host's user namespace is not shared"},
    {"5.32", "the engine's socket is not mounted"},
});

constexpr auto operations = std::to_array<Row>({
    {"6.1", "images do not pile up"},
    {"6.2", "containers do not pile up"},
});

constexpr auto swarm = std::to_array<Row>({
    {"7.1", "a swarm has as few managers as it needs"},
    {"7.2", "swarm services are bound to an interface"},
    {"7.3", "overlay networks are encrypted"},
    {"7.4", "secrets are managed by the swarm", "how services get their secrets"},
    {"7.5", "managers lock their keys"},
    {"7.6", "the unlock key is rotated", "when the unlock key was last rotated"},
    {"7.7", "node certificates are rotated"},
    {"7.8", "the authority's certificate is rotated", "when the authority was last rotated"},
    {"7.9", "management and data have networks of their own",
     "which interfaces the swarm's addresses belong to"},
});

constexpr std::string_view enterprise =
    "it is about another product (UCP and DTR, now Mirantis Kubernetes Engine)";

constexpr auto enterprises = std::to_array<Row>({
    {"8.1.1", "users come from LDAP", enterprise},
    {"8.1.2", "certificates are the site's own", enterprise},
    {"8.1.3", "unprivileged users have client certificates", enterprise},
    {"8.1.4", "roles are configured", enterprise},
    {"8.1.5", "only signed images run", enterprise},
    {"8.1.6", "sessions of a user are few", enterprise},
    {"8.1.7", "sessions are short", enterprise},
    {"8.2.1", "the registry scans images", enterprise},
});

constexpr auto sections = std::to_array<CisSection>({
    {"1 Host", host, {Subject::host, Subject::daemon}},
    {"2 Engine", engine, {Subject::daemon, Subject::host}},
    {"3 The engine's files", files, {Subject::host}},
    {"4 Images and build files", images, {Subject::container}},
    {"5 Containers", runtime, {Subject::container, Subject::host}},
    {"6 Operations", operations, {Subject::daemon}},
    {"7 Swarm", swarm, {Subject::daemon}},
    {"8 Enterprise", enterprises, {}},
});

}  // namespace

std::span<const CisSection> cis_docker_benchmark() {
  return sections;
}

}  // namespace plimsoll
