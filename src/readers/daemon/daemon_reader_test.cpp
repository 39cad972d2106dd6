#include "readers/daemon/daemon_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll {
namespace {

std::vector<std::string> errors_of(const std::string& text) {
  const Source source("daemon.json", text);
  std::vector<std::string> out;
  for (const Error& error : read_daemon({.daemon_json = &source}).errors) {
    const Position at = source.position(error.at.span.begin);
    out.push_back(concat(std::to_string(at.line), ":", std::to_string(at.column), ": ",
                         error.message, error.hint.empty() ? "" : concat(" (", error.hint, ")")));
  }
  return out;
}

using Messages = std::vector<std::string>;

TEST(DaemonReader, ReadsSettingsWithTheirPlaces) {
  const Source source("daemon.json", R"({"icc": false, "log-opts": {"max-size": "10m"},
  "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 2048}}, "hosts": ["a"]})");
  const Reading<Daemon> reading = read_daemon({.daemon_json = &source});
  const Daemon& daemon = reading.value;
  EXPECT_TRUE(reading.errors.empty());
  EXPECT_FALSE(daemon.icc.value);
  EXPECT_EQ(daemon.icc.at.text(), "false");
  EXPECT_EQ(daemon.icc.layer, Layer::daemon_json);
  ASSERT_EQ(daemon.log_opts.size(), 1u);
  EXPECT_EQ(daemon.log_opts[0].first, "max-size");
  EXPECT_EQ(daemon.log_opts[0].second.value, "10m");
  ASSERT_EQ(daemon.default_ulimits.size(), 1u);
  EXPECT_EQ(daemon.default_ulimits[0].second.value, "1024:2048");
  ASSERT_EQ(daemon.hosts.size(), 1u);
  EXPECT_EQ(daemon.hosts[0].at.text(), "\"a\"");
  EXPECT_TRUE(daemon.file_seen);
  EXPECT_FALSE(daemon.flags_seen);
}

TEST(DaemonReader, TakesAnEmptyFileForOneThatSetsNothing) {
  EXPECT_EQ(errors_of(" \n"), Messages{});
}

TEST(DaemonReader, NamesWhatDockerdRefuses) {
  EXPECT_EQ(errors_of("{\n  \"iccc\": false\n}"),
            Messages{"2:3: dockerd knows no directive \"iccc\" and does not start with it (did you "
                     "mean \"icc\"?)"});
  EXPECT_EQ(errors_of(R"({"icc": "false"})"),
            Messages{"1:9: \"icc\" must be true or false, not a string"});
  EXPECT_EQ(errors_of(R"({"hosts": "fd://"})"),
            Messages{"1:11: \"hosts\" must be a list of strings, not a string"});
  EXPECT_EQ(errors_of("[]"), Messages{"1:1: daemon.json must hold an object, not an array"});
  EXPECT_EQ(errors_of("{\"icc\": fal}").size(), 1u);
}

TEST(DaemonReader, DoesNotTakeWhatItCannotReadForADefault) {
  const Source broken("daemon.json", "{\"icc\": fal}");
  EXPECT_FALSE(read_daemon({.daemon_json = &broken}).value.file_seen);
  const Source mistyped("daemon.json", R"({"icc": "false"})");
  const Daemon daemon = read_daemon({.daemon_json = &mistyped}).value;
  EXPECT_TRUE(daemon.file_seen);
  EXPECT_TRUE(daemon.icc.unresolved);
}

TEST(DaemonReader, ReadsFlagsInEverySpelling) {
  const Source flags("/proc/1/cmdline",
                     "--icc=false\n-H\nfd://\n-Htcp://0.0.0.0:2376\n--tlsverify\n--log-opt\n"
                     "max-size=10m\n-D\n--containerd=/run/containerd.sock\n--ip\n127.0.0.1");
  const Daemon daemon = read_daemon({.command_line = &flags}).value;
  EXPECT_FALSE(daemon.icc.value);
  ASSERT_EQ(daemon.hosts.size(), 2u);
  EXPECT_EQ(daemon.hosts[0].value, "fd://");
  EXPECT_EQ(daemon.hosts[1].value, "tcp://0.0.0.0:2376");
  EXPECT_TRUE(daemon.tlsverify.value);
  EXPECT_TRUE(daemon.debug.value);
  ASSERT_EQ(daemon.log_opts.size(), 1u);
  EXPECT_EQ(daemon.log_opts[0].second.value, "10m");
  EXPECT_EQ(daemon.ip.value, "127.0.0.1");
  EXPECT_EQ(daemon.ip.layer, Layer::daemon_flags);
  EXPECT_TRUE(daemon.flags_seen);
}

TEST(DaemonReader, NamesADirectiveThatIsAFlagToo) {
  const Source flags("/proc/1/cmdline", "--icc=false");
  const Source file("daemon.json", R"({"icc": false})");
  const Reading<Daemon> reading = read_daemon({.daemon_json = &file, .command_line = &flags});
  ASSERT_EQ(reading.errors.size(), 1u);
  EXPECT_EQ(reading.errors[0].message,
            "\"icc\" is set in daemon.json and as a flag of dockerd: with both it does not start");
}

TEST(DaemonReader, ReadsTheEnginesAnswers) {
  const Source info("info", R"({"ServerVersion": "20.10.24", "SecurityOptions":
    ["name=seccomp,profile=default", "name=rootless"], "RegistryConfig": {"InsecureRegistryCIDRs":
    ["127.0.0.0/8", "10.0.0.0/8"], "IndexConfigs": {"hub.lab": {"Secure": false}}}})");
  const Source version("version", R"({"Version": "20.10.24", "Components":
    [{"Name": "runc", "Version": "1.1.5"}]})");
  const Daemon daemon = read_daemon({.info = &info, .version = &version}).value;
  ASSERT_TRUE(daemon.engine);
  EXPECT_TRUE(daemon.is_rootless());
  EXPECT_EQ(daemon.engine->security_option("userns"), nullptr);
  EXPECT_EQ(daemon.engine->runc_version.value, "1.1.5");
  ASSERT_EQ(daemon.engine->insecure_registries.size(), 2u);
  EXPECT_EQ(daemon.engine->insecure_registries[1].value, "hub.lab");
}

