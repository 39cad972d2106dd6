#include "advisories/engine_match.h"

#include <algorithm>
#include <array>

#include "advisories/matching.h"
#include "base/text.h"

namespace plimsoll::advisories {
namespace {

struct Name {
  EngineProgram program;
  std::string_view name;
};

// github.com/moby/moby calls itself github.com/docker/docker in its go.mod up to release 28, and
// records name either.
constexpr auto modules = std::to_array<Name>({
    {EngineProgram::engine, "github.com/docker/docker"},
    {EngineProgram::engine, "github.com/moby/moby"},
    {EngineProgram::containerd, "github.com/containerd/containerd"},
    {EngineProgram::containerd, "github.com/containerd/containerd/v2"},
    {EngineProgram::runc, "github.com/opencontainers/runc"},
});

// packages.debian.org and packages.ubuntu.com have docker.io, pkgs.alpinelinux.org docker-engine,
// packages.microsoft.com the moby ones.
constexpr auto packages = std::to_array<Name>({
    {EngineProgram::engine, "docker.io"},
    {EngineProgram::engine, "docker-engine"},
    {EngineProgram::engine, "moby-engine"},
    {EngineProgram::containerd, "containerd"},
    {EngineProgram::containerd, "moby-containerd"},
    {EngineProgram::runc, "runc"},
    {EngineProgram::runc, "moby-runc"},
});

std::string_view version_of(const EngineInfo& engine, EngineProgram program) {
  switch (program) {
    case EngineProgram::engine: return engine.version.value;
    case EngineProgram::containerd: return engine.containerd_version.value;
    case EngineProgram::runc: return engine.runc_version.value;
  }
  return {};
}

// "29.3.1", "v1.7.27": the authors' own number. With more in it somebody else has built it.
bool is_authors_own(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return !version.empty() && is_digit(version.front()) &&
         std::ranges::all_of(version, [](char c) { return is_digit(c) || c == '.'; });
}

// Whether a program of the version "20.10.24+dfsg1" is that of the package's version
// "20.10.24+dfsg1-1+deb12u1".
bool is_version_of(std::string_view running, std::string_view package) {
  if (const std::size_t epoch = package.find(':'); epoch != std::string_view::npos) {
    package.remove_prefix(epoch + 1);
  }
  if (running.starts_with('v')) running.remove_prefix(1);
  if (running.empty() || !package.starts_with(running)) return false;
  const std::string_view rest = package.substr(running.size());
  return rest.empty() || rest.front() == '-' || rest.front() == '+' || rest.front() == '~';
}

void add_modules(const EngineInfo& engine, std::vector<EnginePackage>& out) {
  for (const Name& module : modules) {
    const std::string_view version = version_of(engine, module.program);
    if (!is_authors_own(version)) continue;
    EnginePackage& package = out.emplace_back();
    package.program = module.program;
    package.package.kind = PackageKind::golang;
    package.package.name = module.name;
    package.package.version = version.substr(version.starts_with('v') ? 1 : 0);
    package.package.source_name = package.package.name;
    package.package.source_version = package.package.version;
  }
}

void add_installed(const EngineInfo& engine, const InstalledPackages& installed,
                   std::vector<EnginePackage>& out) {
  for (const Package& package : installed.packages) {
    const auto known = std::ranges::find(packages, package.name, &Name::name);
    if (known == packages.end()) continue;
    if (!is_version_of(version_of(engine, known->program), package.version)) continue;
    out.push_back({known->program, package});
  }
}

}  // namespace

std::vector<std::string_view> names_of_engine_packages() {
  std::vector<std::string_view> names;
  for (const Name& package : packages) names.push_back(package.name);
  return names;
}

std::vector<EnginePackage> engine_packages(const EngineInfo& engine,
                                           const InstalledPackages* installed) {
  std::vector<EnginePackage> out;
  if (engine.is_built_by_docker()) {
    add_modules(engine, out);
  } else if (installed != nullptr) {
    add_installed(engine, *installed, out);
  }
  return out;
}

Result<EngineVulnerabilities> match_engine(const Database& database, const EngineInfo& engine,
                                           const InstalledPackages* installed) {
  EngineVulnerabilities out;
  out.packages = engine_packages(engine, installed);
  Image image;
  image.is_inventory = true;
  if (installed != nullptr) image.os = installed->os;
  for (const EnginePackage& package : out.packages) image.packages.push_back(package.package);
  Result<VulnerabilityMatch> match = advisories::match(database, image);
  if (!match) return std::unexpected(match.error());
  out.match = std::move(*match);
  return out;
}

}  // namespace plimsoll::advisories
