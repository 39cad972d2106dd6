#include "rules/support/image_accounts.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/text.h"
#include "rules/support/known_images.h"

namespace plimsoll::rules {
namespace {

struct AccountRow {
  std::string_view image;  // with a last `/`: every image below it
  ImageAccount account;
  // Only for tags that hold this text, or do not hold that one.
  std::string_view tag_holds = {};
  std::string_view tag_lacks = {};
  int since = 0;  // the first major version that has the account
};

constexpr AccountRow accounts[] = {
    // github.com/nodejs/docker-node: groupadd --gid 1000 node, useradd --uid 1000 --gid node
    {"node", {"node", "1000:1000"}},
    // github.com/docker-library/php: www-data is Debian's, 33, or made with adduser -u 82. The
    // variants with Apache start as root and change the user themselves.
    {"php", {"www-data", "82:82"}, "alpine", "apache"},
    {"php", {"www-data", "33:33"}, "", "apache"},
    // github.com/dotnet/dotnet-docker: APP_UID=1654 from .NET 8 on
    {"mcr.microsoft.com/dotnet/aspnet", {"app", "1654:1654"}, "", "", 8},
    {"mcr.microsoft.com/dotnet/runtime", {"app", "1654:1654"}, "", "", 8},
    {"mcr.microsoft.com/dotnet/runtime-deps", {"app", "1654:1654"}, "", "", 8},
    // github.com/GoogleContainerTools/distroless, common/variables.bzl: NONROOT = 65532
    {"gcr.io/distroless/", {"nonroot", "65532:65532"}},
    // edu.chainguard.dev: images run as nonroot, 65532
    {"cgr.io/chainguard/", {"nonroot", "65532:65532"}},
    // github.com/docker-library/postgres: 999, in Alpine's variant the account that Alpine has
    {"postgres", {"postgres", "70:70"}, "alpine"},
    {"postgres", {"postgres", "999:999"}},
    // github.com/docker-library/mysql, github.com/MariaDB/mariadb-docker: 999
    {"mysql", {"mysql", "999:999"}},
    {"mariadb", {"mysql", "999:999"}},
    // github.com/docker-library/mongo: 999
    {"mongo", {"mongodb", "999:999"}},
    // github.com/docker-library/redis: Alpine has a group 999 already
    {"redis", {"redis", "999:1000"}, "alpine"},
    {"redis", {"redis", "999:999"}},
    // github.com/valkey-io/valkey-container, Dockerfile.template: as redis
    {"valkey/valkey", {"valkey", "999:1000"}, "alpine"},
    {"valkey/valkey", {"valkey", "999:999"}},
    // github.com/postgis/docker-postgis, github.com/pgvector/pgvector: FROM postgres
    {"postgis/postgis", {"postgres", "70:70"}, "alpine"},
    {"postgis/postgis", {"postgres", "999:999"}},
    {"pgvector/pgvector", {"postgres", "999:999"}},
    // github.com/docker-library/rabbitmq, Dockerfile-ubuntu.template, Dockerfile-alpine.template
    {"rabbitmq", {"rabbitmq", "100:101"}, "alpine"},
    {"rabbitmq", {"rabbitmq", "999:999"}},
    // github.com/eclipse-mosquitto/mosquitto, docker/*/Dockerfile: adduser -S -u 1883
    {"eclipse-mosquitto", {"mosquitto", "1883:1883"}},
    // github.com/docker-library/cassandra, Dockerfile.template
    {"cassandra", {"cassandra", "999:999"}},
    // github.com/31z4/zookeeper-docker, Dockerfile
    {"zookeeper", {"zookeeper", "1000:1000"}},
    // github.com/docker-library/ghost: FROM node
    {"ghost", {"node", "1000:1000"}},
    // github.com/docker-library/memcached, haproxy: 11211 and 99
    {"memcached", {"memcache", "11211:11211"}},
    {"haproxy", {"haproxy", "99:99"}},
    // github.com/nginx/docker-nginx-unprivileged: UID=101, GID=101
    {"nginxinc/nginx-unprivileged", {"nginx", "101:101"}},
    // github.com/jenkinsci/docker: uid=1000, gid=1000
    {"jenkins/jenkins", {"jenkins", "1000:1000"}},
    // github.com/grafana/grafana: GF_UID="472", GF_GID="0"
    {"grafana/grafana", {"grafana", "472:0"}},
    {"grafana/grafana-oss", {"grafana", "472:0"}},
    {"grafana/grafana-enterprise", {"grafana", "472:0"}},
    // github.com/apache/airflow: AIRFLOW_UID=50000, group 0
    {"apache/airflow", {"airflow", "50000:0"}},
    // github.com/SeleniumHQ/docker-selenium: SEL_UID=1200, SEL_GID=1201
    {"selenium/", {"seluser", "1200:1201"}},
};

// Distributions, whatever the tag says.
constexpr auto shadow_distributions = std::to_array<std::string_view>({"debian", "ubuntu"});
// With shadow-utils in the image itself; their minimal variants have none, and amazonlinux has none
// at all.
constexpr auto rpm_distributions = std::to_array<std::string_view>(
    {"fedora", "rockylinux", "rockylinux/rockylinux", "almalinux",
     "registry.access.redhat.com/ubi8", "registry.access.redhat.com/ubi8/ubi",
     "registry.access.redhat.com/ubi9", "registry.access.redhat.com/ubi9/ubi"});
// Official images on Debian or Ubuntu, with variants on Alpine: github.com/docker-library,
// official-images, the FROM of each Dockerfile.
constexpr auto debian_based = std::to_array<std::string_view>(
    {"python", "golang", "ruby", "rust", "perl", "pypy", "elixir", "erlang", "gcc",
     "buildpack-deps", "eclipse-temurin", "maven", "tomcat"});
// What says in a tag that the variant is based on something else.
constexpr auto other_bases = std::to_array<std::string_view>(
    {"minimal", "ubi", "corretto", "amazon", "al2", "oracle", "centos", "mariner", "azurelinux",
     "windows", "nanoserver", "graalvm", "sapmachine", "semeru", "openjdk", "liberica", "zulu"});

// Distributions, languages and their tools: what their own CMD starts is a shell or an interpreter.
// tomcat is made for any user: its Dockerfile opens logs, temp and work to everybody.
constexpr auto environments =
    std::to_array<std::string_view>({"fedora",
                                     "centos",
                                     "rockylinux",
                                     "rockylinux/rockylinux",
                                     "almalinux",
                                     "amazonlinux",
                                     "oraclelinux",
                                     "archlinux",
                                     "opensuse/leap",
                                     "registry.access.redhat.com/ubi8/ubi",
                                     "registry.access.redhat.com/ubi8/ubi-minimal",
                                     "registry.access.redhat.com/ubi9/ubi",
                                     "registry.access.redhat.com/ubi9/ubi-minimal",
                                     "registry.access.redhat.com/ubi10/ubi",
                                     "registry.access.redhat.com/ubi10/ubi-minimal",
                                     "busybox",
                                     "buildpack-deps",
                                     "bash",
                                     "python",
                                     "golang",
                                     "ruby",
                                     "gcc",
                                     "openjdk",
                                     "pypy",
                                     "rust",
                                     "perl",
                                     "elixir",
                                     "erlang",
                                     "swift",
                                     "maven",
                                     "tomcat",
                                     "composer",
                                     "eclipse-temurin",
                                     "amazoncorretto",
                                     "debian",
                                     "ubuntu",
                                     "alpine",
                                     "mcr.microsoft.com/dotnet/aspnet",
                                     "mcr.microsoft.com/dotnet/runtime",
                                     "mcr.microsoft.com/dotnet/runtime-deps",
                                     "mcr.microsoft.com/dotnet/sdk",
                                     "cgr.io/chainguard/wolfi-base",
                                     "bitnami/minideb"});

bool holds_any(std::string_view tag, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return tag.contains(word); });
}

