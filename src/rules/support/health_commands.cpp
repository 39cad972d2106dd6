#include "rules/support/health_commands.h"

#include <algorithm>
#include <iterator>

#include "rules/support/known_images.h"

namespace plimsoll::rules {
namespace {

// pg_isready needs no password, but a role and a database that exist, or it fills the log.
constexpr std::string_view postgres_test =
    R"(["CMD-SHELL", "pg_isready -d postgres -U $${POSTGRES_USER:-postgres}"])";
constexpr std::string_view postgres_shell = "pg_isready -d postgres -U ${POSTGRES_USER:-postgres}";

constexpr HealthCommand commands[] = {
    // postgresql.org/docs, pg_isready.
    {"postgres", postgres_test, postgres_shell},
    {"postgis/postgis", postgres_test, postgres_shell},
    {"pgvector/pgvector", postgres_test, postgres_shell},
    {"timescale/timescaledb", postgres_test, postgres_shell},
    // dev.mysql.com, mysqladmin: "ping … 0 if the server is running", even when it denies access.
    // Over TCP, because the server that the image initialises with listens only on its socket.
    {"mysql", R"(["CMD", "mysqladmin", "ping", "-h", "127.0.0.1"])",
     "mysqladmin ping -h 127.0.0.1"},
    // mariadb.com/kb, Using Healthcheck.sh.
    {"mariadb", R"(["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"])",
     "healthcheck.sh --connect --innodb_initialized", 10},
    // redis.io/docs, redis-cli and PING; valkey.io has the same.
    {"redis", R"(["CMD", "redis-cli", "ping"])", "redis-cli ping"},
    {"valkey/valkey", R"(["CMD", "valkey-cli", "ping"])", "valkey-cli ping"},
    // rabbitmq.com/docs/monitoring, "Health Checks", stage 1.
    {"rabbitmq", R"(["CMD", "rabbitmq-diagnostics", "-q", "ping"])",
     "rabbitmq-diagnostics -q ping"},
    // mongodb.com/docs, ping: answers without authentication; mongosh is in the image from 6 on.
    {"mongo", R"x(["CMD", "mongosh", "--quiet", "--eval", "db.adminCommand({ping: 1})"])x",
     R"x(mongosh --quiet --eval "db.adminCommand({ping: 1})")x", 6},
};

}  // namespace

const HealthCommand* health_command(const ImageReference& image) {
  const KnownImage* const known = known_image(image);
  if (known == nullptr) return nullptr;
  const HealthCommand* const found =
      std::ranges::find(commands, known->name, &HealthCommand::image);
  if (found == std::end(commands)) return nullptr;
  const int major = version_of_tag(image.tag).major;
  const bool has_it = major < 0 ? found->since == 0 || image.digest.empty() : major >= found->since;
  return has_it ? found : nullptr;
}

}  // namespace plimsoll::rules
