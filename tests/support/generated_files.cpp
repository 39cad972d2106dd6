#include "support/generated_files.h"

#include <array>
#include <string_view>

#include "base/text.h"

namespace plimsoll::test {
namespace {

// A small generator of our own (xorshift): the same sequence everywhere.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed * 2654435761u + 97u) {}
  std::uint32_t below(std::uint32_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_ % bound;
  }
  template <std::size_t N>
  std::string_view one_of(const std::array<std::string_view, N>& choices) {
    return choices[below(N)];
  }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

 private:
  std::uint32_t state_;
};

constexpr std::array<std::string_view, 8> bases{"debian:12.8-slim",
                                                "alpine:3.21.0",
                                                "node:22.12.0-bookworm-slim",
                                                "python:3.13.1-slim",
                                                "golang:1.23.4-bookworm",
                                                "ubuntu:24.04",
                                                "nginx:1.27.3",
                                                "registry.example.org/base/runtime:4.2"};
constexpr std::array<std::string_view, 12> packages{
    "ca-certificates", "curl",        "git",   "tini", "libpq5", "openssl", "gnupg", "unzip", "jq",
    "build-essential", "python3-pip", "tzdata"};
constexpr std::array<std::string_view, 8> images{"nginx:1.27.3",
                                                 "postgres:17.2",
                                                 "redis:7.4.1-alpine",
                                                 "traefik:v3.2",
                                                 "grafana/grafana:11.4.0",
                                                 "prom/prometheus:v3.0.1",
                                                 "ghcr.io/example/api:2.11.0",
                                                 "rabbitmq:4.0-management"};
constexpr std::array<std::string_view, 10> words{"api",   "worker", "web",     "store",  "cache",
                                                 "queue", "proxy",  "metrics", "search", "mailer"};

}  // namespace

std::string generated_dockerfile(std::uint32_t number) {
  Dice dice(number);
  const std::string id = std::to_string(number);
  std::string out = concat("# syntax=docker/dockerfile:1\n# Service ", id,
                           ": built in one stage, run in another.\nARG VERSION=1.", id, ".0\n");
  out += concat("FROM ", dice.one_of(bases),
                " AS build\nARG VERSION\nENV LANG=C.UTF-8 \\\n    APP_HOME=/srv/",
                dice.one_of(words), " \\\n    APP_VERSION=${VERSION}\nWORKDIR /build\n\n");
  out += "RUN apt-get update && apt-get install -y --no-install-recommends \\\n";
  const std::uint32_t count = 3 + dice.below(6);
  for (std::uint32_t i = 0; i < count; ++i) out += concat("      ", dice.one_of(packages), " \\\n");
  out += "    && rm -rf /var/lib/apt/lists/*\n\n";
  out += "COPY package.json package-lock.json ./\n";
  out += "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\nCOPY . .\n";
  if (dice.chance(50)) {
    out += concat(
        "RUN set -eux; \\\n    arch=\"$(uname -m)\"; \\\n    case \"$arch\" in \\\n",
        "      x86_64) url=\"https://downloads.example.org/tool-${VERSION}-amd64.tar.gz\" ;; \\\n",
        "      aarch64) url=\"https://downloads.example.org/tool-${VERSION}-arm64.tar.gz\" ;; \\\n",
        "      *) echo \"unsupported: $arch\" >&2; exit 1 ;; \\\n    esac; \\\n",
        "    curl -fsSL -o /tmp/tool.tar.gz \"$url\"; \\\n",
        "    echo \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 "
        "/tmp/tool.tar.gz\" | sha256sum -c -; \\\n",
        "    tar -xzf /tmp/tool.tar.gz -C /usr/local/bin; \\\n    rm /tmp/tool.tar.gz\n");
  }
  if (dice.chance(30)) {
    out +=
        "RUN <<EOF\nset -e\nmake -j4 all\nmake install DESTDIR=/out\nstrip "
        "/out/usr/local/bin/*\nEOF\n";
  } else {
    out += "RUN npm run build -- --mode production && npm prune --omit=dev\n";
  }
  out +=
      concat("\nFROM ", dice.one_of(bases),
             "\nARG VERSION\nLABEL org.opencontainers.image.title=\"", dice.one_of(words), "-", id,
             "\" \\\n      org.opencontainers.image.version=\"$VERSION\" \\\n",
             "      org.opencontainers.image.source=\"https://git.example.org/team/", id, "\"\n");
  out +=
      "WORKDIR /srv/app\nCOPY --from=build /build/dist ./dist\nCOPY --from=build "
      "/build/node_modules ./node_modules\n";
  out += "COPY docker/entrypoint.sh /usr/local/bin/entrypoint\n";
  if (dice.chance(40)) {
    out += "RUN apt-get update\nRUN apt-get install -y curl vim\n";
  }
  if (dice.chance(70)) {
    out +=
        "RUN groupadd --system --gid 4000 app && useradd --system --uid 4000 --gid app app\nUSER "
        "4000:4000\n";
  }
  if (dice.chance(50)) {
    out +=
        "HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD [\"/usr/local/bin/entrypoint\", "
        "\"health\"]\n";
  }
  out += concat("EXPOSE ", std::to_string(8000 + dice.below(1000)),
                "\nENTRYPOINT [\"/usr/local/bin/entrypoint\"]\n");
  out += dice.chance(30) ? "CMD node dist/server.js\n" : "CMD [\"node\", \"dist/server.js\"]\n";
  return out;
}