TEST(DaemonReader, CountsWhichImagesAreUsed) {
  const Source info("info", "{}");
  const Source images("images", R"([
    {"Id": "sha256:1", "RepoTags": ["app:1"]},
    {"Id": "sha256:2", "RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"]},
    {"Id": "sha256:3", "RepoTags": null, "RepoDigests": ["app@sha256:ab"]},
    {"Id": "sha256:4", "RepoTags": [null, 1]}, {}])");
  const Source containers("containers", R"([
    {"ImageID": "sha256:1", "State": "exited", "NetworkSettings": {"Networks": {"bridge": {}}}},
    {"ImageID": "sha256:3", "State": "running", "NetworkSettings": {"Networks": {"bridge": {}}},
     "Labels": {"com.docker.swarm.service.id": "s"}},
    {"State": "running", "NetworkSettings": {"Networks": {"bridges": {}}}, "Labels": null}])");
  const Daemon daemon =
      read_daemon({.info = &info, .images = &images, .containers = &containers}).value;
  ASSERT_TRUE(daemon.engine && daemon.engine->image_counts && daemon.engine->container_counts);
  EXPECT_EQ(daemon.engine->image_counts->all, 5u);
  EXPECT_EQ(daemon.engine->image_counts->unused, 2u);    // 2 and 4; one without an id is not judged
  EXPECT_EQ(daemon.engine->image_counts->dangling, 3u);  // 2, 4 and the last
  EXPECT_EQ(daemon.engine->container_counts->on_default_bridge, 1u);
  EXPECT_EQ(daemon.engine->container_counts->of_swarm, 1u);

  const Daemon without = read_daemon({.info = &info, .images = &images}).value;
  EXPECT_FALSE(without.engine->image_counts);
}

