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

TEST(DaemonReader, KnowsADaemonJsonByItsDirectives) {
  EXPECT_TRUE(looks_like_daemon_json(R"({"icc": false})"));
  EXPECT_TRUE(looks_like_daemon_json(R"({"icc": false, "bip": "10.0.0.1/8", "x": 1})"));
  EXPECT_FALSE(looks_like_daemon_json(R"({"labels": [], "peer-port": 1, "rpc": true})"));
  EXPECT_FALSE(looks_like_daemon_json("{}"));
  EXPECT_FALSE(looks_like_daemon_json("[1]"));
}

}  // namespace
}  // namespace plimsoll
