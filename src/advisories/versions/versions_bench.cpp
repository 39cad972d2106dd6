// How many comparisons a second each scheme makes, of versions that are alike.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "advisories/versions/versions.h"
#include "support/made_versions.h"

namespace plimsoll::advisories {
namespace {

constexpr std::size_t distinct_versions = 1'000;

void compare_all(benchmark::State& state) {
  const auto kind = static_cast<PackageKind>(state.range(0));
  test::MadeVersions made(kind, 6);
  std::vector<std::string> versions;
  while (versions.size() < distinct_versions) {
    std::string version = made.next();
    if (compare_versions(kind, version, version)) versions.push_back(std::move(version));
  }
  for (auto _ : state) {
    for (std::size_t i = 1; i < versions.size(); ++i) {
      benchmark::DoNotOptimize(compare_versions(kind, versions[i - 1], versions[i]));
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(versions.size() - 1) * state.iterations());
  state.SetLabel(std::string(name_of(kind)));
}
BENCHMARK(compare_all)->DenseRange(0, package_kinds - 1);

}  // namespace
}  // namespace plimsoll::advisories
