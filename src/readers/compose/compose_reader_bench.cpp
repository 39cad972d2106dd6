// The compose reader over typical files: services as people write them, with anchors, variables,
// ports, volumes, limits and health checks. Bytes per second are of the compose file.
#include <benchmark/benchmark.h>
#include <yaml.h>

#include <string>

#include "base/text.h"
#include "readers/compose/compose_reader.h"
#include "readers/compose/yaml_tree.h"

namespace plimsoll {
namespace {

std::string typical_file(int services) {
  std::string text =
      "# the shop\n"
      "name: shop\n"
      "x-logging: &logging\n"
      "  driver: json-file\n"
      "  options:\n"
      "    max-size: \"10m\"\n"
      "    max-file: \"3\"\n"
      "services:\n";
  for (int i = 0; i < services; ++i) {
    text += concat("  web-", std::to_string(i), ":\n",
                   "    image: registry.example.com/shop/web:${TAG:-1.27.3}\n"
                   "    restart: unless-stopped\n"
                   "    read_only: true\n"
                   "    user: \"1000:1000\"\n"
                   "    cap_drop: [ALL]\n"
                   "    security_opt:\n"
                   "      - no-new-privileges:true\n"
                   "    ports:\n"
                   "      - \"127.0.0.1:8080:80\"\n"
                   "      - target: 443\n"
                   "        published: \"8443\"\n"
                   "    environment:\n"
                   "      DATABASE_URL: postgres://db.internal:5432/shop\n"
                   "      LOG_LEVEL: info\n"
                   "      FEATURES: \"search,cart,checkout\"\n"
                   "    volumes:\n"
                   "      - ./config:/etc/shop:ro\n"
                   "      - data:/var/lib/shop\n"
                   "    tmpfs:\n"
                   "      - /tmp:size=64m,noexec\n"
                   "    logging: *logging\n"
                   "    healthcheck:\n"
                   "      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost/health\"]\n"
                   "      interval: 30s\n"
                   "      timeout: 5s\n"
                   "      retries: 3\n"
                   "    deploy:\n"
                   "      resources:\n"
                   "        limits:\n"
                   "          cpus: \"0.50\"\n"
                   "          memory: 256M\n"
                   "          pids: 100\n"
                   "    depends_on:\n"
                   "      - db  # started first\n"
                   "    networks:\n"
                   "      - front\n"
                   "      - back\n");
  }
  text +=
      "  db:\n    image: postgres:16\n    networks: [back]\n"
      "networks:\n  front:\n  back:\n    internal: true\n"
      "volumes:\n  data:\n";
  return text;
}

// The floor: libyaml's events, thrown away. It also shows how fast a machine is: the limits of
// docs/benchmarks.md were set on one where this makes 56 MB/s.
void read_events(benchmark::State& state) {
  const std::string text = typical_file(static_cast<int>(state.range(0)));
  std::size_t events = 0;
  for (auto unused : state) {
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
    bool ended = false;
    while (!ended) {
      yaml_event_t event;
      if (yaml_parser_parse(&parser, &event) == 0) {
        state.SkipWithError("libyaml refused the file");
        break;
      }
      ended = event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete(&event);
      ++events;
    }
    yaml_parser_delete(&parser);
  }
  benchmark::DoNotOptimize(events);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_events)->Name("compose/libyaml_events")->Arg(5)->Arg(500);

void read_tree(benchmark::State& state) {
  const Source source("compose.yaml", typical_file(static_cast<int>(state.range(0))));
  for (auto unused : state) {
    Arena arena;
    benchmark::DoNotOptimize(compose::read_yaml(source, 0, arena, nullptr));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * source.text().size()));
}
BENCHMARK(read_tree)->Name("compose/tree")->Arg(5)->Arg(500);

void read_project(benchmark::State& state) {
  const std::string text = typical_file(static_cast<int>(state.range(0)));
  MemoryFiles files;
  files.add("compose.yaml", text);
  for (auto unused : state) {
    Sources sources;
    benchmark::DoNotOptimize(read_compose({"compose.yaml"}, sources, files));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(read_project)->Name("compose/project")->Arg(5)->Arg(500);

}  // namespace
}  // namespace plimsoll
