#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"
#include "rules/support/read_only_mount.h"

namespace plimsoll::rules::container {
namespace {

// Files of these kinds are written by people and read by programs. JSON is left out: programs keep
// their own state in it as often as not.
constexpr auto read_kinds = std::to_array<std::string_view>(
    {".conf", ".cnf", ".cfg", ".ini", ".toml", ".yml", ".yaml", ".properties", ".pem", ".crt",
     ".cer", ".tmpl", ".template", ".htpasswd", ".sh", ".sql", ".vcl", ".rules", ".caddyfile"});

// Directories that programs read their configuration from and do not write to.
constexpr auto read_directories =
    std::to_array<std::string_view>({"/docker-entrypoint-initdb.d",
                                     "/docker-entrypoint.d",
                                     "/etc/nginx",
                                     "/etc/prometheus",
                                     "/etc/alertmanager",
                                     "/etc/loki",
                                     "/etc/promtail",
                                     "/etc/grafana/provisioning",
                                     "/etc/haproxy",
                                     "/usr/local/etc/haproxy",
                                     "/etc/caddy",
                                     "/etc/apache2",
                                     "/usr/local/apache2/conf",
                                     "/etc/ssl/certs",
                                     "/usr/local/share/ca-certificates",
                                     "/etc/pki",
                                     "/etc/varnish",
                                     "/etc/mysql/conf.d",
                                     "/usr/share/logstash/pipeline",
                                     "/run/secrets",
                                     "/var/run/secrets",
                                     "/etc/otelcol",
                                     "/etc/vector"});

// What image makers let the container write although its name looks read: letsencrypt, fail2ban,
// VPNs.
constexpr auto written_directories = std::to_array<std::string_view>(
    {"/etc/letsencrypt", "/etc/pihole", "/etc/dnsmasq.d", "/etc/wireguard", "/etc/openvpn",
     "/etc/gitlab", "/etc/headscale"});

std::string_view kind_of(std::string_view path) {
  const std::string_view name = last_part(path);
  if (equal_ignoring_case(name, "Caddyfile")) return ".caddyfile";
  if (name == ".htpasswd") return ".htpasswd";
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

bool only_read(const Mount& mount) {
  const std::string target = normal_host_path(mount.target);
  for (const std::string_view directory : written_directories) {
    if (same_or_below(target, directory)) return false;
  }
  const std::string_view kind = kind_of(target);
  const bool known_kind = std::ranges::find(read_kinds, kind) != read_kinds.end();
  if (mount.type == Mount::Type::bind && known_kind) {
    // The project brings the file along: the same kind of name on both sides.
    return kind_of(mount.source) == kind;
  }
  // A volume is filled by some container, often by one that shows nothing of it.
  if (mount.type != Mount::Type::bind) return false;
  for (const std::string_view directory : read_directories) {
    if (same_or_below(target, normal_host_path(directory))) return true;
  }
  return false;
}

// Programs that write the configuration of the web server beside them.
bool writes_configuration(std::string_view image) {
  for (const std::string_view name : {"nginx-proxy", "acme", "docker-gen", "certbot"}) {
    if (image.find(name) != std::string_view::npos) return true;
  }
  return false;
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (writes_configuration(spec.image.value)) return;
  for (const Mount& mount : spec.mounts) {
    if (mount.read_only || mount.unresolved || mount.from_image) continue;
    if (mount.type != Mount::Type::bind && mount.type != Mount::Type::volume) continue;
    if (mount.source.empty() || !only_read(mount)) continue;
    const HostMount host = host_mount(mount);
    if (!host.path.empty() && judge(host).area != HostArea::ordinary) continue;
    Finding& finding = findings.add(
        mount.at, concat(spec.label(), " can write to ", mount.target, ", which it only reads"),
        "mount it read-only: add :ro");
    if (std::optional<Change> change = read_only_mount(mount)) {
      finding.fix = unsafe_fix({std::move(*change)});
    }
  }
}

}  // namespace

extern constinit const Rule writable_volume = {
    .name = "writable-volume",
    .title = "what is only read is mounted writable",
    .severity = Severity::low,
    .topic = "filesystem",
    .subjects = {Subject::container},
    .rationale =
        "A configuration file or certificate that the container can write is a place to stay: "
        "an intruder changes it once, on the host, and every later container starts with the "
        "change.",
    .remediation = "Add `:ro` to the mount, or `read_only: true` in the long form.",
    .limits =
        "Whether a program writes to a mount is not known in general. Only mounts that are "
        "read by their nature are judged: single configuration files, certificates and "
        "scripts that are bound under the same kind of name, and directories that programs "
        "read their configuration from. Files that programs are known to write themselves "
        "(acme.json, …) are left alone. Paths of the host's own system are judged by "
        "`sensitive-host-mount`.",
    .references = {guideline("S1", "Mount Points"),
                   guideline("S2", "Using the file system to store persistent data"), cis("5.6"),
                   owasp("8")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