TEST(DaemonReader, ReadsTheNetworks) {
  const Source info("info", "{}");
  const Source networks("networks", R"([
    {"Name": "bridge", "Driver": "bridge", "Options": {
      "com.docker.network.bridge.default_bridge": "true",
      "com.docker.network.bridge.enable_icc": "false",
      "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}},
    {"Name": "docker_gwbridge", "Driver": "bridge", "Options": {
      "com.docker.network.bridge.enable_icc": "true"}},
    {"Name": "ingress", "Driver": "overlay", "Ingress": true, "Options": null},
    {"Name": "app", "Driver": "overlay", "Options": {"encrypted": ""}}, {"Name": "x"}])");
  const Daemon daemon = read_daemon({.info = &info, .networks = &networks}).value;
  ASSERT_TRUE(daemon.engine && daemon.engine->networks);
  const EngineNetworks& said = *daemon.engine->networks;
  EXPECT_TRUE(said.has_default_bridge);
  EXPECT_TRUE(said.icc.written());
  EXPECT_FALSE(said.icc.value);
  EXPECT_EQ(said.ip.value, "127.0.0.1");
  ASSERT_EQ(said.overlays.size(), 2u);
  EXPECT_TRUE(said.overlays[0].ingress);
  EXPECT_FALSE(said.overlays[0].encrypted);
  EXPECT_EQ(said.overlays[1].name.value, "app");
  EXPECT_TRUE(said.overlays[1].encrypted);
}

TEST(DaemonReader, ReadsWhatAManagerKnowsOfItsSwarm) {
  const Source info("info", R"({"Swarm": {"LocalNodeState": "active", "ControlAvailable": true,
    "Nodes": 3, "Managers": 1, "Cluster": {"Spec": {"CAConfig": {"NodeCertExpiry": 7776000000000000},
    "EncryptionConfig": {"AutoLockManagers": true}}}}})");
  const Source node("docker-state.json", R"({"ListenAddr": "0.0.0.0:2377", "DataPathAddr": ""})");
  const Daemon daemon = read_daemon({.info = &info, .swarm_node = &node}).value;
  ASSERT_TRUE(daemon.engine);
  const SwarmInfo& swarm = daemon.engine->swarm;
  EXPECT_EQ(swarm.state.value, "active");
  EXPECT_TRUE(swarm.is_manager.value);
  EXPECT_EQ(swarm.nodes.value, 3);
  EXPECT_EQ(swarm.managers.value, 1);
  EXPECT_TRUE(swarm.locks_managers.value);
  EXPECT_EQ(swarm.certificate_lifetime.value, 7'776'000'000'000'000);
  EXPECT_EQ(swarm.listen_address.value, "0.0.0.0:2377");
  EXPECT_EQ(swarm.listen_address.layer, Layer::host);
  EXPECT_TRUE(swarm.data_path_address.written());
}

TEST(DaemonReader, TellsPodmanFromDocker) {
  const Source podman("version", R"({"Components": [{"Name": "Podman Engine"}]})");
  const Source docker("version", R"({"Platform": {"Name": "Docker Engine - Community"},
    "Components": [{"Name": "Engine"}]})");
  EXPECT_TRUE(read_daemon({.version = &podman}).value.is_podman());
  EXPECT_FALSE(read_daemon({.version = &docker}).value.is_podman());
  EXPECT_EQ(read_daemon({.version = &docker}).value.engine->platform.value,
            "Docker Engine - Community");
}

// What a rule says of something absent needs a place, whichever answers there are.
TEST(DaemonReader, AlwaysHasAPlace) {
  const Source broken("info", "{");
  const Source version("version", "{}");
  const Daemon by_version = read_daemon({.version = &version}).value;
  EXPECT_TRUE(by_version.at.known());
  EXPECT_FALSE(by_version.engine->info_seen);
  const Daemon by_broken = read_daemon({.info = &broken, .version = &version}).value;
  EXPECT_TRUE(by_broken.at.known());
  EXPECT_FALSE(by_broken.engine->info_seen);
}

TEST(DaemonReader, NamesAListThatIsNone) {
  const Source info("info", "{}");
  const Source denied("answer", R"({"message": "denied"})");
  const Reading<Daemon> reading =
      read_daemon({.info = &info, .images = &denied, .containers = &denied, .networks = &denied});
  EXPECT_EQ(reading.errors.size(), 3u);
  EXPECT_FALSE(reading.value.engine->networks);
}

TEST(DaemonReader, KnowsADaemonJsonByItsDirectives) {
  EXPECT_TRUE(looks_like_daemon_json(R"({"icc": false})"));
  EXPECT_TRUE(looks_like_daemon_json(R"({"icc": false, "bip": "10.0.0.1/8", "x": 1})"));
  EXPECT_FALSE(looks_like_daemon_json(R"({"labels": [], "peer-port": 1, "rpc": true})"));
  EXPECT_FALSE(looks_like_daemon_json("{}"));
  EXPECT_FALSE(looks_like_daemon_json("[1]"));
}

}  // namespace
}  // namespace plimsoll
