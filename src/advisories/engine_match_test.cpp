#include "advisories/engine_match.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/made_database.h"

namespace plimsoll::advisories {
namespace {

using Words = std::vector<std::string>;

EngineInfo engine_of(std::string platform, std::string version, std::string containerd,
                     std::string runc) {
  EngineInfo engine;
  engine.platform.value = std::move(platform);
  engine.version.value = std::move(version);
  engine.containerd_version.value = std::move(containerd);
  engine.runc_version.value = std::move(runc);
  return engine;
}

Package deb(std::string name, std::string version) {
  Package package;
  package.name = package.source_name = std::move(name);
  package.version = package.source_version = std::move(version);
  return package;
}

Words names_of(const std::vector<EnginePackage>& packages) {
  Words out;
  for (const EnginePackage& one : packages) {
    out.push_back(concat(one.package.name, " ", one.package.version));
  }
  return out;
}

constexpr std::string_view community = "Docker Engine - Community";

TEST(EngineMatch, LooksDockersBuildsUpAsModules) {
  EXPECT_EQ(
      names_of(
          engine_packages(engine_of(std::string(community), "29.7.2", "v2.1.5", "1.3.6"), nullptr)),
      (Words{"github.com/docker/docker 29.7.2", "github.com/moby/moby 29.7.2",
             "github.com/containerd/containerd 2.1.5", "github.com/containerd/containerd/v2 2.1.5",
             "github.com/opencontainers/runc 1.3.6"}));
  // Somebody else has built these.
  EXPECT_EQ(names_of(engine_packages(
                engine_of(std::string(community), "dev", "1.6.20~ds1", "1.1.5+ds1"), nullptr)),
            Words{});
}

TEST(EngineMatch, LooksPackagesUpThatAreWhatRuns) {
  const InstalledPackages installed{
      .os = OsRelease{"debian", "12", ""},
      .packages = {deb("docker.io", "20.10.24+dfsg1-1+deb12u1"), deb("runc", "1.1.5+ds1-1"),
                   deb("containerd", "1.6.24~ds1-1")}};
  const EngineInfo engine = engine_of("", "20.10.24+dfsg1", "1.6.20~ds1", "1.1.5+ds1");
  EXPECT_EQ(names_of(engine_packages(engine, &installed)),
            (Words{"docker.io 20.10.24+dfsg1-1+deb12u1", "runc 1.1.5+ds1-1"}));
  EXPECT_EQ(names_of(engine_packages(engine, nullptr)), Words{});
}

TEST(EngineMatch, ComparesWholeVersions) {
  const auto is_judged = [](std::string_view running, std::string_view package) {
    const InstalledPackages installed{.os = {}, .packages = {deb("runc", std::string(package))}};
    return !engine_packages(engine_of("", "1", "", std::string(running)), &installed).empty();
  };
  EXPECT_TRUE(is_judged("1.1.7", "1.1.7-0ubuntu1~22.04.2"));
  EXPECT_TRUE(is_judged("1.1.7-0ubuntu1~22.04.2", "1.1.7-0ubuntu1~22.04.2"));
  EXPECT_TRUE(is_judged("v1.1.7", "2:1.1.7-r1"));
  EXPECT_FALSE(is_judged("1.1.7", "1.1.70-1"));
  EXPECT_FALSE(is_judged("1.1.7", "1.1.8-1"));
  EXPECT_FALSE(is_judged("", "1.1.8-1"));
}

TEST(EngineMatch, FindsWhatTheRecordsSay) {
  test::MadeDatabase made;
  test::MadeRecord engine{.id = "GHSA-aaaa-bbbb-cccc", .aliases = {"CVE-2026-7001"}};
  engine.package("Go", "github.com/docker/docker", "+0 -29.8.0+incompatible");
  made.add(engine);
  test::MadeRecord runc{.id = "GHSA-dddd-eeee-ffff", .aliases = {"CVE-2026-7002"}};
  runc.package("Go", "github.com/opencontainers/runc", "+0 -1.3.6");
  made.add(runc);
  const Database database = made.database();
  const auto found = match_engine(
      database, engine_of(std::string(community), "29.7.2", "v2.1.5", "1.3.6"), nullptr);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->match.vulnerabilities.size(), 1u);
  EXPECT_EQ(found->match.vulnerabilities.front().id, "CVE-2026-7001");
  EXPECT_TRUE(found->judges(EngineProgram::runc));
}

}  // namespace
}  // namespace plimsoll::advisories
