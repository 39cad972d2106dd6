#include "rules/support/image_privileges.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/support/capabilities.h"
#include "rules/support/host_paths.h"
#include "rules/support/image_accounts.h"
#include "rules/support/known_images.h"
#include "rules/support/ports.h"
#include "rules/support/services.h"
#include "rules/support/users.h"

namespace plimsoll::rules {
namespace {

// Why an entrypoint that gives a directory to an account needs what it needs: CHOWN for chown,
// DAC_OVERRIDE for `find` in directories that only that account may enter, FOWNER for chmod of what
// belongs to it, SETGID and SETUID for gosu or setpriv.
constexpr std::string_view chowns_and_drops = "CHOWN DAC_OVERRIDE SETGID SETUID";

// Those with a tag stand before the one of the same name without.
constexpr ImagePrivileges images[] = {
    // docker-entrypoint.sh: chmod and `find … -exec chown postgres` on PGDATA, exec gosu postgres.
    // README, "Arbitrary --user Notes": it starts as its account, too.
    {.name = "postgres",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER SETGID SETUID",
     .owned = {"/var/lib/postgresql"},
     .source = "github.com/docker-library/postgres, docker-entrypoint.sh, Dockerfile-*.template"},
    {.name = "postgis/postgis",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER SETGID SETUID",
     .owned = {"/var/lib/postgresql"},
     .source = "github.com/postgis/docker-postgis (FROM postgres)"},
    {.name = "pgvector/pgvector",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER SETGID SETUID",
     .owned = {"/var/lib/postgresql"},
     .source = "github.com/pgvector/pgvector, Dockerfile (FROM postgres)"},
    // Its account has other ids in some versions: it is not started as that.
    {.name = "timescale/timescaledb",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER SETGID SETUID",
     .source = "github.com/timescale/timescaledb-docker, Dockerfile (FROM postgres)"},
    // docker-entrypoint.sh: `find … -exec chown mysql` on the data directory, exec gosu mysql.
    {.name = "mysql",
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/mysql"},
     .source = "github.com/docker-library/mysql, docker-entrypoint.sh, Dockerfile.oracle"},
    {.name = "mariadb",
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/mysql"},
     .source = "github.com/MariaDB/mariadb-docker, docker-entrypoint.sh, Dockerfile.template"},
    // docker-entrypoint.sh: `find -L /data/configdb /data/db … -exec chown mongodb`, exec gosu.
    {.name = "mongo",
     .capabilities = chowns_and_drops,
     .owned = {"/data/db", "/data/configdb"},
     .source = "github.com/docker-library/mongo, docker-entrypoint.sh, Dockerfile-linux.template"},
    // docker-entrypoint.sh: `find . … -exec chown redis` in /data, then gosu, or setpriv from 8 on.
    // It sets the umask 0077, so that only redis may enter the append-only directory, and `find`
    // fails there without DAC_OVERRIDE.
    {.name = "redis",
     .capabilities = chowns_and_drops,
     .owned = {"/data"},
     .source = "github.com/docker-library/redis, docker-entrypoint.sh, Dockerfile.template"},
    {.name = "valkey/valkey",
     .capabilities = chowns_and_drops,
     .owned = {"/data"},
     .source = "github.com/valkey-io/valkey-container, docker-entrypoint.sh, Dockerfile.template"},
    // docker-entrypoint.sh: `find /var/lib/rabbitmq … -exec chown rabbitmq`, exec gosu rabbitmq.
    {.name = "rabbitmq",
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/rabbitmq"},
     .source = "github.com/docker-library/rabbitmq, docker-entrypoint.sh, Dockerfile-*.template"},
    // docker-entrypoint.sh: chown -R mosquitto /mosquitto; the broker itself goes from root to its
    // account, and ends where it cannot.
    {.name = "eclipse-mosquitto",
     .capabilities = chowns_and_drops,
     .owned = {"/mosquitto/data", "/mosquitto/log"},
     .source = "github.com/eclipse-mosquitto/mosquitto, docker/*/Dockerfile, docker-entrypoint.sh"},
    // docker-entrypoint.sh: `find "$CASSANDRA_CONF" /var/lib/cassandra … -exec chown`, exec gosu.
    {.name = "cassandra",
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/cassandra"},
     .source = "github.com/docker-library/cassandra, docker-entrypoint.sh, Dockerfile.template"},
    // docker-entrypoint.sh: chown -R zookeeper of the three directories, exec gosu zookeeper.
    {.name = "zookeeper",
     .capabilities = chowns_and_drops,
     .owned = {"/data", "/datalog", "/logs"},
     .source = "github.com/31z4/zookeeper-docker, docker-entrypoint.sh, Dockerfile"},
    // docker-entrypoint.sh: `find "$GHOST_CONTENT" … -exec chown node`, exec gosu node.
    {.name = "ghost",
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/ghost/content"},
     .source = "github.com/docker-library/ghost, docker-entrypoint.sh (FROM node)"},

    // Servers that stay root. nginx gives its cache directories to its workers, and both servers
    // start those as another account; their own account cannot write their pid files and caches.
    {.name = "nginx",
     .capabilities = "CHOWN NET_BIND_SERVICE SETGID SETUID",
     .source = "github.com/nginx/docker-nginx, Dockerfile-*.template; nginx.org, directive user"},
    {.name = "httpd",
     .capabilities = "NET_BIND_SERVICE SETGID SETUID",
     .source = "httpd.apache.org, directive User; github.com/docker-library/httpd"},
    {.name = "caddy",
     .capabilities = "NET_BIND_SERVICE",
     .of_its_program = "NET_BIND_SERVICE",
     .source = "github.com/caddyserver/caddy-docker, Dockerfile.tmpl: setcap"},
    {.name = "dpage/pgadmin4",
     .capabilities = "NET_BIND_SERVICE",
     .of_its_program = "NET_BIND_SERVICE",
     .source = "github.com/pgadmin-org/pgadmin4, Dockerfile: setcap on python3"},
    {.name = "traefik",
     .capabilities = "NET_BIND_SERVICE",
     .source = "github.com/traefik/traefik-library-image, Dockerfile (no account, ports 80, 443)"},
    {.name = "vaultwarden/server",
     .capabilities = "NET_BIND_SERVICE",
     .source = "github.com/dani-garcia/vaultwarden, docker/start.sh (port 80)"},
    {.name = "registry",
     .capabilities = "",
     .source = "github.com/distribution/distribution-library-image (port 5000)"},
    {.name = "tomcat",
     .capabilities = "",
     .source = "github.com/docker-library/tomcat (port 8080, no entrypoint)"},

    // PHP. The manager of php-fpm and Apache's prefork, which PHP is run with, send signals to
    // their workers, which run as another account: Apache's would outlive each reload.
    {.name = "php",
     .tag = "fpm",
     .capabilities = "KILL SETGID SETUID",
     .source = "php.net, FPM configuration: user, pm; github.com/docker-library/php"},
    {.name = "php",
     .tag = "apache",
     .capabilities = "KILL NET_BIND_SERVICE SETGID SETUID",
     .source = "github.com/docker-library/php, apache2-foreground"},
    {.name = "php",
     .capabilities = "",
     .source = "github.com/docker-library/php, docker-php-entrypoint"},
    // docker-entrypoint.sh unpacks WordPress with tar into a directory of www-data.
    {.name = "wordpress",
     .tag = "fpm",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER KILL SETGID SETUID",
     .source = "github.com/docker-library/wordpress, docker-entrypoint.sh (FROM php)"},
    {.name = "wordpress",
     .tag = "cli",
     .capabilities = "",
     .source = "github.com/docker-library/wordpress, cli/Dockerfile: USER www-data"},
    {.name = "wordpress",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER KILL NET_BIND_SERVICE SETGID SETUID",
     .source = "github.com/docker-library/wordpress, docker-entrypoint.sh (FROM php)"},

    // Languages: what is started is the caller's program, and nothing before it.
    {.name = "node",
     .capabilities = "",
     .owned = {"/home/node"},
     .source = "github.com/nodejs/docker-node, Dockerfile-*.template, docker-entrypoint.sh"},
    {.name = "python", .capabilities = "", .source = "github.com/docker-library/python"},
    {.name = "golang", .capabilities = "", .source = "github.com/docker-library/golang"},
    {.name = "ruby", .capabilities = "", .source = "github.com/docker-library/ruby"},
    {.name = "eclipse-temurin", .capabilities = "", .source = "github.com/adoptium/containers"},
    {.name = "amazoncorretto", .capabilities = "", .source = "github.com/corretto/corretto-docker"},
    {.name = "mcr.microsoft.com/dotnet/aspnet",
     .capabilities = "",
     .source = "github.com/dotnet/dotnet-docker, runtime-deps: APP_UID"},
    {.name = "mcr.microsoft.com/dotnet/runtime",
     .capabilities = "",
     .source = "github.com/dotnet/dotnet-docker, runtime-deps: APP_UID"},

    // s6-overlay: init-adduser changes the ids of its account and the owner of /config,
    // s6-setuidgid
    // starts the program, and the supervisor signals it.
    {.name = "linuxserver/",
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER KILL SETGID SETUID",
     .source = "github.com/linuxserver/docker-baseimage-alpine, root/etc/s6-overlay"},
};

// Images whose whole work needs a powerful capability or a device.
struct Purpose {
  std::string_view name;
  std::string_view capability;
  std::string_view source;
};

constexpr Purpose purposes[] = {
    {"tailscale/tailscale", "NET_ADMIN", "tailscale.com, Docker: kernel networking"},
    {"qmcgaw/gluetun", "NET_ADMIN", "github.com/qdm12/gluetun, README"},
    {"linuxserver/wireguard", "NET_ADMIN", "docs.linuxserver.io, docker-wireguard"},
    {"wg-easy/wg-easy", "NET_ADMIN", "github.com/wg-easy/wg-easy, README"},
    {"kylemanna/openvpn", "NET_ADMIN", "github.com/kylemanna/docker-openvpn, README"},
    {"pihole/pihole", "NET_ADMIN", "github.com/pi-hole/docker-pi-hole, README: DHCP"},
    {"netdata/netdata", "SYS_PTRACE", "learn.netdata.cloud, Docker"},
    {"netdata/netdata", "SYS_ADMIN", "learn.netdata.cloud, Docker"},
    {"gcr.io/cadvisor/cadvisor", "/dev/kmsg", "github.com/google/cadvisor, README: OOM events"},
};

struct Engine {
  std::string_view name;
  std::string_view tag_holds = {};
  std::string_view tag_lacks = {};
  std::string_view source;
};

constexpr Engine engines[] = {
    {.name = "docker",
     .tag_holds = "dind",
     .source = "github.com/docker-library/docs, docker/content.md: --privileged, rootless too"},
    {.name = "rancher/k3s", .source = "docs.k3s.io, K3s in Docker"},
    {.name = "kindest/node", .source = "kind.sigs.k8s.io, design"},
    {.name = "moby/buildkit",
     .tag_lacks = "rootless",
     .source = "github.com/moby/buildkit, README and docs/rootless.md: containerizing BuildKit"},
};

// The name without the registry of a copy: official images elsewhere, and GitHub's and
// LinuxServer's registries, where projects publish under the same name.
std::string name_of(const ImageReference& reference) {
  std::string name = reference.name;
  for (const std::string_view copy : {"public.ecr.aws/docker/library/", "mirror.gcr.io/library/",
                                      "quay.io/docker/library/", "lscr.io/", "ghcr.io/"}) {
    if (name.starts_with(copy)) return name.substr(copy.size());
  }
  return name;
}

bool stands_for(const ImagePrivileges& row, std::string_view name, std::string_view tag) {
  const bool named = row.name.ends_with('/') ? name.starts_with(row.name) : row.name == name;
  return named && tag.contains(row.tag);
}

// The image's own entrypoint runs: what the table says of it holds.
bool keeps_entrypoint(const ContainerSpec& spec) {
  return !spec.entrypoint.written();
}

bool is_other_user(const Located<std::string>& user) {
  return !user.unresolved && !user.value.empty() && !is_root(user.value);
}

bool is_low(std::string_view ports) {
  const std::optional<PortRange> range = port_range(ports.substr(0, ports.find('/')));
  return range && range->first > 0 && range->first < 1024;
}

bool listens_low(const ContainerSpec& spec) {
  return std::ranges::any_of(spec.ports, [](const Port& port) { return is_low(port.target); }) ||
         std::ranges::any_of(spec.expose, [](const auto& port) { return is_low(port.value); });
}

// Whether the account may write what is mounted there, as far as it shall be written.
bool fits_account(const Mount& mount, const ImagePrivileges& image) {
  switch (mount.type) {
    case Mount::Type::tmpfs:
    case Mount::Type::image: return true;
    case Mount::Type::bind:
      // Its files have owners of the host. A socket asks for rights even where it is read-only.
      return mount.read_only && !mount.source.contains(".sock");
    case Mount::Type::volume:
      return mount.read_only || std::ranges::any_of(image.owned, [&](std::string_view owned) {
               return !owned.empty() && same_or_below(mount.target, owned);
             });
    case Mount::Type::npipe:
    case Mount::Type::cluster: return false;
  }
  return false;
}

// A bare distribution that is given writable files is there to work on them, whoever owns them:
// cp -a, tar, chown. Without these three it fails half-way.
constexpr std::string_view works_on_files = "CHOWN DAC_OVERRIDE FOWNER";
constexpr std::string_view distributions[] = {"alpine", "almalinux", "amazonlinux", "busybox",
                                              "debian", "fedora",    "rockylinux",  "ubuntu"};

bool is_tool_on_files(const ContainerSpec& spec) {
  const ImageReference* const image = pulled_image(spec);
  if (!image || std::ranges::find(distributions, name_of(*image)) == std::end(distributions)) {
    return false;
  }
  return std::ranges::any_of(spec.mounts, [](const Mount& mount) {
    const bool has_files = mount.type == Mount::Type::bind || mount.type == Mount::Type::volume;
    return has_files && !mount.read_only;
  });
}

// The capabilities that the container starts with; nothing when it is not known what the image
// does.
std::optional<std::string_view> capabilities_of_start(const ContainerSpec& spec) {
  const ImageReference* const image = image_or_base(spec);
  const ImagePrivileges* const row = image ? image_privileges(*image) : nullptr;
  const std::string_view of_its_program = row == nullptr ? std::string_view() : row->of_its_program;
  if (is_other_user(spec.user)) return of_its_program;
  const bool image_decides = spec.user.value.empty();
  if (!image || (spec.user.unresolved && !image_decides)) return std::nullopt;
  if (image_decides && user_of(*image) == ImageUser::non_root) return of_its_program;
  if (row == nullptr) {
    return is_tool_on_files(spec) ? std::optional(works_on_files) : std::nullopt;
  }
  if (!row->capabilities.empty() && !keeps_entrypoint(spec)) return std::nullopt;
  return row->capabilities;
}

bool adds(const ContainerSpec& spec, std::string_view capability) {
  return std::ranges::any_of(spec.cap_add, [&](const Located<std::string>& entry) {
    return capability_name(entry.value) == capability;
  });
}

// What is dropped becomes ALL.
std::vector<Change> drop_all(const ContainerSpec& spec, std::string_view comment) {
  const bool in_one_file =
      std::ranges::all_of(spec.cap_drop, [&](const Located<std::string>& entry) {
        return entry.at.known() && entry.at.source == spec.at.source;
      });
  if (spec.cap_drop.empty() || !in_one_file) {
    return {change::add("cap_drop", "ALL", std::string(comment))};
  }
  std::vector<Change> changes{change::rewrite(spec.cap_drop.front().at, "ALL")};
  for (std::size_t i = 1; i < spec.cap_drop.size(); ++i) {
    changes.push_back(change::remove(spec.cap_drop[i].at));
  }
  return changes;
}

}  // namespace

const ImagePrivileges* image_privileges(const ImageReference& reference) {
  const std::string name = name_of(reference);
  const auto found = std::ranges::find_if(
      images, [&](const ImagePrivileges& row) { return stands_for(row, name, reference.tag); });
  return found == std::end(images) ? nullptr : found;
}

std::string_view startable_ids(const ContainerSpec& spec) {
  const ImageReference* const image = pulled_image(spec);
  if (!image || spec.options_unresolved || !keeps_entrypoint(spec)) return {};
  const ImagePrivileges* const row = image_privileges(*image);
  if (row == nullptr || row->owned[0].empty()) return {};
  const std::optional<ImageAccount> account = account_of(*image);
  if (!account) return {};
  const Located<std::string>& user = spec.user;
  if (is_other_user(user) || (user.unresolved && !user.value.empty())) return {};
  const bool asks_for_root = !spec.volumes_from.empty() || !spec.devices.empty() ||
                             !spec.secrets.empty() || listens_low(spec);
  if (asks_for_root) return {};
  const bool fits = std::ranges::all_of(
      spec.mounts, [&](const Mount& mount) { return fits_account(mount, *row); });
  return fits ? account->ids : std::string_view();
}

std::vector<Change> least_capabilities(const ContainerSpec& spec) {
  const std::string_view ids = startable_ids(spec);
  if (!ids.empty()) {
    std::vector<Change> changes = drop_all(spec, {});
    changes.push_back(change::set("user", spec.user, std::string(ids)));
    return changes;
  }
  const std::optional<std::string_view> needed = capabilities_of_start(spec);
  std::vector<Change> changes =
      drop_all(spec, needed ? "" : "then add with cap_add what the program is seen to need");
  const auto give = [&](std::string_view name) {
    if (!adds(spec, name)) changes.push_back(change::add("cap_add", std::string(name)));
  };
  bool binds = false;
  for (const std::string_view name : split(needed.value_or(""), ' ')) {
    if (name.empty()) continue;
    give(name);
    binds = binds || name == "NET_BIND_SERVICE";
  }
  if (!binds && listens_low(spec)) give("NET_BIND_SERVICE");
  return changes;
}

bool runs_engine(const ContainerSpec& spec) {
  const ImageReference* const image = pulled_image(spec);
  if (!image) return false;
  const std::string name = name_of(*image);
  return std::ranges::any_of(engines, [&](const Engine& row) {
    return row.name == name && image->tag.contains(row.tag_holds) &&
           (row.tag_lacks.empty() || !image->tag.contains(row.tag_lacks));
  });
}

bool is_made_for(const ContainerSpec& spec, std::string_view capability) {
  const ImageReference* const image = pulled_image(spec);
  if (!image) return false;
  const std::string name = name_of(*image);
  return std::ranges::any_of(purposes, [&](const Purpose& row) {
    return row.name == name && row.capability == capability;
  });
}

}  // namespace plimsoll::rules
