// What reading a feed costs per byte of plain JSON on one core, unpacking included: of the real
// ones where they are, and of records made up here. The sink does nothing.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "base/text.h"
#include "feeds/feed_files.h"
#include "support/repository.h"

namespace plimsoll::feeds {
namespace {

class NoSink final : public FeedSink {
 public:
  void take(const advisories::Advisory& advisory) override { benchmark::DoNotOptimize(advisory); }
  void take(const advisories::ExploitedEntry&) override {}
  void take(const advisories::PredictionEntry&) override {}
  void date_predictions(std::string_view) override {}
  void refuse(std::string_view, std::string_view, std::string_view) override { ++refused; }
  void leave_out() override {}

  std::size_t refused = 0;
};

void read_real_feed(benchmark::State& state, std::string_view name) {
  const std::string path = test::source_path(concat("../shared/data/feeds/", name));
  if (!std::filesystem::exists(path)) {
    state.SkipWithError("the feed is not there");
    return;
  }
  std::uint64_t bytes = 0;
  NoSink sink;
  for (auto _ : state) {
    const Result<FeedStatistics> read = read_feed(path, sink);
    bytes += read ? read->plain_bytes : 0;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["refused"] = static_cast<double>(sink.refused);
}
BENCHMARK_CAPTURE(read_real_feed, debian, "debian-osv.jsonl.zst")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_real_feed, maven, "maven-osv.jsonl.zst")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_real_feed, almalinux, "almalinux-osv.jsonl.zst")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_real_feed, alpine, "alpine-secdb.tar.zst")->Unit(benchmark::kMillisecond);

// A thousand records with two hundred versions each, as Debian's are.
std::string made_records() {
  std::string versions;
  for (int i = 0; i < 200; ++i) {
    versions += concat(i == 0 ? "" : ",", "\"1.2.", std::to_string(i), "-1+deb12u1\"");
  }
  std::string out;
  for (int i = 1000; i < 2000; ++i) {
    out +=
        concat(R"({"schema_version":"1.6.0","id":"CVE-2024-)", std::to_string(i),
               R"(","modified":"2024-01-02T03:04:05Z","details":"A flaw in the reader of names.")",
               R"(,"affected":[{"package":{"ecosystem":"Debian:12","name":"made"},)",
               R"("ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}],"versions":[)",
               versions, "]}]}\n");
  }
  return out;
}

void read_made_records(benchmark::State& state) {
  const std::string text = made_records();
  NoSink sink;
  for (auto _ : state) read_feed_bytes(text, "made", sink);
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(read_made_records)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace plimsoll::feeds
