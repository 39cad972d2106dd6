#include "rules/support/known_images.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

using enum ImageUser;

constexpr std::string_view docker_library = "github.com/docker-library, the image's Dockerfile";

constexpr KnownImage images[] = {
    // Distributions: rootfs archives without a USER.
    {.name = "alpine", .user = root, .source = "github.com/alpinelinux/docker-alpine"},
    {.name = "debian", .user = root, .source = "github.com/debuerreotype/docker-debian-artifacts"},
    {.name = "ubuntu", .user = root, .source = "git.launchpad.net/cloud-images/+oci/ubuntu-base"},
    {.name = "fedora", .user = root, .source = "github.com/fedora-cloud/docker-brew-fedora"},
    {.name = "centos", .user = root, .source = "github.com/CentOS/sig-cloud-instance-images"},
    {.name = "rockylinux",
     .user = root,
     .source = "github.com/rocky-linux/sig-cloud-instance-images"},
    {.name = "rockylinux/rockylinux", .user = root, .source = "github.com/rocky-linux"},
    {.name = "almalinux", .user = root, .source = "github.com/AlmaLinux/container-images"},
    {.name = "amazonlinux", .user = root, .source = "github.com/amazonlinux/container-images"},
    {.name = "oraclelinux", .user = root, .source = "github.com/oracle/container-images"},
    {.name = "archlinux",
     .user = root,
     .source = "gitlab.archlinux.org/archlinux/archlinux-docker"},
    {.name = "registry.access.redhat.com/ubi8/ubi",
     .user = root,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi8/ubi-minimal",
     .user = root,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi9/ubi",
     .user = root,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi9/ubi-minimal",
     .user = root,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi10/ubi",
     .user = root,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi10/ubi-minimal",
     .user = root,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "opensuse/leap", .user = root, .source = "registry.opensuse.org"},
    {.name = "busybox", .user = root, .source = docker_library},
    {.name = "buildpack-deps", .user = root, .source = docker_library},
    {.name = "bash", .user = root, .source = docker_library},

    // Languages: build and run environments without a USER.
    {.name = "python", .user = root, .source = docker_library},
    {.name = "golang", .user = root, .source = docker_library},
    {.name = "ruby", .user = root, .source = docker_library},
    {.name = "php", .user = root, .source = docker_library},
    {.name = "gcc", .user = root, .source = docker_library},
    {.name = "openjdk", .user = root, .source = docker_library},
    {.name = "pypy", .user = root, .source = docker_library},
    {.name = "tomcat", .user = root, .source = docker_library},
    {.name = "docker", .user = root, .non_root_tags = {"rootless"}, .source = docker_library},
    {.name = "node", .user = root, .source = "github.com/nodejs/docker-node"},
    {.name = "rust", .user = root, .source = "github.com/rust-lang/docker-rust"},
    {.name = "perl", .user = root, .source = "github.com/Perl/docker-perl"},
    {.name = "elixir", .user = root, .source = "github.com/erlef/docker-elixir"},
    {.name = "erlang", .user = root, .source = "github.com/erlang/docker-erlang-otp"},
    {.name = "swift", .user = root, .source = "github.com/swiftlang/swift-docker"},
    {.name = "maven", .user = root, .source = "github.com/carlossg/docker-maven"},
    {.name = "composer", .user = root, .source = "github.com/composer/docker"},
    {.name = "eclipse-temurin", .user = root, .source = "github.com/adoptium/containers"},
    {.name = "amazoncorretto", .user = root, .source = "github.com/corretto/corretto-docker"},
    {.name = "mcr.microsoft.com/dotnet/aspnet",
     .user = root,
     .non_root_tags = {"chiseled", "distroless"},
     .source = "github.com/dotnet/dotnet-docker"},
    {.name = "mcr.microsoft.com/dotnet/runtime",
     .user = root,
     .non_root_tags = {"chiseled", "distroless"},
     .source = "github.com/dotnet/dotnet-docker"},
    {.name = "mcr.microsoft.com/dotnet/runtime-deps",
     .user = root,
     .non_root_tags = {"chiseled", "distroless"},
     .source = "github.com/dotnet/dotnet-docker"},
    {.name = "mcr.microsoft.com/dotnet/sdk",
     .user = root,
     .source = "github.com/dotnet/dotnet-docker"},

    // Minimal bases.
    {.name = "gcr.io/distroless/",
     .and_below = true,
     .user = root,
     .non_root_tags = {"nonroot"},
     .source = "github.com/GoogleContainerTools/distroless, README"},
    {.name = "cgr.io/chainguard/wolfi-base", .user = root, .source = "images.chainguard.dev"},
    {.name = "cgr.io/chainguard/static", .user = non_root, .source = "images.chainguard.dev"},
    {.name = "cgr.io/chainguard/glibc-dynamic",
     .user = non_root,
     .source = "images.chainguard.dev"},
    {.name = "cgr.io/chainguard/python", .user = non_root, .source = "images.chainguard.dev"},
    {.name = "cgr.io/chainguard/node", .user = non_root, .source = "images.chainguard.dev"},
    {.name = "cgr.io/chainguard/nginx", .user = non_root, .source = "images.chainguard.dev"},

    // Web servers and proxies. nginx and httpd start as root and run their workers as another user;
    // the first process stays root.
    {.name = "nginx", .user = root, .source = "github.com/nginx/docker-nginx"},
    {.name = "nginxinc/nginx-unprivileged",
     .user = non_root,
     .source = "github.com/nginx/docker-nginx-unprivileged"},
    {.name = "httpd", .user = root, .source = docker_library},
    {.name = "caddy", .user = root, .source = "github.com/caddyserver/caddy-docker"},
    {.name = "traefik", .user = root, .source = "github.com/traefik/traefik-library-image"},
    {.name = "haproxy", .user = non_root, .user_since = "2.4", .source = docker_library},
    {.name = "jc21/nginx-proxy-manager",
     .user = root,
     .source = "github.com/NginxProxyManager/nginx-proxy-manager"},

    // Databases, caches and brokers.
    {.name = "postgres",
     .user = root_then_drops,
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .source = docker_library},
    {.name = "postgis/postgis",
     .user = root_then_drops,
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .source = "github.com/postgis/docker-postgis (FROM postgres)"},
    {.name = "pgvector/pgvector",
     .user = root_then_drops,
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .source = "github.com/pgvector/pgvector (FROM postgres)"},
    {.name = "timescale/timescaledb",
     .user = root_then_drops,
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .source = "github.com/timescale/timescaledb-docker (FROM postgres)"},
    {.name = "mysql",
     .user = root_then_drops,
     .data_paths = {"/var/lib/mysql"},
     .source = docker_library},
    {.name = "mariadb",
     .user = root_then_drops,
     .data_paths = {"/var/lib/mysql"},
     .non_root_tags = {"ubi"},
     .source = "github.com/MariaDB/mariadb-docker"},
    {.name = "percona",
     .user = non_root,
     .data_paths = {"/var/lib/mysql"},
     .source = "github.com/percona/percona-docker"},
    {.name = "mongo",
     .user = root_then_drops,
     .data_paths = {"/data/db"},
     .source = docker_library},
    {.name = "redis", .user = root_then_drops, .source = docker_library},
    {.name = "valkey/valkey",
     .user = root_then_drops,
     .source = "github.com/valkey-io/valkey-container"},
    {.name = "memcached", .user = non_root, .source = docker_library},
    {.name = "rabbitmq", .user = root_then_drops, .source = docker_library},
    {.name = "eclipse-mosquitto",
     .user = root_then_drops,
     .source = "github.com/eclipse-mosquitto/mosquitto, docker/*/Dockerfile"},
    {.name = "cassandra",
     .user = root_then_drops,
     .data_paths = {"/var/lib/cassandra"},
     .source = docker_library},
    {.name = "couchdb",
     .user = root_then_drops,
     .data_paths = {"/opt/couchdb/data"},
     .source = "github.com/apache/couchdb-docker"},
    {.name = "neo4j",
     .user = root_then_drops,
     .data_paths = {"/data"},
     .source = "github.com/neo4j/docker-neo4j"},
    {.name = "influxdb",
     .data_paths = {"/var/lib/influxdb2", "/var/lib/influxdb", "/var/lib/influxdb3"},
     .source = "github.com/influxdata/influxdata-docker"},
    {.name = "clickhouse/clickhouse-server",
     .data_paths = {"/var/lib/clickhouse"},
     .source = "github.com/ClickHouse/ClickHouse, docker/server"},
    {.name = "altinity/clickhouse-server",
     .data_paths = {"/var/lib/clickhouse"},
     .source = "docs.altinity.com, Altinity Stable Builds (ClickHouse)"},
    {.name = "mcr.microsoft.com/mssql/server",
     .user = non_root,
     .data_paths = {"/var/opt/mssql"},
     .user_since = "2019",
     .source = "learn.microsoft.com, SQL Server Linux containers"},
    {.name = "zookeeper", .user = root_then_drops, .source = "github.com/31z4/zookeeper-docker"},
    {.name = "solr", .user = non_root, .source = "github.com/apache/solr-docker"},
    {.name = "elasticsearch",
     .user = non_root,
     .data_paths = {"/usr/share/elasticsearch/data"},
     .user_since = "8",
     .source = "github.com/elastic/elasticsearch, distribution/docker"},
    {.name = "docker.elastic.co/elasticsearch/elasticsearch",
     .user = non_root,
     .data_paths = {"/usr/share/elasticsearch/data"},
     .user_since = "8",
     .source = "github.com/elastic/elasticsearch, distribution/docker"},
    {.name = "kibana", .user = non_root, .user_since = "7", .source = "github.com/elastic/kibana"},
    {.name = "docker.elastic.co/kibana/kibana",
     .user = non_root,
     .user_since = "7",
     .source = "github.com/elastic/kibana"},
    {.name = "logstash",
     .user = non_root,
     .user_since = "7",
     .source = "github.com/elastic/logstash"},
    {.name = "docker.elastic.co/logstash/logstash",
     .user = non_root,
     .user_since = "7",
     .source = "github.com/elastic/logstash"},
    {.name = "opensearchproject/opensearch",
     .user = non_root,
     .data_paths = {"/usr/share/opensearch/data"},
     .source = "github.com/opensearch-project/opensearch-build, docker"},
    {.name = "opensearchproject/opensearch-dashboards",
     .user = non_root,
     .source = "github.com/opensearch-project/opensearch-build, docker"},
    {.name = "apache/kafka", .user = non_root, .source = "github.com/apache/kafka, docker"},
    {.name = "confluentinc/cp-kafka",
     .user = non_root,
     .user_since = "6",
     .source = "docs.confluent.io, Docker image security"},
    {.name = "confluentinc/cp-zookeeper",
     .user = non_root,
     .user_since = "6",
     .source = "docs.confluent.io, Docker image security"},
    {.name = "confluentinc/cp-schema-registry",
     .user = non_root,
     .user_since = "6",
     .source = "docs.confluent.io, Docker image security"},

    // Bitnami: "non-root containers" is the default of its application images.
    {.name = "bitnami/minideb", .user = root, .source = "github.com/bitnami/minideb"},
    {.name = "bitnami/postgresql",
     .user = non_root,
     .data_paths = {"/bitnami/postgresql"},
     .source = "github.com/bitnami/containers"},
    {.name = "bitnami/mysql",
     .user = non_root,
     .data_paths = {"/bitnami/mysql"},
     .source = "github.com/bitnami/containers"},
    {.name = "bitnami/mariadb",
     .user = non_root,
     .data_paths = {"/bitnami/mariadb"},
     .source = "github.com/bitnami/containers"},
    {.name = "bitnami/mongodb",
     .user = non_root,
     .data_paths = {"/bitnami/mongodb"},
     .source = "github.com/bitnami/containers"},
    {.name = "bitnami/redis", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/kafka", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/zookeeper", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/rabbitmq", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/nginx", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/keycloak", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/wordpress", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/elasticsearch", .user = non_root, .source = "github.com/bitnami/containers"},
    {.name = "bitnami/etcd", .user = non_root, .source = "github.com/bitnami/containers"},

    // Watching.
    {.name = "grafana/grafana", .user = non_root, .source = "github.com/grafana/grafana"},
    {.name = "grafana/grafana-oss", .user = non_root, .source = "github.com/grafana/grafana"},
    {.name = "grafana/grafana-enterprise",
     .user = non_root,
     .source = "github.com/grafana/grafana"},
    {.name = "grafana/loki",
     .user = non_root,
     .user_since = "2",
     .source = "github.com/grafana/loki"},
    {.name = "grafana/promtail", .user = root, .source = "github.com/grafana/loki"},
    {.name = "prom/prometheus", .user = non_root, .source = "github.com/prometheus/prometheus"},
    {.name = "prom/alertmanager", .user = non_root, .source = "github.com/prometheus/alertmanager"},
    {.name = "prom/node-exporter",
     .user = non_root,
     .source = "github.com/prometheus/node_exporter"},
    {.name = "prom/pushgateway", .user = non_root, .source = "github.com/prometheus/pushgateway"},
    {.name = "quay.io/prometheus/prometheus",
     .user = non_root,
     .source = "github.com/prometheus/prometheus"},
    {.name = "quay.io/prometheus/alertmanager",
     .user = non_root,
     .source = "github.com/prometheus/alertmanager"},
    {.name = "quay.io/prometheus/node-exporter",
     .user = non_root,
     .source = "github.com/prometheus/node_exporter"},
    {.name = "gcr.io/cadvisor/cadvisor", .user = root, .source = "github.com/google/cadvisor"},
    {.name = "telegraf",
     .user = root_then_drops,
     .source = "github.com/influxdata/influxdata-docker"},

    // Applications.
    {.name = "wordpress", .user = root, .non_root_tags = {"cli"}, .source = docker_library},
    {.name = "drupal", .user = root, .source = docker_library},
    {.name = "ghost", .user = root_then_drops, .source = docker_library},
    {.name = "nextcloud", .user = root, .source = "github.com/nextcloud/docker"},
    {.name = "joomla", .user = root, .source = "github.com/joomla-docker/docker-joomla"},
    {.name = "phpmyadmin", .user = root, .source = "github.com/phpmyadmin/docker"},
    {.name = "phpmyadmin/phpmyadmin", .user = root, .source = "github.com/phpmyadmin/docker"},
    {.name = "adminer", .user = non_root, .source = "github.com/TimWolla/docker-adminer"},
    {.name = "dpage/pgadmin4", .user = non_root, .source = "github.com/pgadmin-org/pgadmin4"},
    {.name = "jenkins/jenkins", .user = non_root, .source = "github.com/jenkinsci/docker"},
    {.name = "n8nio/n8n", .user = non_root, .source = "github.com/n8n-io/n8n"},
    {.name = "docker.n8n.io/n8nio/n8n", .user = non_root, .source = "github.com/n8n-io/n8n"},
    {.name = "sonarqube",
     .user = non_root,
     .user_since = "10",
     .source = "github.com/SonarSource/docker-sonarqube"},
    {.name = "quay.io/keycloak/keycloak",
     .user = non_root,
     .source = "github.com/keycloak/keycloak, quarkus/container"},
    {.name = "gitlab/gitlab-ce",
     .user = root,
     .source = "gitlab.com/gitlab-org/omnibus-gitlab, docker"},
    {.name = "gitlab/gitlab-ee",
     .user = root,
     .source = "gitlab.com/gitlab-org/omnibus-gitlab, docker"},
    {.name = "gitlab/gitlab-runner", .user = root, .source = "gitlab.com/gitlab-org/gitlab-runner"},
    {.name = "gitea/gitea",
     .user = root_then_drops,
     .non_root_tags = {"rootless"},
     .source = "github.com/go-gitea/gitea"},
    {.name = "portainer/portainer-ce", .user = root, .source = "github.com/portainer/portainer"},
    {.name = "containrrr/watchtower", .user = root, .source = "github.com/containrrr/watchtower"},
    {.name = "vaultwarden/server", .user = root, .source = "github.com/dani-garcia/vaultwarden"},
    {.name = "minio/minio", .user = root, .source = "github.com/minio/minio"},
    {.name = "mailhog/mailhog", .user = non_root, .source = "github.com/mailhog/MailHog"},
    {.name = "hashicorp/vault", .user = root_then_drops, .source = "github.com/hashicorp/vault"},
    {.name = "hashicorp/consul", .user = root_then_drops, .source = "github.com/hashicorp/consul"},
    {.name = "registry",
     .user = root,
     .source = "github.com/distribution/distribution-library-image"},
    {.name = "apache/airflow", .user = non_root, .source = "airflow.apache.org, Docker image"},
    {.name = "apache/superset", .user = non_root, .source = "github.com/apache/superset"},
    {.name = "curlimages/curl", .user = non_root, .source = "github.com/curl/curl-container"},
    {.name = "selenium/standalone-chrome",
     .user = non_root,
     .source = "github.com/SeleniumHQ/docker-selenium"},
    {.name = "selenium/standalone-firefox",
     .user = non_root,
     .source = "github.com/SeleniumHQ/docker-selenium"},
    {.name = "selenium/hub", .user = non_root, .source = "github.com/SeleniumHQ/docker-selenium"},
    {.name = "linuxserver/",
     .and_below = true,
     .user = root_then_drops,
     .source = "docs.linuxserver.io, PUID and PGID"},
    {.name = "lscr.io/linuxserver/",
     .and_below = true,
     .user = root_then_drops,
     .source = "docs.linuxserver.io, PUID and PGID"},
    {.name = "ghcr.io/linuxserver/",
     .and_below = true,
     .user = root_then_drops,
     .source = "docs.linuxserver.io, PUID and PGID"},
};

constexpr std::string_view mirrors_of_library[] = {
    "public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "quay.io/docker/library/"};

// Most rows differ from a name by their size: they are passed over without a look at their text.
bool stands_for(const KnownImage& row, std::string_view name) {
  return row.and_below ? name.starts_with(row.name) : row.name == name;
}

int leading_number(std::string_view& text) {
  int value = -1;
  std::size_t length = 0;
  while (length < text.size() && length < 8 && is_digit(text[length])) {
    value = (value < 0 ? 0 : value * 10) + (text[length] - '0');
    ++length;
  }
  text.remove_prefix(length);
  return value;
}

// Whether a tag is of `since` or later; a tag without a version is of the current one.
bool is_since(std::string_view tag, std::string_view since) {
  const TagVersion has = version_of_tag(tag);
  const TagVersion wants = version_of_tag(since);
  if (has.major < 0) return true;
  if (has.major != wants.major) return has.major > wants.major;
  return has.minor < 0 || has.minor >= wants.minor;
}

}  // namespace

TagVersion version_of_tag(std::string_view tag) {
  if (tag.starts_with('v')) tag.remove_prefix(1);
  TagVersion version;
  version.major = leading_number(tag);
  if (version.major < 0 || !tag.starts_with('.')) return version;
  tag.remove_prefix(1);
  version.minor = leading_number(tag);
  return version;
}

const KnownImage* known_image(const ImageReference& reference) {
  const std::string familiar = reference.name;
  std::string_view name = familiar;
  for (std::string_view mirror : mirrors_of_library) {
    if (name.starts_with(mirror)) name.remove_prefix(mirror.size());
  }
  const KnownImage* const end = std::end(images);
  const KnownImage* const found = std::find_if(
      std::begin(images), end, [&](const KnownImage& image) { return stands_for(image, name); });
  return found == end ? nullptr : found;
}

ImageUser user_of(const ImageReference& reference) {
  const KnownImage* const image = known_image(reference);
  if (image == nullptr) return unknown;
  const auto in_tag = [&](std::string_view text) {
    return !text.empty() && reference.tag.contains(text);
  };
  if (std::ranges::any_of(image->non_root_tags, in_tag)) return non_root;
  // A digest without a tag can be of any version and of any variant.
  const bool tag_matters = !image->non_root_tags[0].empty() || !image->user_since.empty();
  if (tag_matters && reference.tag.empty() && !reference.digest.empty()) return unknown;
  if (!image->user_since.empty() && !is_since(reference.tag, image->user_since)) return unknown;
  return image->user;
}

}  // namespace plimsoll::rules