std::string generated_compose_file(std::uint32_t number) {
  Dice dice(number + 7919);
  const std::string id = std::to_string(number);
  std::string out =
      concat("# Stack ", id, "\nname: stack-", id,
             "\n\nx-logging: &logging\n  driver: json-file\n  options:\n    max-size: 10m\n"
             "    max-file: \"3\"\n\nservices:\n");
  const std::uint32_t count = 3 + dice.below(5);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string name = concat(dice.one_of(words), "-", std::to_string(i));
    const std::string port = std::to_string(3000 + dice.below(6000));
    out += concat("  ", name, ":\n    image: ", dice.one_of(images), "\n    container_name: stack-",
                  id, "-", name, "\n    restart: unless-stopped\n    logging: *logging\n");
    out += concat(
        "    environment:\n      - TZ=Europe/Vienna\n      - LOG_LEVEL=${LOG_LEVEL:-info}\n      - "
        "SERVICE_PORT=",
        port, "\n");
    if (dice.chance(40)) out += concat("      - DB_PASSWORD=hunter", id, "\n");
    if (dice.chance(60)) {
      out += concat("    ports:\n      - \"", dice.chance(50) ? "127.0.0.1:" : "", port, ":", port,
                    "\"\n");
    }
    out += concat("    volumes:\n      - data-", std::to_string(i),
                  ":/var/lib/app\n      - ./config/", name, ".yaml:/etc/app/config.yaml:ro\n");
    if (dice.chance(15)) out += "      - /var/run/docker.sock:/var/run/docker.sock:ro\n";
    if (dice.chance(40)) {
      out +=
          "    security_opt:\n      - no-new-privileges:true\n    cap_drop:\n      - ALL\n    "
          "read_only: true\n"
          "    tmpfs:\n      - /tmp:rw,noexec,nosuid,size=64m\n";
    }
    if (dice.chance(50)) {
      out +=
          "    deploy:\n      resources:\n        limits:\n          cpus: \"0.50\"\n          "
          "memory: 256M\n"
          "        reservations:\n          memory: 64M\n";
    }
    if (dice.chance(50)) {
      out += concat("    healthcheck:\n      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost:",
                    port, "/health\"]\n      interval: 30s\n      timeout: 5s\n      retries: 3\n");
    }
    out += "    networks:\n      - backend\n";
    if (i > 0 && dice.chance(50)) {
      out +=
          "    labels:\n      traefik.enable: \"true\"\n      traefik.http.routers.app.rule: "
          "Host(`app.example.org`)\n";
    }
  }
  out += "\nnetworks:\n  backend:\n    driver: bridge\n\nvolumes:\n";
  for (std::uint32_t i = 0; i < count; ++i) out += concat("  data-", std::to_string(i), ": {}\n");
  return out;
}

}  // namespace plimsoll::test