bool is_among(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// The image's name in the words of the tables: without the registry of a mirror.
std::string name_of(const ImageReference& reference) {
  const KnownImage* const known = known_image(reference);
  return known != nullptr && !known->and_below ? std::string(known->name) : reference.name;
}

// A digest alone says nothing about the variant.
bool variant_unknown(const ImageReference& reference) {
  return reference.tag.empty() && !reference.digest.empty();
}

}  // namespace

std::optional<ImageAccount> account_of(const ImageReference& reference) {
  const std::string name = name_of(reference);
  for (const AccountRow& row : accounts) {
    const bool same = row.image.ends_with('/') ? name.starts_with(row.image) : name == row.image;
    if (!same) continue;
    const bool tag_matters = !row.tag_holds.empty() || !row.tag_lacks.empty() || row.since > 0;
    if (tag_matters && variant_unknown(reference)) return std::nullopt;
    if (!reference.tag.contains(row.tag_holds)) continue;
    if (!row.tag_lacks.empty() && reference.tag.contains(row.tag_lacks)) return std::nullopt;
    const int major = version_of_tag(reference.tag).major;
    if (row.since > 0 && major >= 0 && major < row.since) return std::nullopt;
    return row.account;
  }
  return std::nullopt;
}

ImageTools account_tools(const ImageReference& reference) {
  using enum AccountTools;
  const std::string name = name_of(reference);
  if (name == "alpine") return {busybox, true};
  if (is_among(name, shadow_distributions)) return {shadow, true};
  if (variant_unknown(reference) || holds_any(reference.tag, other_bases)) return {};
  if (is_among(name, rpm_distributions)) return {shadow, false};
  if (!is_among(name, debian_based)) return {};
  return {reference.tag.contains("alpine") ? busybox : shadow, false};
}

bool is_environment(const ImageReference& reference) {
  return is_among(name_of(reference), environments);
}

}  // namespace plimsoll::rules
