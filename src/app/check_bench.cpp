// What a check costs per byte on one core, findings included; and per file.
#include "app/check.h"

#include <benchmark/benchmark.h>

#include "app/rule_names.h"
#include "support/generated_files.h"

namespace plimsoll::app {
namespace {

constexpr std::uint32_t distinct_files = 200;

CheckOptions all_rules() {
  CheckOptions options;
  options.rules = *select_rules({}, {});
  options.today = "2026-11-22";
  options.threads = 1;
  return options;
}

void check_all(benchmark::State& state, InputKind kind, const std::string& name,
               std::string (*generate)(std::uint32_t)) {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < distinct_files; ++i) {
    texts.push_back(generate(i));
    bytes += texts.back().size();
  }
  const CheckOptions options = all_rules();
  const MemoryFiles files;
  std::size_t findings = 0;
  for (auto _ : state) {
    for (const std::string& text : texts) {
      const Report report = check_text(name, text, kind, files, options);
      findings += report.findings.size();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.counters["findings_per_file"] = benchmark::Counter(
      static_cast<double>(findings) / static_cast<double>(distinct_files * state.iterations()));
}

void check_dockerfiles(benchmark::State& state) {
  check_all(state, InputKind::dockerfile, "Dockerfile", test::generated_dockerfile);
}
BENCHMARK(check_dockerfiles)->Unit(benchmark::kMillisecond);

void check_compose_files(benchmark::State& state) {
  check_all(state, InputKind::compose, "compose.yaml", test::generated_compose_file);
}
BENCHMARK(check_compose_files)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plimsoll::app
