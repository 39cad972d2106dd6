#include "rules/support/known_images.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

using enum ImageUser;
using AccountTools::busybox;
using AccountTools::shadow;
using Bash::in_every_variant;
using Bash::in_most_variants;

// Why an entrypoint that gives a directory to an account needs what it needs: CHOWN for chown,
// DAC_OVERRIDE for `find` in directories that only that account may enter, FOWNER for chmod of what
// belongs to it, SETGID and SETUID for gosu or setpriv.
constexpr std::string_view chowns_and_drops = "CHOWN DAC_OVERRIDE SETGID SETUID";
constexpr std::string_view chowns_changes_modes_and_drops =
    "CHOWN DAC_OVERRIDE FOWNER SETGID SETUID";

// It needs no password, but a role and a database that exist, or it fills the log.
constexpr HealthCommand pg_isready{
    .test = R"(["CMD-SHELL", "pg_isready -d postgres -U $${POSTGRES_USER:-postgres}"])",
    .shell = "pg_isready -d postgres -U ${POSTGRES_USER:-postgres}"};

constexpr HealthCommand healthcheck_sh{
    .test = R"(["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"])",
    .shell = "healthcheck.sh --connect --innodb_initialized",
    .since = 10};

constexpr KnownWrites none{};
constexpr KnownWrites tmp_alone{.scratch = {"/tmp"}};
constexpr KnownWrites needs_a_person{.needs_a_person = true};

