// How fast Dockerfiles are read: bytes per second on one core, shell scripts included, and on files
// written to be slow.
#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "readers/dockerfile/dockerfile_reader.h"

namespace plimsoll {
namespace {

void read(benchmark::State& state, const std::string& text) {
  const Source source("Dockerfile", text);
  for (auto _ : state) {
    const Result<Dockerfile> dockerfile = read_dockerfile(source);
    benchmark::DoNotOptimize(dockerfile.has_value());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text.size()));
}

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& part) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part(i);
  return text;
}

std::string typical(std::size_t stages) {
  return "# syntax=docker/dockerfile:1\nARG VERSION=3.20\n" + repeated(stages, [](std::size_t i) {
           const std::string n = std::to_string(i);
           return "FROM alpine:${VERSION} AS build" + n +
                  "\n"
                  "# What the service needs to be built and what it is run with.\n"
                  "ENV PATH=/usr/local/app/bin:$PATH \\\n    APP_HOME=/srv/app\n"
                  "WORKDIR ${APP_HOME}\n"
                  "RUN apk add --no-cache \\\n      build-base=0.5-r3 \\\n      curl=8.5.0-r0 \\\n"
                  "      git=2.43.0-r0 \\\n    && mkdir -p /srv/app/data \\\n"
                  "    && chown -R app:app /srv/app\n"
                  "COPY --chown=app:app package.json package-lock.json ./\n"
                  "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\n"
                  "COPY --chown=app:app src/ ./src/\n"
                  "LABEL org.opencontainers.image.title=\"service\" "
                  "org.opencontainers.image.licenses=\"MIT\"\n"
                  "EXPOSE 8080/tcp\nUSER app\n"
                  "HEALTHCHECK --interval=30s --timeout=3s CMD curl -fsS "
                  "http://localhost:8080/health "
                  "|| exit 1\n"
                  "ENTRYPOINT [\"node\", \"src/server.js\"]\nCMD [\"--port\", \"8080\"]\n\n";
         });
}

void typical_file(benchmark::State& state) {
  read(state, typical(3));
}
void large_file(benchmark::State& state) {
  read(state, typical(1000));
}

void without_scripts(benchmark::State& state) {
  read(state, "FROM scratch\n" + repeated(2000, [](std::size_t i) {
                return "COPY --chown=1000:1000 services/api/src/ /srv/app/src/" +
                       std::to_string(i) +
                       "/\nLABEL a.b.c=\"some value with blanks\"\nWORKDIR /srv/app\n";
              }));
}

void doubling_arguments(benchmark::State& state) {
  read(state, "FROM scratch\nARG a0=xxxxxxxx\n" + repeated(20000, [](std::size_t i) {
                const std::string n = std::to_string(i);
                return "ARG a" + std::to_string(i + 1) + "=${a" + n + "}${a" + n + "}\n";
              }));
}

void chain_of_stages(benchmark::State& state) {
  read(state, repeated(20000, [](std::size_t i) {
         const std::string n = std::to_string(i);
         return "FROM " + (i == 0 ? "scratch" : "s" + std::to_string(i - 1)) + " AS s" + n +
                "\nENV v" + n + "=1\nONBUILD ENV w=1\n";
       }));
}

void many_heredocs(benchmark::State& state) {
  read(state, "FROM scratch\n" + repeated(20000, [](std::size_t) {
                return std::string("RUN cat <<A <<B\nx\nA\ny\nB\n");
              }));
}

void one_long_instruction(benchmark::State& state) {
  read(state, "FROM scratch\nRUN true" + repeated(200000, [](std::size_t) {
                return std::string(" \\\n  && echo some words");
              }));
}

void one_long_env(benchmark::State& state) {
  read(state, "FROM scratch\nENV a=1" + repeated(200000, [](std::size_t i) {
                return " \\\n  v" + std::to_string(i) + "=$nothing";
              }));
}

void nested_expansions(benchmark::State& state) {
  const std::string deep =
      repeated(90, [](std::size_t) { return std::string("${x:-"); }) + std::string(90, '}');
  read(state,
       "FROM scratch\n" + repeated(5000, [&](std::size_t) { return "ENV y=" + deep + "\n"; }));
}

BENCHMARK(typical_file);
BENCHMARK(large_file);
BENCHMARK(without_scripts);
BENCHMARK(doubling_arguments)->Unit(benchmark::kMillisecond);
BENCHMARK(chain_of_stages)->Unit(benchmark::kMillisecond);
BENCHMARK(many_heredocs)->Unit(benchmark::kMillisecond);
BENCHMARK(one_long_instruction)->Unit(benchmark::kMillisecond);
BENCHMARK(one_long_env)->Unit(benchmark::kMillisecond);
BENCHMARK(nested_expansions)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plimsoll
