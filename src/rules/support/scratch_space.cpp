#include "rules/support/scratch_space.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "rules/support/host_paths.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"

namespace plimsoll::rules {
namespace {

struct ScratchSpace {
  std::string_view image;
  // The row is for tags that hold this text, and stands before the one for all others.
  std::string_view tag = {};
  // What goes with the container. In an image's VOLUME anything can be written, so that is left
  // out.
  std::array<std::string_view, 4> scratch{};
  // What must last and is no VOLUME of the image: a mount has to be there.
  std::array<std::string_view, 2> state{};
  int state_since = 0;  // the first major version without that VOLUME
  // With something mounted here the image writes into its own configuration.
  std::string_view writes_with = {};
  // And with one of these variables.
  std::array<std::string_view, 2> writes_for{};
  // It writes where no tmpfs helps: into its programs' directories, or programs that it then runs.
  bool needs_a_person = false;
};

constexpr ScratchSpace known_spaces[] = {
    // hub.docker.com/_/nginx, "Running nginx in read-only mode": /var/cache/nginx and /var/run; its
    // client bodies go to the first, /tmp is the libraries'. 20-envsubst-on-templates.sh writes
    // conf.d from templates.
    {.image = "nginx",
     .scratch = {"/var/cache/nginx", "/run", "/tmp"},
     .writes_with = "/etc/nginx/templates"},
    // github.com/nginx/docker-nginx-unprivileged, README: the pid file and all temporary paths are
    // in /tmp.
    {.image = "nginxinc/nginx-unprivileged",
     .scratch = {"/tmp"},
     .writes_with = "/etc/nginx/templates"},
    // httpd.apache.org/docs/2.4/mod/mpm_common.html: PidFile logs/httpd.pid, below
    // /usr/local/apache2.
    {.image = "httpd", .scratch = {"/usr/local/apache2/logs", "/tmp"}},
    // github.com/caddyserver/caddy-docker, README: certificates in /data, the last configuration in
    // /config.
    {.image = "caddy", .state = {"/data", "/config"}},
    // doc.traefik.io: one static program; acme.json is where the configuration puts it.
    {.image = "traefik"},
    // github.com/docker-library/haproxy: one program that writes no file by itself.
    {.image = "haproxy"},
    // hub.docker.com/_/postgres, "Arbitrary --user Notes" and Dockerfile: the socket's directory is
    // /var/run/postgresql, PGDATA is a VOLUME.
    {.image = "postgres", .scratch = {"/run/postgresql", "/tmp"}},
    {.image = "postgis/postgis", .scratch = {"/run/postgresql", "/tmp"}},    // FROM postgres
    {.image = "pgvector/pgvector", .scratch = {"/run/postgresql", "/tmp"}},  // FROM postgres
    // github.com/docker-library/mysql, Dockerfile and config: socket and pid file in
    // /var/run/mysqld, sorting in /tmp, /var/lib/mysql is a VOLUME.
    {.image = "mysql", .scratch = {"/run/mysqld", "/tmp"}},
    // github.com/MariaDB/mariadb-docker, Dockerfile.template: the same with /run/mysqld, and with
    // /run/mariadb on UBI (docker.cnf).
    {.image = "mariadb", .tag = "ubi", .scratch = {"/run/mariadb", "/tmp"}},
    {.image = "mariadb", .scratch = {"/run/mysqld", "/tmp"}},
    // github.com/docker-library/mongo: the socket and docker-entrypoint's files in /tmp; /data/db
    // and /data/configdb are VOLUMEs.
    {.image = "mongo", .scratch = {"/tmp"}},
    // github.com/redis/docker-library-redis, debian/Dockerfile: works in /data and nowhere else.
    // That
    // was a VOLUME (7.4), and is none any more (8.6): without a mount it could not save, and then
    // refuses to write.
    {.image = "redis", .state = {"/data"}, .state_since = 8},
    {.image = "valkey/valkey"},  // github.com/valkey-io/valkey-container: as redis
    // github.com/docker-library/memcached: one program that writes no file.
    {.image = "memcached"},
    // github.com/docker-library/rabbitmq, Dockerfile: /var/lib/rabbitmq is a VOLUME, logs go to the
    // console, but that of upgrades (rabbitmq.com/docs/logging), without which the broker ends;
    // Erlang uses /tmp.
    {.image = "rabbitmq", .scratch = {"/var/log/rabbitmq", "/tmp"}},
    // github.com/eclipse-mosquitto/mosquitto, Dockerfile: /mosquitto/data and /mosquitto/log are
    // VOLUMEs, and it writes nowhere else.
    {.image = "eclipse-mosquitto"},
    // github.com/docker-library/php, apache variants: APACHE_RUN_DIR, APACHE_LOCK_DIR; sessions and
    // uploads in /tmp.
    {.image = "php", .tag = "apache", .scratch = {"/run/apache2", "/run/lock", "/tmp"}},
    {.image = "php", .scratch = {"/tmp"}},
    // github.com/docker-library/wordpress: FROM php; /var/www/html is a VOLUME.
    {.image = "wordpress", .tag = "fpm", .scratch = {"/tmp"}},
    {.image = "wordpress", .tag = "cli", .scratch = {"/tmp"}},
    {.image = "wordpress", .scratch = {"/run/apache2", "/run/lock", "/tmp"}},
    // github.com/phpmyadmin/docker, docker-entrypoint.sh: writes its secret into /etc/phpmyadmin.
    {.image = "phpmyadmin", .needs_a_person = true},
    // github.com/nextcloud/docker, entrypoint.sh: writes /usr/local/etc/php and its own code.
    {.image = "nextcloud", .needs_a_person = true},
    // docs.python.org, tempfile, and nodejs.org, os.tmpdir: /tmp.
    {.image = "python", .scratch = {"/tmp"}},
    {.image = "node", .scratch = {"/tmp"}},
    // github.com/TimWolla/docker-adminer: PHP's own server, sessions in /tmp. Its entrypoint.sh
    // links
    // a design and writes loaders of plugins beside the program.
    {.image = "adminer", .scratch = {"/tmp"}, .writes_for = {"ADMINER_DESIGN", "ADMINER_PLUGINS"}},
    // grafana.com/docs, Configure a Grafana Docker image: GF_PATHS_DATA is /var/lib/grafana, no
    // VOLUME; logs go to the console.
    {.image = "grafana/grafana", .scratch = {"/tmp"}, .state = {"/var/lib/grafana"}},
    {.image = "grafana/grafana-oss", .scratch = {"/tmp"}, .state = {"/var/lib/grafana"}},
    // github.com/prometheus/prometheus, Dockerfile: /prometheus is a VOLUME.
    {.image = "prom/prometheus"},
    {.image = "prom/alertmanager"},   // the same with /alertmanager
    {.image = "prom/node-exporter"},  // github.com/prometheus/node_exporter: it only reads
    {.image = "quay.io/prometheus/prometheus"},
    {.image = "quay.io/prometheus/alertmanager"},
    {.image = "quay.io/prometheus/node-exporter"},
    {.image = "prom/pushgateway"},  // github.com/prometheus/pushgateway: it keeps all in memory
    {.image = "gcr.io/cadvisor/cadvisor"},  // github.com/google/cadvisor: it only reads
    // github.com/distribution/distribution-library-image: /var/lib/registry is a VOLUME.
    {.image = "registry", .scratch = {"/tmp"}},

    // elastic.co/guide, Install Elasticsearch with Docker: keystore and certificates are written
    // into config/.
    {.image = "elasticsearch", .needs_a_person = true},
    {.image = "docker.elastic.co/elasticsearch/elasticsearch", .needs_a_person = true},
    // JVM programs unpack native libraries into /tmp and load them from there (snappy-java,
    // zstd-jni, jna): a tmpfs is noexec.
    {.image = "apache/kafka", .needs_a_person = true},
    {.image = "confluentinc/cp-kafka", .needs_a_person = true},
    {.image = "cassandra", .needs_a_person = true},
    {.image = "jenkins/jenkins", .needs_a_person = true},
    {.image = "sonarqube", .needs_a_person = true},
    {.image = "neo4j", .needs_a_person = true},
    // quarkus.io: Keycloak builds its configuration into /opt/keycloak/lib at the first start.
    {.image = "quay.io/keycloak/keycloak", .needs_a_person = true},
    // docs.gitlab.com: an omnibus that configures itself below /opt/gitlab and /etc/gitlab.
    {.image = "gitlab/gitlab-ce", .needs_a_person = true},
    {.image = "gitlab/gitlab-ee", .needs_a_person = true},
    // docs.linuxserver.io, Read-only: s6-overlay runs programs from /run; only some images work so.
    {.image = "linuxserver/", .needs_a_person = true},
    {.image = "lscr.io/linuxserver/", .needs_a_person = true},
    {.image = "ghcr.io/linuxserver/", .needs_a_person = true},
};

constexpr ScratchSpace usual{.image = "", .scratch = {"/tmp"}};

const ScratchSpace& space_of(const ImageReference& image) {
  const KnownImage* const known = known_image(image);
  if (known == nullptr) return usual;
  const auto* const found = std::ranges::find_if(known_spaces, [&](const ScratchSpace& row) {
    return row.image == known->name && image.tag.contains(row.tag);
  });
  return found == std::end(known_spaces) ? usual : *found;
}

bool writes_for(const ContainerSpec& spec, std::string_view variable) {
  return !variable.empty() && std::ranges::any_of(spec.environment, [&](const auto& entry) {
    return entry.name == variable;
  });
}

bool mounted(const ContainerSpec& spec, std::string_view path) {
  return std::ranges::any_of(spec.mounts, [&](const Mount& mount) {
    return same_or_below(normal_host_path(path), normal_host_path(mount.target));
  });
}

// Compose copies a secret that is no file into the container, which the engine refuses for a
// read-only one (docker/compose#12531).
bool has_copied_secret(const ContainerSpec& spec) {
  if (spec.project == nullptr) return false;
  return std::ranges::any_of(spec.secrets, [&](const SecretOrConfig& used) {
    const auto& declared = used.is_config ? spec.project->configs : spec.project->secrets;
    const auto found = std::ranges::find(declared, used.source, &ComposeResource::name);
    return found != declared.end() && (found->from_environment || found->has_content);
  });
}

}  // namespace

Fix read_only_fix(const ContainerSpec& spec) {
  const ImageReference* const image = image_or_base(spec);
  const ScratchSpace& space = image ? space_of(*image) : usual;
  if (space.needs_a_person || has_copied_secret(spec)) return {};
  if (!space.writes_with.empty() && mounted(spec, space.writes_with)) return {};
  for (const std::string_view variable : space.writes_for) {
    if (writes_for(spec, variable)) return {};
  }
  const int major = image ? version_of_tag(image->tag).major : -1;
  const bool needs_state = major < 0 || major >= space.state_since;
  for (const std::string_view path : space.state) {
    if (needs_state && !path.empty() && !mounted(spec, path)) return {};
  }
  const bool is_guess = space.image.empty();
  std::vector<Change> changes{
      change::set("read_only", spec.read_only, "true",
                  is_guess ? "then give a tmpfs or volume to what it is seen to write" : "")};
  for (const std::string_view path : space.scratch) {
    if (path.empty() || mounted(spec, path)) continue;
    changes.push_back(change::add("tmpfs", concat(path, ":", tmpfs_size)));
  }
  return unsafe_fix(std::move(changes));
}

}  // namespace plimsoll::rules
