// What the search for secrets costs a byte on one core: in text like that of a distribution, in
// settings, where names count, and in a program, which is passed over.
#include "image/secrets/secret_scanner.h"

#include <benchmark/benchmark.h>

#include "base/text.h"
#include "support/made_secrets.h"

namespace plimsoll::image {
namespace {

constexpr std::size_t file_bytes = 20u << 10;
constexpr std::size_t files = 200;

std::string prose(test::MadeSecrets& made) {
  std::string text;
  while (text.size() < file_bytes) {
    text += concat(made.text_of("abcdefghijklmnopqrstuvwxyz    ", 70),
                   text.size() % 40 == 0 ? " the key of https://www.debian.org/\n" : "\n");
  }
  return text;
}

std::string settings(test::MadeSecrets& made) {
  std::string text;
  while (text.size() < file_bytes) {
    text += concat(made.text_of("abcdefghij", 8), "_timeout: ", made.text_of("0123456789", 3),
                   "\n# the password of ", made.text_of("abcdefghij", 8),
                   "\npassword_file: /run/secrets/x\ntoken: ${TOKEN}\n");
  }
  return text;
}

std::string program(test::MadeSecrets& made) {
  return concat(std::string("\x7f"
                            "ELF\0\0",
                            6),
                made.text_of("\1\2\3\4abcdefgh", file_bytes));
}

void scan(benchmark::State& state, const char* path, std::string (*make)(test::MadeSecrets&)) {
  test::MadeSecrets made;
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < files; ++i) bytes += texts.emplace_back(make(made)).size();
  SecretScanner scanner;
  for (auto _ : state) {
    for (const std::string& text : texts) {
      scanner.begin(path);
      scanner.push(text);
      benchmark::DoNotOptimize(scanner.end());
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void scan_text(benchmark::State& state) {
  scan(state, "usr/share/perl/x.pm", prose);
}
BENCHMARK(scan_text);

void scan_settings(benchmark::State& state) {
  scan(state, "app/config.yaml", settings);
}
BENCHMARK(scan_settings);

void scan_program(benchmark::State& state) {
  scan(state, "app/server", program);
}
BENCHMARK(scan_program);

// What a program pays that searches nothing large: loading the database.
void start(benchmark::State& state) {
  for (auto _ : state) {
    SecretScanner scanner;
    benchmark::DoNotOptimize(&scanner);
  }
}
BENCHMARK(start);

}  // namespace
}  // namespace plimsoll::image