constexpr KnownImage images[] = {
    // Distributions: root file systems without a USER. bash is Essential in Debian and Ubuntu
    // (Debian Policy 3.8), and systemd needs groupadd on the kin of Red Hat; of the other shells
    // and tools no file was read that says so.
    {.name = "alpine",
     .user = root,
     .environment = true,
     .tools = busybox,
     .tools_in_every_tag = true,
     .source = "github.com/alpinelinux/docker-alpine@00d3407, x86_64/Dockerfile"},
    {.name = "debian",
     .user = root,
     .environment = true,
     .tools = shadow,
     .tools_in_every_tag = true,
     .bash = in_every_variant,
     .source = "github.com/debuerreotype/docker-debian-artifacts@0ac241a, image-config.json"},
    {.name = "ubuntu",
     .user = root,
     .environment = true,
     .tools = shadow,
     .tools_in_every_tag = true,
     .bash = in_every_variant,
     .source = "git.launchpad.net/cloud-images/+oci/ubuntu-base; before that "
               "github.com/tianon/docker-brew-ubuntu-core@8a7aba6, Dockerfile.template"},
    {.name = "fedora",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_every_variant,
     .source = "github.com/fedora-cloud/docker-brew-fedora@10217c9, x86_64/Dockerfile"},
    {.name = "centos",
     .user = root,
     .environment = true,
     .bash = in_every_variant,
     .source = "github.com/CentOS/sig-cloud-instance-images@02ea580, docker/Dockerfile"},
    {.name = "rockylinux",
     .also = {"rockylinux/rockylinux"},
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_every_variant,
     .source = "github.com/rocky-linux/sig-cloud-instance-images@3728fff, Dockerfile"},
    {.name = "almalinux",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_every_variant,
     .source = "github.com/AlmaLinux/container-images@0b777a2, Containerfiles/9"},
    {.name = "registry.access.redhat.com/ubi8/ubi",
     .also = {"registry.access.redhat.com/ubi8"},
     .user = root,
     .environment = true,
     .tools = shadow,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi8/ubi-minimal",
     .user = root,
     .environment = true,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi9/ubi",
     .also = {"registry.access.redhat.com/ubi9"},
     .user = root,
     .environment = true,
     .tools = shadow,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi9/ubi-minimal",
     .user = root,
     .environment = true,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi10/ubi",
     .user = root,
     .environment = true,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    {.name = "registry.access.redhat.com/ubi10/ubi-minimal",
     .user = root,
     .environment = true,
     .source = "catalog.redhat.com, Red Hat Universal Base Image"},
    // It has no groupadd.
    {.name = "amazonlinux",
     .user = root,
     .environment = true,
     .bash = in_every_variant,
     .source = "github.com/amazonlinux/container-images@0113855, Dockerfile"},
    {.name = "oraclelinux",
     .user = root,
     .environment = true,
     .bash = in_every_variant,
     .source = "github.com/oracle/container-images@2aba06d, 9/Dockerfile"},
    {.name = "archlinux",
     .user = root,
     .environment = true,
     .bash = in_every_variant,
     .source = "github.com/archlinux/archlinux-docker@d51a887, Dockerfile.template"},
    {.name = "opensuse/leap",
     .user = root,
     .environment = true,
     .bash = in_every_variant,
     .source = "registry.opensuse.org"},
    {.name = "opensuse/tumbleweed", .bash = in_every_variant, .source = "registry.opensuse.org"},
    {.name = "busybox",
     .user = root,
     .environment = true,
     .source = "github.com/docker-library/busybox@9c20878"},
    {.name = "buildpack-deps",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_every_variant,
     .source = "github.com/docker-library/buildpack-deps@8330ca1"},
    {.name = "bash",
     .user = root,
     .environment = true,
     .source = "github.com/tianon/docker-bash@cd784eb"},

    // Languages: build and run environments without a USER, on Debian or Ubuntu with variants on
    // Alpine. What is started is the caller's program, and nothing before it. What that writes is
    // its own; tempfile of Python and os.tmpdir of Node.js mean /tmp.
    {.name = "python",
     .user = root,
     .capabilities = "",
     .writes = tmp_alone,
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/docker-library/python@4f07059"},
    {.name = "golang",
     .user = root,
     .capabilities = "",
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/docker-library/golang@7c8c182"},
    {.name = "ruby",
     .user = root,
     .capabilities = "",
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/docker-library/ruby@d55e25a"},
    {.name = "gcc",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_every_variant,
     .source = "github.com/docker-library/gcc@a842bfe, 15/Dockerfile"},
    {.name = "openjdk",
     .user = root,
     .environment = true,
     .source = "github.com/docker-library/openjdk@da2d75f"},
    {.name = "pypy",
     .user = root,
     .environment = true,
     .tools = shadow,
     .source = "github.com/docker-library/pypy@84c50d1"},
    {.name = "rust",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/rust-lang/docker-rust@7668ee2"},
    {.name = "perl",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_every_variant,
     .source = "github.com/Perl/docker-perl@8b707a1"},
    {.name = "elixir",
     .user = root,
     .environment = true,
     .tools = shadow,
     .source = "github.com/erlef/docker-elixir@6113c3e"},
    {.name = "erlang",
     .user = root,
     .environment = true,
     .tools = shadow,
     .source = "github.com/erlang/docker-erlang-otp@023b069"},
    {.name = "swift",
     .user = root,
     .environment = true,
     .source = "github.com/swiftlang/swift-docker@902c2a9"},
    {.name = "maven",
     .user = root,
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/carlossg/docker-maven@0170c5b"},
    {.name = "composer",
     .user = root,
     .environment = true,
     .source = "github.com/composer/docker@e1056b5"},
    {.name = "eclipse-temurin",
     .user = root,
     .capabilities = "",
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/adoptium/containers@d8d18d6"},
    {.name = "amazoncorretto",
     .user = root,
     .capabilities = "",
     .environment = true,
     .source = "github.com/corretto/corretto-docker@7075fec"},
    // Its Dockerfile opens logs, temp and work to everybody: it is made for any user.
    {.name = "tomcat",
     .user = root,
     .capabilities = "",
     .environment = true,
     .tools = shadow,
     .bash = in_most_variants,
     .source = "github.com/docker-library/tomcat@40f27d5, Dockerfile.template (port 8080)"},
    {.name = "node",
     .user = root,
     .account = {.name = "node", .ids = "1000:1000"},
     .capabilities = "",
     .owned = {"/home/node"},
     .writes = tmp_alone,
     .bash = in_most_variants,
     .source = "github.com/nodejs/docker-node@f27d936"},
    {.name = "mcr.microsoft.com/dotnet/aspnet",
     .user = root,
     .non_root_tags = {"chiseled", "distroless"},
     .account = {.name = "app", .ids = "1654:1654", .since = 8},
     .capabilities = "",
     .environment = true,
     .source = "github.com/dotnet/dotnet-docker@3ed00b6, src/runtime-deps: APP_UID"},
    {.name = "mcr.microsoft.com/dotnet/runtime",
     .user = root,
     .non_root_tags = {"chiseled", "distroless"},
     .account = {.name = "app", .ids = "1654:1654", .since = 8},
     .capabilities = "",
     .environment = true,
     .source = "github.com/dotnet/dotnet-docker@3ed00b6, src/runtime-deps: APP_UID"},
    {.name = "mcr.microsoft.com/dotnet/runtime-deps",
     .user = root,
     .non_root_tags = {"chiseled", "distroless"},
     .account = {.name = "app", .ids = "1654:1654", .since = 8},
     .environment = true,
     .source = "github.com/dotnet/dotnet-docker@3ed00b6, src/runtime-deps: APP_UID"},
    {.name = "mcr.microsoft.com/dotnet/sdk",
     .user = root,
     .environment = true,
     .source = "github.com/dotnet/dotnet-docker@3ed00b6, src/sdk"},

    // PHP: www-data is Debian's, 33, or made as Alpine numbers it, 82. Apache starts as root and
    // changes the user itself; it makes APACHE_RUN_DIR and APACHE_LOCK_DIR. The manager of php-fpm
    // and Apache's prefork, which PHP is run with, signal their workers, which run as another
    // account: Apache's would outlive each reload. Sessions and uploads are in /tmp.
    {.name = "php",
     .tag = "fpm",
     .user = root,
     .account = {.name = "www-data", .ids = "33:33", .alpine_ids = "82:82"},
     .capabilities = "KILL SETGID SETUID",
     .writes = tmp_alone,
     .bash = in_most_variants,
     .source = "github.com/docker-library/php@445bf41; php.net, FPM configuration: user, pm"},
    {.name = "php",
     .tag = "apache",
     .user = root,
     .capabilities = "KILL NET_BIND_SERVICE SETGID SETUID",
     .writes = KnownWrites{.scratch = {"/run/apache2", "/run/lock", "/tmp"}},
     .bash = in_most_variants,
     .source = "github.com/docker-library/php@445bf41, Dockerfile-linux.template, "
               "apache2-foreground"},
    {.name = "php",
     .user = root,
     .account = {.name = "www-data", .ids = "33:33", .alpine_ids = "82:82"},
     .capabilities = "",
     .writes = tmp_alone,
     .bash = in_most_variants,
     .source = "github.com/docker-library/php@445bf41, Dockerfile-linux.template, "
               "docker-php-entrypoint"},

    // Minimal bases.
    {.name = "gcr.io/distroless/",
     .user = root,
     .non_root_tags = {"nonroot"},
     .account = {.name = "nonroot", .ids = "65532:65532"},
     .source = "github.com/GoogleContainerTools/distroless@cd08076, README.md, "
               "common/variables.bzl: NONROOT"},
    {.name = "cgr.io/chainguard/",
     .account = {.name = "nonroot", .ids = "65532:65532"},
     .source = "edu.chainguard.dev: images run as nonroot, 65532"},
    {.name = "cgr.io/chainguard/wolfi-base",
     .user = root,
     .account = {.name = "nonroot", .ids = "65532:65532"},
     .environment = true,
     .source = "github.com/chainguard-images/images@03b5d53, images/wolfi-base/locked_config.json: "
               "run-as"},
    {.name = "cgr.io/chainguard/static",
     .user = non_root,
     .account = {.name = "nonroot", .ids = "65532:65532"},
     .source =
         "github.com/chainguard-images/images@08a63d6, images/static/locked_config.json: run-as"},
    {.name = "cgr.io/chainguard/glibc-dynamic",
     .user = non_root,
     .account = {.name = "nonroot", .ids = "65532:65532"},
     .source = "github.com/chainguard-images/images@01a36ca, "
               "images/glibc-dynamic/locked_config.json: run-as"},
    {.name = "cgr.io/chainguard/python",
     .user = non_root,
     .account = {.name = "nonroot", .ids = "65532:65532"},
     .source =
         "github.com/chainguard-images/images@006310a, images/python/locked_config.json: run-as"},
    {.name = "cgr.io/chainguard/node",
     .user = non_root,
     .account = {.name = "node", .ids = "65532:65532"},
     .source =
         "github.com/chainguard-images/images@00e2e7c, images/node/locked_config.json: run-as"},
    {.name = "cgr.io/chainguard/nginx",
     .user = non_root,
     .account = {.name = "nginx", .ids = "65532:65532"},
     .source =
         "github.com/chainguard-images/images@012038a, images/nginx/locked_config.json: run-as"},

    // Web servers and proxies. nginx and httpd start as root and run their workers as another user;
    // the first process stays root, and their own account cannot write their pid files and caches.
    // nginx gives its cache directories to its workers. Its entrypoint writes conf.d from
    // templates.
    {.name = "nginx",
     .user = root,
     .capabilities = "CHOWN NET_BIND_SERVICE SETGID SETUID",
     .writes = KnownWrites{.scratch = {"/var/cache/nginx", "/run", "/tmp"},
                           .own_files_with_mount = "/etc/nginx/templates"},
     .bash = in_most_variants,
     .source = "github.com/nginx/docker-nginx@0d7f438; nginx.org, directive user; "
               "github.com/docker-library/docs@c4a9ba4, nginx/content.md: read-only mode"},
    // The pid file and all temporary paths are in /tmp.
    {.name = "nginxinc/nginx-unprivileged",
     .user = non_root,
     .account = {.name = "nginx", .ids = "101:101"},
     .writes = KnownWrites{.scratch = {"/tmp"}, .own_files_with_mount = "/etc/nginx/templates"},
     .source = "github.com/nginx/docker-nginx-unprivileged@e26803b"},
    // PidFile is logs/httpd.pid (httpd.apache.org, mpm_common).
    {.name = "httpd",
     .user = root,
     .capabilities = "NET_BIND_SERVICE SETGID SETUID",
     .writes = KnownWrites{.scratch = {"/usr/local/apache2/logs", "/tmp"}},
     .bash = in_most_variants,
     .source = "github.com/docker-library/httpd@9b63b37; httpd.apache.org, directive User"},
    // Certificates in /data, the last configuration in /config.
    {.name = "caddy",
     .user = root,
     .capabilities = "NET_BIND_SERVICE",
     .of_its_program = "NET_BIND_SERVICE",
     .writes = KnownWrites{.state = {"/data", "/config"}},
     .source = "github.com/caddyserver/caddy-docker@62d1326, Dockerfile.tmpl"},
    // One static program; acme.json is where the configuration puts it.
    {.name = "traefik",
     .user = root,
     .capabilities = "NET_BIND_SERVICE",
     .writes = none,
     .source = "github.com/traefik/traefik-library-image@6973938"},
    {.name = "haproxy",
     .user = non_root,
     .user_since = "2.4",
     .account = {.name = "haproxy", .ids = "99:99"},
     .writes = none,
     .source = "github.com/docker-library/haproxy@ec437dd; "
               "github.com/docker-library/docs@c4a9ba4, haproxy/content.md"},
    // s6-overlay, and nginx with a configuration that it writes.
    {.name = "jc21/nginx-proxy-manager",
     .user = root,
     .writes = needs_a_person,
     .source = "github.com/NginxProxyManager/nginx-proxy-manager@a62c2a6, docker/Dockerfile"},

    // PostgreSQL. The entrypoint changes the mode and the owner of PGDATA and of the socket's
    // directory, then gosu postgres; it also starts as its account ("Arbitrary --user Notes").
    {.name = "postgres",
     .user = root_then_drops,
     .account = {.name = "postgres", .ids = "999:999", .alpine_ids = "70:70"},
     .capabilities = chowns_changes_modes_and_drops,
     .owned = {"/var/lib/postgresql"},
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .writes = KnownWrites{.scratch = {"/run/postgresql", "/tmp"}},
     .health = pg_isready,
     .bash = in_most_variants,
     .source = "github.com/docker-library/postgres@6edb0a8; postgresql.org/docs, pg_isready"},
    {.name = "postgis/postgis",
     .user = root_then_drops,
     .account = {.name = "postgres", .ids = "999:999", .alpine_ids = "70:70"},
     .capabilities = chowns_changes_modes_and_drops,
     .owned = {"/var/lib/postgresql"},
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .writes = KnownWrites{.scratch = {"/run/postgresql", "/tmp"}},
     .health = pg_isready,
     .source = "github.com/postgis/docker-postgis@51b3555 (FROM postgres)"},
    {.name = "pgvector/pgvector",
     .user = root_then_drops,
     .account = {.name = "postgres", .ids = "999:999"},
     .capabilities = chowns_changes_modes_and_drops,
     .owned = {"/var/lib/postgresql"},
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .writes = KnownWrites{.scratch = {"/run/postgresql", "/tmp"}},
     .health = pg_isready,
     .source = "github.com/pgvector/pgvector@e48241b (FROM postgres)"},
    // FROM postgres:…-alpine today; older tags are made from other images and have other ids.
    {.name = "timescale/timescaledb",
     .user = root_then_drops,
     .capabilities = chowns_changes_modes_and_drops,
     .data_paths = {"/var/lib/postgresql/data", "/var/lib/postgresql"},
     .health = pg_isready,
     .source = "github.com/timescale/timescaledb-docker@029292c"},

    // MySQL and its kin: the entrypoint gives the data directory and the socket's to mysql, gosu
    // mysql. Sorting is done in /tmp. `mysqladmin ping` succeeds also when access is denied; it
    // asks over TCP, because the server that the image initialises with listens only on its socket.
    // How much: meant for a machine with 512 MB without anything else (dev.mysql.com, How MySQL
    // uses memory); a thread for each of max_connections (151) and those of InnoDB.
    {.name = "mysql",
     .user = root_then_drops,
     .account = {.name = "mysql", .ids = "999:999"},
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/mysql"},
     .data_paths = {"/var/lib/mysql"},
     .writes = KnownWrites{.scratch = {"/run/mysqld", "/tmp"}},
     .resources = {.memory = gibibyte, .processes = 512},
     .health = {.test = R"(["CMD", "mysqladmin", "ping", "-h", "127.0.0.1"])",
                .shell = "mysqladmin ping -h 127.0.0.1"},
     .source = "github.com/docker-library/mysql@7f30fdb; dev.mysql.com, mysqladmin"},
    // docker.cnf: the socket is in another place.
    {.name = "mariadb",
     .tag = "ubi",
     .user = non_root,
     .account = {.name = "mysql", .ids = "999:999"},
     .capabilities = "",
     .data_paths = {"/var/lib/mysql"},
     .writes = KnownWrites{.scratch = {"/run/mariadb", "/tmp"}},
     .resources = {.memory = gibibyte, .processes = 512},
     .health = healthcheck_sh,
     .bash = in_every_variant,
     .source = "github.com/MariaDB/mariadb-docker@1b6429b, 11.4-ubi"},
    {.name = "mariadb",
     .user = root_then_drops,
     .account = {.name = "mysql", .ids = "999:999"},
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/mysql"},
     .data_paths = {"/var/lib/mysql"},
     .writes = KnownWrites{.scratch = {"/run/mysqld", "/tmp"}},
     .resources = {.memory = gibibyte, .processes = 512},
     .health = healthcheck_sh,
     .bash = in_every_variant,
     .source = "github.com/MariaDB/mariadb-docker@1b6429b; mariadb.com/kb, Using Healthcheck.sh"},
    {.name = "percona",
     .user = non_root,
     .data_paths = {"/var/lib/mysql"},
     .source = "github.com/percona/percona-docker@5c65408, percona-server-*/Dockerfile-dockerhub"},

    // Other databases, caches and brokers.
    // It works in /tmp, too: the socket and the entrypoint's files. WiredTiger's cache is half of
    // the memory above 1 GB, 256 MB at least; a thread for each connection (mongodb.com/docs). ping
    // answers without authentication; mongosh is in the image from 6 on.
    {.name = "mongo",
     .user = root_then_drops,
     .account = {.name = "mongodb", .ids = "999:999"},
     .capabilities = chowns_and_drops,
     .owned = {"/data/db", "/data/configdb"},
     .data_paths = {"/data/db"},
     .writes = tmp_alone,
     .resources = {.memory = gibibyte, .processes = 1024},
     .health = {.test =
                    R"x(["CMD", "mongosh", "--quiet", "--eval", "db.adminCommand({ping: 1})"])x",
                .shell = R"x(mongosh --quiet --eval "db.adminCommand({ping: 1})")x",
                .since = 6},
     .source = "github.com/docker-library/mongo@2c69a57; mongodb.com/docs, ping"},
    // The entrypoint gives /data to redis, then gosu, or setpriv from 8 on. It sets the umask 0077,
    // so that only redis may enter the append-only directory, and `find` fails there without
    // DAC_OVERRIDE. /data was a VOLUME (7.4), and is none any more (8.6): without a mount it could
    // not save, and then refuses to write.
    {.name = "redis",
     .user = root_then_drops,
     .account = {.name = "redis", .ids = "999:999", .alpine_ids = "999:1000"},
     .capabilities = chowns_and_drops,
     .owned = {"/data"},
     .writes = KnownWrites{.state = {"/data"}, .state_since = 8},
     .health = {.test = R"(["CMD", "redis-cli", "ping"])", .shell = "redis-cli ping"},
     .bash = in_most_variants,
     .source = "github.com/docker-library/redis@e920499 (to 7); "
               "github.com/redis/docker-library-redis@0076c90 (8.6)"},
    {.name = "valkey/valkey",
     .user = root_then_drops,
     .account = {.name = "valkey", .ids = "999:999", .alpine_ids = "999:1000"},
     .capabilities = chowns_and_drops,
     .owned = {"/data"},
     .writes = none,
     .health = {.test = R"(["CMD", "valkey-cli", "ping"])", .shell = "valkey-cli ping"},
     .source = "github.com/valkey-io/valkey-container@07970d2"},
    {.name = "memcached",
     .user = non_root,
     .account = {.name = "memcache", .ids = "11211:11211"},
     .writes = none,
     .source = "github.com/docker-library/memcached@53ac0ec"},
    // Logs go to the console, but that of upgrades (rabbitmq.com/docs/logging), without which the
    // broker ends; Erlang uses /tmp.
    {.name = "rabbitmq",
     .user = root_then_drops,
     .account = {.name = "rabbitmq", .ids = "999:999", .alpine_ids = "100:101"},
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/rabbitmq"},
     .writes = KnownWrites{.scratch = {"/var/log/rabbitmq", "/tmp"}},
     .health = {.test = R"(["CMD", "rabbitmq-diagnostics", "-q", "ping"])",
                .shell = "rabbitmq-diagnostics -q ping"},
     .source = "github.com/docker-library/rabbitmq@9193c1d; rabbitmq.com/docs/monitoring, Health "
               "Checks, stage 1"},
    // It goes from root to its account itself, and ends where it cannot; its entrypoint gives
    // /mosquitto to that. It writes nowhere but into its VOLUMEs.
    {.name = "eclipse-mosquitto",
     .user = root_then_drops,
     .account = {.name = "mosquitto", .ids = "1883:1883"},
     .capabilities = chowns_and_drops,
     .owned = {"/mosquitto/data", "/mosquitto/log"},
     .writes = none,
     .source = "github.com/eclipse-mosquitto/mosquitto@f426fad, docker/2.1-alpine/Dockerfile; the "
               "entrypoint was not read"},
    // The entrypoint edits cassandra.yaml, and the JVM unpacks native libraries into /tmp and loads
    // them from there (jna, snappy-java, zstd-jni), which a tmpfs with noexec forbids. 2 GB of heap
    // at least, as much beside it (cassandra.apache.org, hardware choices).
    {.name = "cassandra",
     .user = root_then_drops,
     .account = {.name = "cassandra", .ids = "999:999"},
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/cassandra"},
     .data_paths = {"/var/lib/cassandra"},
     .writes = needs_a_person,
     .resources = {.memory = 4 * gibibyte, .processes = 1024, .files = 131072},
     .source = "github.com/docker-library/cassandra@7b9da8f"},
    // The entrypoint writes docker.ini and vm.args into /opt/couchdb/etc.
    {.name = "couchdb",
     .user = root_then_drops,
     .data_paths = {"/opt/couchdb/data"},
     .writes = needs_a_person,
     .source = "github.com/apache/couchdb-docker@4c82ee0"},
    // 2 GB at least (neo4j.com/docs, system requirements); a JVM as Cassandra's.
    {.name = "neo4j",
     .user = root_then_drops,
     .data_paths = {"/data"},
     .writes = needs_a_person,
     .resources = {.memory = 2 * gibibyte, .processes = 1024},
     .source = "github.com/neo4j/docker-neo4j@9df98ef, docker-image-src/calver"},
    {.name = "influxdb",
     .data_paths = {"/var/lib/influxdb2", "/var/lib/influxdb", "/var/lib/influxdb3"},
     .source = "github.com/influxdata/influxdata-docker@d457cb9, influxdb"},
    // The entrypoint writes users.d into its configuration; logs are in /var/log/clickhouse-server.
    // 4 GB at least (clickhouse.com/docs, usage recommendations); config.xml: max_thread_pool_size
    // 10000.
    {.name = "clickhouse/clickhouse-server",
     .also = {"altinity/clickhouse-server"},
     .data_paths = {"/var/lib/clickhouse"},
     .writes = needs_a_person,
     .resources = {.memory = 4 * gibibyte, .processes = 10000, .files = 262144},
     .source = "github.com/ClickHouse/ClickHouse@001409c, docker/server: Dockerfile.ubuntu, "
               "entrypoint.sh"},
    // 2 GB at least; max worker threads: 512 and more.
    {.name = "mcr.microsoft.com/mssql/server",
     .user = non_root,
     .user_since = "2019",
     .data_paths = {"/var/opt/mssql"},
     .writes = needs_a_person,
     .resources = {.memory = 4 * gibibyte, .processes = 2048},
     .source = "learn.microsoft.com, SQL Server Linux containers; SQL Server on Linux"},
    // The entrypoint gives its three directories to zookeeper, gosu zookeeper, and writes
    // /conf/zoo.cfg.
    {.name = "zookeeper",
     .user = root_then_drops,
     .account = {.name = "zookeeper", .ids = "1000:1000"},
     .capabilities = chowns_and_drops,
     .owned = {"/data", "/datalog", "/logs"},
     .writes = needs_a_person,
     .source = "github.com/31z4/zookeeper-docker@52a8364, 3.9.4"},
    {.name = "solr", .user = non_root, .source = "github.com/apache/solr-docker@884b2e6"},

    // Elastic's, and what came from it. They write below their own directory: data/, which is no
    // VOLUME, and keystores, certificates or settings from variables in config/.
    // MEM_LIMIT=1073741824 for each container of the example; bootstrap checks: at least 4096
    // threads, 65535 files (elastic.co/guide, Install Elasticsearch with Docker).
    {.name = "elasticsearch",
     .also = {"docker.elastic.co/elasticsearch/elasticsearch"},
     .user = non_root,
     .user_since = "8",
     .data_paths = {"/usr/share/elasticsearch/data"},
     .writes = needs_a_person,
     .resources = {.memory = 2 * gibibyte, .processes = 4096},
     .source = "github.com/elastic/elasticsearch@000e018, distribution/docker/src/docker"},
    {.name = "kibana",
     .also = {"docker.elastic.co/kibana/kibana"},
     .user = non_root,
     .user_since = "7",
     .writes = needs_a_person,
     .resources = {.memory = gibibyte},
     .source = "github.com/elastic/kibana@00016fb, "
               "src/dev/build/tasks/os_packages/docker_generator/templates/base"},
    {.name = "logstash",
     .also = {"docker.elastic.co/logstash/logstash"},
     .user = non_root,
     .user_since = "7",
     .writes = needs_a_person,
     .source = "github.com/elastic/logstash@05592a4, docker/templates/Dockerfile.erb"},
    // A heap of 512 MB in the example, half of the memory (docs.opensearch.org, Docker).
    {.name = "opensearchproject/opensearch",
     .user = non_root,
     .data_paths = {"/usr/share/opensearch/data"},
     .writes = needs_a_person,
     .resources = {.memory = 2 * gibibyte, .processes = 4096},
     .source =
         "github.com/opensearch-project/opensearch-build@4372bf7, docker/release/dockerfiles"},
    {.name = "opensearchproject/opensearch-dashboards",
     .user = non_root,
     .writes = needs_a_person,
     .source =
         "github.com/opensearch-project/opensearch-build@4372bf7, docker/release/dockerfiles"},

    // Kafka: KAFKA_HEAP_OPTS="-Xmx1G -Xms1G" (bin/kafka-server-start.sh); a JVM as Cassandra's.
    // Confluent's images write their configuration from variables into /etc at each start.
    {.name = "apache/kafka",
     .user = non_root,
     .writes = needs_a_person,
     .resources = {.memory = 2 * gibibyte, .processes = 1024, .files = 131072},
     .source = "github.com/apache/kafka@120d52d, docker/jvm/Dockerfile"},
    {.name = "confluentinc/cp-kafka",
     .user = non_root,
     .user_since = "6",
     .writes = needs_a_person,
     .resources = {.memory = 2 * gibibyte, .processes = 1024, .files = 131072},
     .source =
         "github.com/confluentinc/kafka-images@f8e3015, kafka; docs.confluent.io, Docker image "
         "security"},
    {.name = "confluentinc/cp-zookeeper",
     .user = non_root,
     .user_since = "6",
     .writes = needs_a_person,
     .source = "github.com/confluentinc/kafka-images@e831d33, zookeeper/Dockerfile.ubi8; "
               "docs.confluent.io, Docker image security"},
    {.name = "confluentinc/cp-schema-registry",
     .user = non_root,
     .user_since = "6",
     .writes = needs_a_person,
     .source = "github.com/confluentinc/schema-registry-images@09519e2, Dockerfile.ubi9; "
               "docs.confluent.io, Docker image security"},

    // Bitnami: USER 1001 in every application image, whose scripts write the configuration below
    // /opt/bitnami at each start; those of redis were read.
    {.name = "bitnami/minideb",
     .user = root,
     .environment = true,
     .source = "github.com/bitnami/minideb@1cd8d33"},
    {.name = "bitnami/postgresql",
     .user = non_root,
     .data_paths = {"/bitnami/postgresql"},
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@006eece, bitnami/postgresql/14/debian-12"},
    {.name = "bitnami/mysql",
     .user = non_root,
     .data_paths = {"/bitnami/mysql"},
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@043f89c, bitnami/mysql/8.4/debian-12"},
    {.name = "bitnami/mariadb",
     .user = non_root,
     .data_paths = {"/bitnami/mariadb"},
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@00f7899, bitnami/mariadb/11.4/debian-12"},
    {.name = "bitnami/mongodb",
     .user = non_root,
     .data_paths = {"/bitnami/mongodb"},
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@043f89c, bitnami/mongodb/8.0/debian-12"},
    {.name = "bitnami/redis",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@0f576b4, bitnami/redis/8.0"},
    {.name = "bitnami/kafka",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@01ffc6f, bitnami/kafka/4.0/debian-12"},
    {.name = "bitnami/zookeeper",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@031d7a5, bitnami/zookeeper/3.9/debian-12"},
    {.name = "bitnami/rabbitmq",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@0549917, bitnami/rabbitmq/4.1/debian-12"},
    {.name = "bitnami/nginx",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@04296e7, bitnami/nginx/1.29/debian-12"},
    {.name = "bitnami/keycloak",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@069110c, bitnami/keycloak/26/debian-12"},
    {.name = "bitnami/wordpress",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@00530c0, bitnami/wordpress/6/debian-12"},
    {.name = "bitnami/elasticsearch",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@08e7050, bitnami/elasticsearch/9/debian-12"},
    {.name = "bitnami/etcd",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/bitnami/containers@1019e05, bitnami/etcd/3.6/debian-12"},

    // Watching.
    // GF_PATHS_DATA is /var/lib/grafana, no VOLUME; logs go to the console.
    {.name = "grafana/grafana",
     .also = {"grafana/grafana-oss", "grafana/grafana-enterprise"},
     .user = non_root,
     .account = {.name = "grafana", .ids = "472:0"},
     .writes = KnownWrites{.scratch = {"/tmp"}, .state = {"/var/lib/grafana"}},
     .source =
         "github.com/grafana/grafana, Dockerfile: GF_UID, GF_GID; grafana.com/docs, Configure a "
         "Grafana Docker image"},
    // Its example configuration keeps everything in /loki, which is no VOLUME.
    {.name = "grafana/loki",
     .user = non_root,
     .user_since = "2",
     .writes = KnownWrites{.scratch = {"/tmp"}, .state = {"/loki"}},
     .source = "github.com/grafana/loki@0230065, cmd/loki/Dockerfile"},
    {.name = "grafana/promtail",
     .user = root,
     .source = "github.com/grafana/loki@072f705, clients/cmd/promtail/Dockerfile"},
    {.name = "prom/prometheus",
     .also = {"quay.io/prometheus/prometheus"},
     .user = non_root,
     .writes = none,
     .source = "github.com/prometheus/prometheus@d15adb9"},
    {.name = "prom/alertmanager",
     .also = {"quay.io/prometheus/alertmanager"},
     .user = non_root,
     .writes = none,
     .source = "github.com/prometheus/alertmanager@68fb2d5"},
    {.name = "prom/node-exporter",
     .also = {"quay.io/prometheus/node-exporter"},
     .user = non_root,
     .writes = none,
     .source = "github.com/prometheus/node_exporter@a7dcc3a"},
    {.name = "prom/pushgateway",
     .user = non_root,
     .writes = none,
     .source = "github.com/prometheus/pushgateway@412bd22"},
    {.name = "gcr.io/cadvisor/cadvisor",
     .user = root,
     .writes = none,  // it only reads
     .source = "github.com/google/cadvisor@0061d10, deploy/Dockerfile"},
    {.name = "telegraf",
     .user = root_then_drops,
     .source = "github.com/influxdata/influxdata-docker@d457cb9, telegraf/1.39"},

    // Applications.
    // docker-entrypoint.sh unpacks WordPress with tar into a directory of www-data.
    {.name = "wordpress",
     .tag = "fpm",
     .user = root,
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER KILL SETGID SETUID",
     .writes = tmp_alone,
     .source = "github.com/docker-library/wordpress@bf223d1 (FROM php)"},
    {.name = "wordpress",
     .tag = "cli",
     .user = non_root,
     .capabilities = "",
     .writes = tmp_alone,
     .source = "github.com/docker-library/wordpress@bf223d1, Dockerfile.template"},
    {.name = "wordpress",
     .user = root,
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER KILL NET_BIND_SERVICE SETGID SETUID",
     .writes = KnownWrites{.scratch = {"/run/apache2", "/run/lock", "/tmp"}},
     .source = "github.com/docker-library/wordpress@bf223d1 (FROM php)"},
    // Apache writes as in php, and the files of the site have no VOLUME.
    {.name = "drupal",
     .user = root,
     .writes = needs_a_person,
     .source = "github.com/docker-library/drupal@305e3e2"},
    // docker-entrypoint.sh: `find "$GHOST_CONTENT" … -exec chown node`, exec gosu node.
    {.name = "ghost",
     .user = root_then_drops,
     .account = {.name = "node", .ids = "1000:1000"},
     .capabilities = chowns_and_drops,
     .owned = {"/var/lib/ghost/content"},
     .source = "github.com/docker-library/ghost@7edb45d (FROM node)"},
    // entrypoint.sh writes /usr/local/etc/php and its own code.
    {.name = "nextcloud",
     .user = root,
     .writes = needs_a_person,
     .source = "github.com/nextcloud/docker@4de1eed, docker-entrypoint.sh"},
    {.name = "joomla",
     .user = root,
     .writes = KnownWrites{.scratch = {"/run/apache2", "/run/lock", "/tmp"}},
     .source = "github.com/joomla-docker/docker-joomla@562e0fe"},
    // docker-entrypoint.sh writes its secret into /etc/phpmyadmin.
    {.name = "phpmyadmin",
     .also = {"phpmyadmin/phpmyadmin"},
     .user = root,
     .writes = needs_a_person,
     .source = "github.com/phpmyadmin/docker@452a995"},
    // PHP's own server, sessions in /tmp. entrypoint.sh links a design and writes loaders of
    // plugins beside the program.
    {.name = "adminer",
     .user = non_root,
     .writes = KnownWrites{.scratch = {"/tmp"},
                           .own_files_with_variables = {"ADMINER_DESIGN", "ADMINER_PLUGINS"}},
     .source = "github.com/TimWolla/docker-adminer@7088bf0"},
    // entrypoint.sh writes config_distro.py beside the program.
    {.name = "dpage/pgadmin4",
     .user = non_root,
     .capabilities = "NET_BIND_SERVICE",
     .of_its_program = "NET_BIND_SERVICE",
     .writes = needs_a_person,
     .source = "github.com/pgadmin-org/pgadmin4@0132ce2: setcap on python3"},
    // 4 GB and more for a small team (jenkins.io, Installing Jenkins with Docker); a JVM as
    // Cassandra's.
    {.name = "jenkins/jenkins",
     .user = non_root,
     .account = {.name = "jenkins", .ids = "1000:1000"},
     .writes = needs_a_person,
     .resources = {.memory = 4 * gibibyte, .processes = 1024},
     .source = "github.com/jenkinsci/docker@ab3f5e0"},
    // Its home, /home/node/.n8n, is no VOLUME.
    {.name = "n8nio/n8n",
     .also = {"docker.n8n.io/n8nio/n8n"},
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/n8n-io/n8n@003abfd, docker/images/n8n/Dockerfile"},
    // 4 GB for a small instance (docs.sonarsource.com, prerequisites), nofile 131072, nproc 8192.
    {.name = "sonarqube",
     .user = non_root,
     .user_since = "10",
     .writes = needs_a_person,
     .resources = {.memory = 4 * gibibyte, .processes = 8192, .files = 131072},
     .source = "github.com/SonarSource/docker-sonarqube@df5a6ae, community-build; "
               "github.com/docker-library/docs@c4a9ba4, sonarqube/content.md"},
    // It builds its configuration into /opt/keycloak/lib at the first start (quarkus.io). 2 GB
    // recommended (keycloak.org, Running Keycloak in a container).
    {.name = "quay.io/keycloak/keycloak",
     .user = non_root,
     .writes = needs_a_person,
     .resources = {.memory = 2 * gibibyte, .processes = 1024},
     .source = "github.com/keycloak/keycloak@0463815, quarkus/container/Dockerfile"},
    // An omnibus that configures itself below /opt/gitlab and /etc/gitlab; 8 GB at least
    // (docs.gitlab.com, installation requirements).
    {.name = "gitlab/gitlab-ce",
     .also = {"gitlab/gitlab-ee"},
     .user = root,
     .writes = needs_a_person,
     .resources = {.memory = 8 * gibibyte, .processes = 4096},
     .source = "gitlab.com/gitlab-org/omnibus-gitlab@8207218, docker/Dockerfile"},
    {.name = "gitlab/gitlab-runner",
     .user = root,
     .source = "gitlab.com/gitlab-org/gitlab-runner@1a593b4, dockerfiles/runner/ubuntu/Dockerfile"},
    // s6 keeps its state in /etc/s6.
    {.name = "gitea/gitea",
     .user = root_then_drops,
     .non_root_tags = {"rootless"},
     .writes = needs_a_person,
     .source = "github.com/go-gitea/gitea@023ef49, Dockerfile.rootless"},
    {.name = "portainer/portainer-ce",
     .user = root,
     .source = "github.com/portainer/portainer@cc75167, build/linux/Dockerfile"},
    {.name = "containrrr/watchtower",
     .user = root,
     .writes = none,
     .source = "github.com/containrrr/watchtower@ca0e86e, dockerfiles/Dockerfile"},
    {.name = "vaultwarden/server",
     .user = root,
     .capabilities = "NET_BIND_SERVICE",
     .source = "github.com/dani-garcia/vaultwarden@46d7110, docker (port 80)"},
    {.name = "minio/minio",
     .user = root,
     .source = "github.com/minio/minio@7aac2a2, Dockerfile.release"},
    {.name = "mailhog/mailhog", .user = non_root, .source = "github.com/mailhog/MailHog@e6fa068"},
    {.name = "hashicorp/vault",
     .user = root_then_drops,
     .source =
         "github.com/hashicorp/vault@024c09b; github.com/hashicorp/docker-vault@ed32395, 0.X"},
    {.name = "hashicorp/consul",
     .user = root_then_drops,
     .source = "github.com/hashicorp/consul@03658a0"},
    {.name = "registry",
     .user = root,
     .capabilities = "",
     .writes = tmp_alone,
     .source = "github.com/distribution/distribution-library-image@a829ed8 (port 5000)"},
    {.name = "docker",
     .user = root,
     .non_root_tags = {"rootless"},
     .writes = needs_a_person,
     .source = "github.com/docker-library/docker@3289af8"},
    // What these keep in their home, logs and caches, is no VOLUME.
    {.name = "apache/airflow",
     .user = non_root,
     .account = {.name = "airflow", .ids = "50000:0"},
     .writes = needs_a_person,
     .source = "github.com/apache/airflow@0060b1a, Dockerfile: AIRFLOW_UID"},
    {.name = "apache/superset",
     .user = non_root,
     .writes = needs_a_person,
     .source = "github.com/apache/superset@003941c"},
    {.name = "curlimages/curl",
     .user = non_root,
     .source = "github.com/curl/curl-container@96c8e58, create_appliance_image.sh"},
    // Every image of theirs is made from Base; supervisor writes its logs and sockets.
    {.name = "selenium/",
     .user = non_root,
     .account = {.name = "seluser", .ids = "1200:1201"},
     .writes = needs_a_person,
     .source = "github.com/SeleniumHQ/docker-selenium@3290a30, Base/Dockerfile"},
    // s6-overlay: init-adduser changes the ids of its account and the owner of /config,
    // s6-setuidgid starts the program, and the supervisor signals it. It runs programs from /run;
    // only some images work read-only (docs.linuxserver.io).
    {.name = "linuxserver/",
     .also = {"lscr.io/linuxserver/", "ghcr.io/linuxserver/"},
     .user = root_then_drops,
     .capabilities = "CHOWN DAC_OVERRIDE FOWNER KILL SETGID SETUID",
     .writes = needs_a_person,
     .source = "github.com/linuxserver/docker-baseimage-alpine@3d5a8b0, root/etc/s6-overlay"},
};

// Every name of every row, sorted: a look-up is a binary search, while the table stands in the
// order in which people look for something. (It can be sorted here because the lists in a row are
// ShortLists: a std::array with fewer values than elements is no constant for g++ 12.)
struct Name {
  std::string_view text;
  const KnownImage* row = nullptr;
};

constexpr std::size_t count_names() {
  std::size_t count = 0;
  for (const KnownImage& row : images) count += 1 + row.also.size();
  return count;
}

constexpr auto names = [] {
  std::array<Name, count_names()> all;
  std::size_t count = 0;
  for (const KnownImage& row : images) {
    all[count++] = {row.name, &row};
    for (const std::string_view other : row.also) all[count++] = {other, &row};
  }
  // Rows of the same name stay in the order of the table.
  std::ranges::sort(all, [](const Name& a, const Name& b) {
    return a.text == b.text ? a.row < b.row : a.text < b.text;
  });
  return all;
}();

static_assert(std::ranges::none_of(images, &std::string_view::empty, &KnownImage::source));

// A row for some tags is found before the one for all others, and no two are for the same.
static_assert(std::ranges::adjacent_find(names, [](const Name& a, const Name& b) {
                return a.text == b.text && (a.row->tag.empty() || a.row->tag == b.row->tag);
              }) == names.end());

const KnownImage* find_row(std::string_view name, std::string_view tag) {
  const auto* entry = std::ranges::lower_bound(names, name, {}, &Name::text);
  for (; entry != names.end() && entry->text == name; ++entry) {
    if (tag.contains(entry->row->tag)) return entry->row;
  }
  return nullptr;
}

constexpr std::string_view mirrors_of_library[] = {
    "public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "quay.io/docker/library/"};

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
  std::string_view name = reference.name;
  for (const std::string_view mirror : mirrors_of_library) {
    if (name.starts_with(mirror)) name.remove_prefix(mirror.size());
  }
  if (const KnownImage* const row = find_row(name, reference.tag)) return row;
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? nullptr
                                         : find_row(name.substr(0, slash + 1), reference.tag);
}

ImageUser user_of(const ImageReference& reference) {
  const KnownImage* const image = known_image(reference);
  if (image == nullptr) return unknown;
  const auto in_tag = [&](std::string_view text) { return reference.tag.contains(text); };
  if (std::ranges::any_of(image->non_root_tags, in_tag)) return non_root;
  // A digest without a tag can be of any version and of any variant.
  const bool tag_matters = !image->non_root_tags.empty() || !image->user_since.empty();
  if (tag_matters && reference.tag.empty() && !reference.digest.empty()) return unknown;
  if (!image->user_since.empty() && !is_since(reference.tag, image->user_since)) return unknown;
  return image->user;
}

}  // namespace plimsoll::rules
