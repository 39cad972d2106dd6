// The shell reader's speed: a plain script of the kind that RUN instructions hold, and hostile
// texts, which must not cost more for each byte.
#include <benchmark/benchmark.h>

#include <string>

#include "readers/shell/shell_reader.h"
#include "readers/shell/text_map.h"

namespace plimsoll::shell {
namespace {

std::string repeat(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  return text;
}

void read(benchmark::State& state, std::string text) {
  const Source source("script.sh", std::move(text));
  const SourcePlaces places(source);
  for (auto _ : state) {
    Arena arena;
    Script script = read_script(source.text(), places, arena);
    benchmark::DoNotOptimize(script.commands.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source.text().size()));
}

void plain_script(benchmark::State& state) {
  read(state,
       repeat("apt-get update && apt-get install -y --no-install-recommends ca-certificates curl "
              "gnupg python3 && rm -rf /var/lib/apt/lists/*\n"
              "curl -fsSL https://example.org/install.sh -o /tmp/install.sh\n"
              "mkdir -p \"/opt/app/$VERSION\" && chown -R app:app '/opt/app'\n"
              "if [ -f /etc/passwd ]; then adduser --system --group app; fi\n",
              64 << 10));
}
BENCHMARK(plain_script);

void one_line(benchmark::State& state) {
  read(state,
       "apt-get update && apt-get install -y --no-install-recommends curl && rm -rf "
       "/var/lib/apt/lists/*");
}
BENCHMARK(one_line);

void run_lines(benchmark::State& state) {
  read(state, repeat("ARGS=(--rm -d)\nARGS+=(-v \"$PWD/data:/data\")\n"
                     "docker run \"${ARGS[@]}\" \\\n  -e \"KEY=$VALUE\" \\\n  nginx:1.27\n",
                     64 << 10));
}
BENCHMARK(run_lines);

void hostile(benchmark::State& state, std::string_view piece) {
  read(state, repeat(piece, static_cast<std::size_t>(state.range(0))));
}
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1 << 16)->Arg(1 << 20)->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(hostile, parentheses, "(")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, substitutions, "$(")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, arithmetic, "((a) ")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, closed_arithmetic, "((a) (b))\n")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, heredocs, "a <<E <<F\n")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, heredocs_of_a_line, "a <<E ")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, growing_text, "A=$A$A$A;")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, growing_array, "A+=(\"${A[@]}\" x)\n")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, arrays_in_subshells, "A+=(x); (A+=(y))\n")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, branches, "if a; then A+=(x); fi\n")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, functions, "f() { a $A; A=1; }\n")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, nested_scripts, "sh -c \"sh -c 'a b'\";")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, backticks, "a `b \\`c\\` d`;")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, quotes, "a 'b' \"c\";")->Apply(sizes);
BENCHMARK_CAPTURE(hostile, prefixes, "sudo ")->Apply(sizes);

void single_quoted(benchmark::State& state) {
  read(state, "a '" + std::string(16u << 20, 'x') + "'");
}
BENCHMARK(single_quoted)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plimsoll::shell
