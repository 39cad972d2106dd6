// The rules of the engine against engines that really run so: what was asked for on dockerd's
// command line, and what the engine makes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "app/rule_names.h"
#include "audit/gather.h"
#include "base/text.h"
#include "support/test_certificates.h"
#include "support/test_engine.h"

namespace plimsoll::audit {
namespace {

using test::TestEngine;

class DaemonRules : public test::EngineTest {};

struct Audited {
  std::vector<std::string> findings;  // "docker-tcp-open: the engine's API listens on TCP: …"
  std::vector<std::string> open;
  std::vector<std::string> errors;

  bool has(std::string_view words) const {
    return std::ranges::any_of(findings, [&](const auto& line) { return line.contains(words); });
  }
};

Audited audit(const TestEngine& engine,
              const Parts& parts = {.containers = false, .images = false, .host = false}) {
  const RealFiles files;
  const Result<engine::Endpoint> endpoint =
      engine::choose_endpoint({.host = engine.url()}, {}, files);
  app::CheckOptions options;
  options.rules = *app::select_rules({}, {});
  options.today = "2026-11-22";
  const Report report = app::check_live(
      gather(endpoint, {.parts = parts, .containers = {}}, files, [](const auto&, bool) {}).live,
      options);
  Audited out;
  for (const Finding& finding : report.findings) {
    out.findings.push_back(concat(finding.rule, ": ", finding.message));
  }
  for (const Remark& remark : report.remarks) {
    if (remark.kind == Remark::Kind::open) {
      out.open.push_back(concat(remark.rule, ": ", remark.why));
    }
  }
  for (const Error& error : report.errors) out.errors.push_back(error.message);
  return out;
}

using Lines = std::vector<std::string>;

TEST_F(DaemonRules, AreAllDecidedForAnEngineOfThisMachine) {
  const TestEngine engine;
  const Audited audited = audit(engine);
  EXPECT_EQ(audited.open, Lines{});
  EXPECT_EQ(audited.errors, Lines{});
  for (const std::string_view rule :
       {"inter-container-traffic", "new-privileges-allowed", "userns-remap-off", "rootful-daemon",
        "default-bridge-enabled", "no-authorization-plugin", "no-file-limit",
        "logs-not-collected: logs of containers fill the disk",
        "daemon-settings-weak: a proxy runs as root", "daemon-settings-weak: all containers end",
        "cgroup-parent-set: all containers run under the control group /plimsoll-test-"}) {
    EXPECT_TRUE(audited.has(rule)) << rule;
  }
  for (const std::string_view rule : {"seccomp-unconfined", "docker-tcp", "insecure-registry",
                                      "swarm-settings-weak", "image-sprawl"}) {
    EXPECT_FALSE(audited.has(rule)) << rule;
  }
}

TEST_F(DaemonRules, AreSatisfiedByAnEngineThatWasHardened) {
  // The remapped root has to reach its data.
  const test::TemporaryDirectory data;
  std::filesystem::permissions(data.path(), std::filesystem::perms(0711));
  const TestEngine engine({"--data-root=" + data.path(), "--icc=false", "--ip=127.0.0.1",
                           "--no-new-privileges", "--userns-remap=default", "--live-restore",
                           "--userland-proxy=false", "--log-opt=max-size=10m",
                           "--default-ulimit=nofile=1024:65536"});
  const Audited audited = audit(engine);
  EXPECT_EQ(audited.open, Lines{});
  for (const std::string_view rule :
       {"inter-container-traffic", "publishes-on-all", "new-privileges-allowed", "userns-remap-off",
        "a proxy runs as root", "all containers end", "fill the disk: json", "no-file-limit"}) {
    EXPECT_FALSE(audited.has(rule)) << rule;
  }
}

TEST_F(DaemonRules, SeeAnEngineThatIsOpen) {
  const TestEngine engine({"--host=tcp://127.0.0.1:2375", "--insecure-registry=hub.lab:5000",
                           "--log-driver=none", "--iptables=false", "--experimental"});
  const Audited audited = audit(engine);
  for (const std::string_view words :
       {"docker-tcp-open: the engine's API listens on TCP: tcp://127.0.0.1:2375",
        "docker-tcp-without-tls: the engine's API at tcp://127.0.0.1:2375 is open without TLS",
        "insecure-registry: the engine takes images from hub.lab:5000",
        "logs-not-collected: containers keep no logs", "daemon-settings-weak: the engine sets no",
        "daemon-settings-weak: the engine's experimental features are on"}) {
    EXPECT_TRUE(audited.has(words)) << words;
  }
}

TEST_F(DaemonRules, LookAtTheFilesOfTls) {
  const test::TestCertificates certificates;
  const TestEngine engine(certificates.dockerd_arguments());
  const Audited audited = audit(engine);
  EXPECT_EQ(audited.open, Lines{});
  EXPECT_FALSE(audited.has("docker-tcp-without-tls"));

  std::filesystem::remove(certificates.in("server/ca.pem"));
  EXPECT_TRUE(audit(engine).has(
      concat("docker-tcp-without-tls: there is no ", certificates.in("server/ca.pem"))));
}

TEST_F(DaemonRules, JudgeASwarm) {
  const TestEngine engine;
  engine.docker("swarm init --advertise-addr 127.0.0.1");
  engine.docker("network create --driver overlay open");
  engine.docker("network create --driver overlay --opt encrypted closed");
  const Audited audited = audit(engine);
  EXPECT_EQ(audited.open, Lines{});
  EXPECT_TRUE(audited.has("the manager listens on all addresses of the host: 0.0.0.0:2377"));
  EXPECT_TRUE(audited.has("autolock is off"));
  EXPECT_TRUE(audited.has("one node and no service that runs"));
  EXPECT_TRUE(audited.has("the overlay network \"open\" is not encrypted"));
  EXPECT_FALSE(audited.has("the overlay network \"closed\""));
  // The two exclude each other.
  EXPECT_FALSE(audited.has("all containers end"));

  engine.docker("swarm update --autolock=true --cert-expiry 8760h");
  const Audited after = audit(engine);
  EXPECT_FALSE(after.has("autolock is off"));
  EXPECT_TRUE(after.has("certificates of nodes last 365 days"));
}

// Gives the engines a network of their own: 10.8.0.1, 10.8.0.2 and so on, on a bridge in the first
// one's.
void connect(const std::vector<const TestEngine*>& engines) {
  const auto inside = [](const TestEngine& engine, const std::string& command) {
    return concat("nsenter --net=/proc/", std::to_string(engine.process()), "/ns/net ", command,
                  "\n");
  };
  const TestEngine& first = *engines.front();
  std::string script =
      concat("set -e\n", inside(first, "ip link add hub type bridge"),
             inside(first, "ip addr add 10.8.0.1/24 dev hub"), inside(first, "ip link set hub up"));
  for (std::size_t i = 1; i < engines.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const TestEngine& other = *engines[i];
    script += inside(first, concat("ip link add to", number, " type veth peer name uplink netns ",
                                   std::to_string(other.process())));
    script += inside(first, concat("ip link set to", number, " master hub up"));
    script += inside(other, concat("ip addr add 10.8.0.", number, "/24 dev uplink"));
    script += inside(other, "ip link set uplink up");
  }
  const test::Ended ended = test::run_shell(script);
  ASSERT_EQ(ended.exit_code, 0) << ended.errors;
}

TEST_F(DaemonRules, JudgeASwarmOfThreeNodes) {
  const TestEngine manager;
  const TestEngine second;
  const TestEngine worker;
  ASSERT_NO_FATAL_FAILURE(connect({&manager, &second, &worker}));
  manager.docker("swarm init --advertise-addr 10.8.0.1");
  const auto join = [&](const TestEngine& node, const std::string& role,
                        const std::string& address) {
    node.docker(concat("swarm join --token ", manager.docker("swarm join-token -q " + role),
                       " --advertise-addr ", address, " 10.8.0.1:2377"));
  };
  join(second, "manager", "10.8.0.2");
  join(worker, "worker", "10.8.0.3");

  const Audited of_manager = audit(manager);
  EXPECT_EQ(of_manager.open, Lines{});
  EXPECT_TRUE(of_manager.has("the swarm has 2 managers: 1 would survive as many failures"));
  EXPECT_TRUE(of_manager.has("takes the same interface as the swarm's management"));
  EXPECT_FALSE(of_manager.has("one node and no service"));
  // A worker knows nothing of the swarm's settings: it does not pass them.
  const Audited of_worker = audit(worker);
  EXPECT_FALSE(of_worker.has("managers:"));
  EXPECT_FALSE(of_worker.has("autolock"));
}

TEST_F(DaemonRules, NameAPortThatAnEngineWithoutBridgeDoesNotPublish) {
  const TestEngine engine({"--bridge=none"});
  engine.import_busybox();
  engine.docker("run -d --name web -p 8080:80 busybox sleep 60");
  engine.docker("run -d --name quiet busybox sleep 60");
  const Audited audited = audit(engine, {.images = false});
  EXPECT_TRUE(audited.has("container \"web\" asks for port 80 to be published, but nothing is"));
  EXPECT_FALSE(audited.has("container \"quiet\" asks"));
  EXPECT_FALSE(audited.has("inter-container-traffic"));
}

TEST_F(DaemonRules, CountWhatPilesUp) {
  const TestEngine engine;
  for (int i = 0; i < 12; ++i) engine.import_busybox();  // eleven lose their name to the last
  for (int i = 0; i < 11; ++i) engine.docker("create busybox true");
  const Audited audited = audit(engine);
  EXPECT_TRUE(audited.has("11 of 12 images are used by no container"));
  EXPECT_TRUE(audited.has("11 images have no name any more"));
  EXPECT_TRUE(audited.has("11 containers do not run and are kept"));
}

}  // namespace
}  // namespace plimsoll::audit
