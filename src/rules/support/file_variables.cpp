#include "rules/support/file_variables.h"

#include <optional>

#include "rules/support/known_images.h"
#include "rules/support/services.h"

namespace plimsoll::rules {
namespace {

constexpr FileVariables rows[] = {
    // hub.docker.com/_/postgres, "Docker Secrets"; the next three are built FROM it.
    {"postgres", "POSTGRES_", "_FILE"},
    {"postgis/postgis", "POSTGRES_", "_FILE"},
    {"pgvector/pgvector", "POSTGRES_", "_FILE"},
    {"timescale/timescaledb", "POSTGRES_", "_FILE"},
    // hub.docker.com/_/mysql, "Docker Secrets".
    {"mysql", "MYSQL_", "_FILE"},
    // hub.docker.com/_/mariadb, "Docker Secrets": both beginnings.
    {"mariadb", "MARIADB_", "_FILE"},
    {"mariadb", "MYSQL_", "_FILE"},
    // hub.docker.com/_/mongo, "Docker Secrets".
    {"mongo", "MONGO_INITDB_", "_FILE"},
    // hub.docker.com/_/wordpress, "Docker Secrets".
    {"wordpress", "WORDPRESS_", "_FILE"},
    // github.com/nextcloud/docker, README, "Docker Secrets".
    {"nextcloud", "POSTGRES_", "_FILE"},
    {"nextcloud", "MYSQL_", "_FILE"},
    {"nextcloud", "NEXTCLOUD_ADMIN_", "_FILE"},
    // grafana.com/docs, Configure a Grafana Docker image, "Configure Grafana with Docker Secrets".
    {"grafana/grafana", "GF_", "__FILE"},
    // github.com/minio/minio, docs/docker, "MinIO Custom Access and Secret Keys using Docker
    // secrets".
    {"minio/minio", "MINIO_ROOT_", "_FILE"},
    // github.com/phpmyadmin/docker, README, "Docker Secrets".
    {"phpmyadmin", "PMA_", "_FILE"},
};

}  // namespace

const FileVariables* file_variables(const ContainerSpec& spec, std::string_view variable) {
  const ImageReference* const image = pulled_image(spec);
  const KnownImage* const known = image ? known_image(*image) : nullptr;
  if (known == nullptr) return nullptr;
  for (const FileVariables& row : rows) {
    if (row.image == known->name && variable.starts_with(row.beginning)) return &row;
  }
  return nullptr;
}

}  // namespace plimsoll::rules
