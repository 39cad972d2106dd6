#include "rules/support/image_privileges.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "subjects/effective.h"

namespace plimsoll::rules {
namespace {

ContainerSpec spec_of(std::string_view image) {
  ContainerSpec spec;
  spec.image = {std::string(image), {}, Layer::compose, false};
  resolve_image(spec);
  spec.user = {"", {}, Layer::image, true};
  return spec;
}

// "cap_drop=ALL cap_add=CHOWN user=999:999".
std::string least(const ContainerSpec& spec) {
  std::string out;
  for (const Change& change : least_capabilities(spec)) {
    out += concat(out.empty() ? "" : " ", change.setting.spelling().key, "=", change.value,
                  change.comment.empty() ? "" : "?");
  }
  return out;
}

Mount mount(Mount::Type type, std::string_view source, std::string_view target) {
  Mount mount;
  mount.type = type;
  mount.source = source;
  mount.target = target;
  return mount;
}

TEST(ImagePrivileges, AddsWhatTheImageNeedsToStartAsRoot) {
  EXPECT_EQ(least(spec_of("nginx:1.27")),
            "cap_drop=ALL cap_add=CHOWN cap_add=NET_BIND_SERVICE cap_add=SETGID cap_add=SETUID");
  EXPECT_EQ(least(spec_of("php:8.3-fpm")),
            "cap_drop=ALL cap_add=KILL cap_add=SETGID cap_add=SETUID");
  EXPECT_EQ(least(spec_of("python:3.13")), "cap_drop=ALL");
  EXPECT_EQ(least(spec_of("prom/prometheus")), "cap_drop=ALL");
  EXPECT_EQ(least(spec_of("acme/web")), "cap_drop=ALL?");
}

TEST(ImagePrivileges, SetsTheUserWhereTheImageStartsAsIt) {
  EXPECT_EQ(startable_ids(spec_of("postgres:17")), "999:999");
  EXPECT_EQ(startable_ids(spec_of("postgres:17-alpine")), "70:70");
  EXPECT_EQ(startable_ids(spec_of("redis:8-alpine")), "999:1000");
  EXPECT_EQ(startable_ids(spec_of("eclipse-mosquitto:2")), "1883:1883");
  EXPECT_EQ(startable_ids(spec_of("nginx:1.27")), "");
  EXPECT_EQ(startable_ids(spec_of("php:8.3-fpm")), "");
  EXPECT_EQ(least(spec_of("postgres:17")), "cap_drop=ALL user=999:999");
}

TEST(ImagePrivileges, LeavesWhatIsMountedToItsOwner) {
  ContainerSpec spec = spec_of("redis:8");
  spec.mounts = {mount(Mount::Type::volume, "data", "/data/deep")};
  EXPECT_EQ(startable_ids(spec), "999:999");
  spec.mounts = {mount(Mount::Type::volume, "other", "/srv")};
  EXPECT_EQ(startable_ids(spec), "");
  spec.mounts = {mount(Mount::Type::bind, "./data", "/data")};
  EXPECT_EQ(least(spec),
            "cap_drop=ALL cap_add=CHOWN cap_add=DAC_OVERRIDE cap_add=SETGID cap_add=SETUID");
  spec.mounts[0].read_only = true;
  EXPECT_EQ(startable_ids(spec), "999:999");
}

TEST(ImagePrivileges, AddsNothingButPortsForAnotherUser) {
  ContainerSpec spec = spec_of("nginx:1.27");
  spec.user = {"1000:1000", {}, Layer::compose, false};
  EXPECT_EQ(least(spec), "cap_drop=ALL");
  spec.ports.emplace_back().target = "80";
  EXPECT_EQ(least(spec), "cap_drop=ALL cap_add=NET_BIND_SERVICE");
}

TEST(ImagePrivileges, LeavesTheProgramWhatItsFileHas) {
  EXPECT_EQ(least(spec_of("dpage/pgadmin4")), "cap_drop=ALL cap_add=NET_BIND_SERVICE");
  ContainerSpec spec = spec_of("caddy:2");
  spec.user = {"1000:1000", {}, Layer::compose, false};
  EXPECT_EQ(least(spec), "cap_drop=ALL cap_add=NET_BIND_SERVICE");
}

TEST(ImagePrivileges, KnowsWhichEnginesStartUnprivileged) {
  EXPECT_TRUE(runs_engine(spec_of("docker:29-dind-rootless")));
  EXPECT_TRUE(runs_engine(spec_of("moby/buildkit:v0.20.0")));
  EXPECT_FALSE(runs_engine(spec_of("moby/buildkit:v0.20.0-rootless")));
  EXPECT_FALSE(runs_engine(spec_of("docker:29-cli")));
}

}  // namespace
}  // namespace plimsoll::rules
