#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/environment_secrets.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

// Images that read a variable from a file too, by their own documentation: the variables of these
// beginnings, and what is put behind the name (or, for linuxserver, before it).
struct FileVariables {
  std::string_view image;
  std::string_view beginning;
  std::string_view suffix;
};

constexpr FileVariables file_variables[] = {
    {"postgres", "POSTGRES_", "_FILE"},
    {"postgis/postgis", "POSTGRES_", "_FILE"},
    {"pgvector/pgvector", "POSTGRES_", "_FILE"},
    {"timescale/timescaledb", "POSTGRES_", "_FILE"},
    {"mysql", "MYSQL_", "_FILE"},
    {"mariadb", "MARIADB_", "_FILE"},
    {"mariadb", "MYSQL_", "_FILE"},
    {"mongo", "MONGO_INITDB_", "_FILE"},
    {"wordpress", "WORDPRESS_", "_FILE"},
    {"nextcloud", "POSTGRES_", "_FILE"},
    {"nextcloud", "MYSQL_", "_FILE"},
    {"nextcloud", "NEXTCLOUD_ADMIN_", "_FILE"},
    {"grafana/grafana", "GF_", "__FILE"},
    {"grafana/grafana-oss", "GF_", "__FILE"},
    {"minio/minio", "MINIO_ROOT_", "_FILE"},
    {"phpmyadmin", "PMA_", "_FILE"},
};

std::string_view file_suffix(std::string_view image, std::string_view variable) {
  for (const FileVariables& row : file_variables) {
    if (row.image == image && variable.starts_with(row.beginning)) return row.suffix;
  }
  return {};
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const std::optional<ImageReference> image = pulled_image(spec);
  if (!image) return;
  const KnownImage* const known = known_image(*image);
  if (known == nullptr) return;
  for (const EnvironmentVariable& variable : spec.environment) {
    const std::string_view suffix = file_suffix(known->name, variable.name);
    if (suffix.empty() || environment_secret(variable).source != SecretSource::outside) continue;
    findings
        .add(variable.at,
             concat(spec.label(), " gets a secret through its environment: ", variable.name,
                    "; the image reads it from a file as well"),
             concat("set ", variable.name, suffix, " to a file from secrets:"))
        .decided_by = variable.layer;
  }
}

}  // namespace

extern constinit const Rule secret_not_external = {
    .name = "secret-not-external",
    .title = "a secret comes through the environment",
    .severity = Severity::low,
    .topic = "secrets",
    .subjects = {Subject::container},
    .rationale =
        "Even when it is written nowhere, a secret in the environment shows in `docker inspect`, "
        "in crash reports and in every child process. A file that only its reader may open does "
        "not.",
    .remediation =
        "Use the variable of the image that names a file (`POSTGRES_PASSWORD_FILE: "
        "/run/secrets/db`) and give the file with `secrets:`.",
    .limits =
        "Reported only for well-known images that read the secret from a file as well; what other "
        "images can do is not known here. A secret that is written down is reported by "
        "`secret-in-environment` alone.",
    .references = {guideline("S4", "Best practices for building/choosing/running containers"),
                   owasp("12"), cis("7.4")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
