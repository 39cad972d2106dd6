#include "rules/support/resource_proposals.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"

namespace plimsoll::rules {
namespace {

constexpr std::int64_t mebibyte = 1 << 20;
constexpr std::int64_t gibibyte = 1 << 30;
// The engine refuses a reservation below this.
constexpr std::int64_t least_reservation = 6 * mebibyte;

constexpr ResourceProposal usual{.memory = 512 * mebibyte, .processes = 200, .files = 65536};

struct Row {
  std::string_view image;
  std::int64_t memory = usual.memory;
  int processes = usual.processes;
  int files = usual.files;
};

constexpr Row rows[] = {
    // elastic.co/guide, Install Elasticsearch with Docker: MEM_LIMIT=1073741824 for each container;
    // bootstrap checks: at least 4096 threads, 65535 files.
    {.image = "elasticsearch", .memory = 2 * gibibyte, .processes = 4096},
    {.image = "docker.elastic.co/elasticsearch/elasticsearch",
     .memory = 2 * gibibyte,
     .processes = 4096},
    {.image = "kibana", .memory = gibibyte},
    {.image = "docker.elastic.co/kibana/kibana", .memory = gibibyte},
    // docs.opensearch.org, Docker: heap of 512 MB in the example, half of the memory; limits as of
    // Elasticsearch, from which it comes.
    {.image = "opensearchproject/opensearch", .memory = 2 * gibibyte, .processes = 4096},
    // github.com/apache/kafka, bin/kafka-server-start.sh: KAFKA_HEAP_OPTS="-Xmx1G -Xms1G".
    {.image = "apache/kafka", .memory = 2 * gibibyte, .processes = 1024, .files = 131072},
    {.image = "confluentinc/cp-kafka", .memory = 2 * gibibyte, .processes = 1024, .files = 131072},
    // learn.microsoft.com, SQL Server on Linux: 2 GB at least; max worker threads: 512 and more.
    {.image = "mcr.microsoft.com/mssql/server", .memory = 4 * gibibyte, .processes = 2048},
    // docs.sonarsource.com, prerequisites: 4 GB for a small instance, nofile 131072, nproc 8192.
    {.image = "sonarqube", .memory = 4 * gibibyte, .processes = 8192, .files = 131072},
    // docs.gitlab.com, installation requirements: 8 GB at least.
    {.image = "gitlab/gitlab-ce", .memory = 8 * gibibyte, .processes = 4096},
    {.image = "gitlab/gitlab-ee", .memory = 8 * gibibyte, .processes = 4096},
    // jenkins.io, Installing Jenkins with Docker: 4 GB+ of RAM for a small team.
    {.image = "jenkins/jenkins", .memory = 4 * gibibyte, .processes = 1024},
    // keycloak.org, Running Keycloak in a container: 2 GB of memory recommended.
    {.image = "quay.io/keycloak/keycloak", .memory = 2 * gibibyte, .processes = 1024},
    // neo4j.com/docs, system requirements: 2 GB at least.
    {.image = "neo4j", .memory = 2 * gibibyte, .processes = 1024},
    // cassandra.apache.org, hardware choices: 2 GB of heap at least, as much beside it.
    {.image = "cassandra", .memory = 4 * gibibyte, .processes = 1024, .files = 131072},
    // clickhouse.com/docs, usage recommendations: 4 GB at least; config.xml:
    // max_thread_pool_size 10000.
    {.image = "clickhouse/clickhouse-server",
     .memory = 4 * gibibyte,
     .processes = 10000,
     .files = 262144},
    // docs.altinity.com, Altinity Stable Builds: ClickHouse.
    {.image = "altinity/clickhouse-server",
     .memory = 4 * gibibyte,
     .processes = 10000,
     .files = 262144},
    // mongodb.com/docs, WiredTiger cache: half of the memory above 1 GB, 256 MB at least; a thread
    // for each connection.
    {.image = "mongo", .memory = gibibyte, .processes = 1024},
    // dev.mysql.com, How MySQL uses memory: meant for a machine with 512 MB without anything else;
    // a thread for each of max_connections (151) and those of InnoDB.
    {.image = "mysql", .memory = gibibyte, .processes = 512},
    {.image = "mariadb", .memory = gibibyte, .processes = 512},
};

}  // namespace

ResourceProposal resource_proposal(const ContainerSpec& spec) {
  const ImageReference* const image = image_or_base(spec);
  const KnownImage* const known = image ? known_image(*image) : nullptr;
  if (known == nullptr) return usual;
  const Row* const row = std::ranges::find(rows, known->name, &Row::image);
  if (row == std::end(rows)) return usual;
  return {row->memory, row->processes, row->files};
}

std::string memory_text(std::int64_t bytes) {
  if (bytes % gibibyte == 0) return concat(std::to_string(bytes / gibibyte), "g");
  if (bytes % mebibyte == 0) return concat(std::to_string(bytes / mebibyte), "m");
  if (bytes % 1024 == 0) return concat(std::to_string(bytes / 1024), "k");
  return concat(std::to_string(bytes), "b");
}

std::string reservation_for(std::int64_t limit) {
  const std::int64_t half = limit / 2 / mebibyte * mebibyte;
  return half < least_reservation ? std::string() : memory_text(half);
}

}  // namespace plimsoll::rules
