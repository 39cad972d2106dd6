// Published ports on a real engine, seen from outside: a machine of the test's own, made of a
// network namespace with the engine in it, and a client in another one, beside it on one cable.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "support/program.h"
#include "support/test_engine.h"

namespace plimsoll::audit {
namespace {

using test::Ended;
using test::run_plimsoll;
using test::run_shell;
using test::TestEngine;

constexpr const char* path_to_tools = "PATH=/usr/sbin:/usr/bin:/sbin:/bin; ";

std::string run(const std::string& line) {
  Ended ended = run_shell(path_to_tools + line);
  EXPECT_EQ(ended.exit_code, 0) << line << ": " << ended.errors;
  return std::move(ended.output);
}

// A client's network namespace, held open by a process of it, and its cable to the engine's.
class Client {
 public:
  // In the engine's network. `host` gets 10.9.0.1, the client 10.9.0.2, and the host's default
  // route leads to it.
  Client() {
    run("unshare -n sleep 600 >/dev/null 2>&1 & echo $! >" + directory_.path() + "/id");
    id_ = run("cat " + directory_.path() + "/id");
    while (id_.ends_with('\n')) id_.pop_back();
    // It is in its namespace when that is no longer this one.
    run("for i in $(seq 100); do [ \"$(readlink /proc/" + id_ +
        "/ns/net)\" != \"$(readlink /proc/self/ns/net)\" ] && break; sleep 0.02; done");
    run("ip link add outside type veth peer name eth0 netns " + id_);
    run("ip addr add 10.9.0.1/24 dev outside && ip link set outside up");
    run("ip route add default via 10.9.0.2");
    inside(
        "ip addr add 10.9.0.2/24 dev eth0 && ip link set eth0 up && "
        "ip route add 172.17.0.0/16 via 10.9.0.1");
  }
  ~Client() { run_shell("kill " + id_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Ended inside(const std::string& line) const {
    return run_shell(
        concat("PATH=/usr/sbin:/usr/bin:/sbin:/bin; nsenter -t ", id_, " -n sh -c '", line, "'"));
  }
  // What answers there, "" when nothing does.
  std::string ask(const std::string& address, int port) const {
    return inside(concat("busybox nc -w 1 ", address, " ", std::to_string(port), " </dev/null"))
        .output;
  }

 private:
  test::TemporaryDirectory directory_;
  std::string id_;
};

class Firewall : public test::EngineTest {};

std::vector<std::string> findings(const Ended& ended) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(ended.output, '\n')) {
    if (line.ends_with(" [firewall-bypassed]")) lines.emplace_back(line);
  }
  return lines;
}

TEST_F(Firewall, IsBypassedUntilTheRulesAreThere) {
  if (run_shell("test -x /usr/sbin/iptables -a -x /usr/sbin/ip -o -x /sbin/ip").exit_code != 0) {
    GTEST_SKIP() << "iptables or iproute2 is not installed";
  }
  const TestEngine engine;
  engine.import_busybox();
  const std::string serve = " busybox sh -c \"while :; do nc -l -p 8080 -e echo hello; done\"";
  engine.docker("run -d --name web -p 8081:8080" + serve);
  engine.docker("run -d --name local -p 127.0.0.1:8082:8080" + serve);
  const TestEngine::InNetwork network(engine);
  const Client client;
  const std::string local_address =
      engine.docker("inspect -f '{{.NetworkSettings.IPAddress}}' local");

  run("iptables -P INPUT DROP && iptables -A INPUT -i lo -j ACCEPT && "
      "iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT && "
      "iptables -A INPUT -p tcp --dport 22 -j ACCEPT");
  // The control: the client reaches what the host lets in, and nothing else of the host.
  run("(busybox nc -l -p 22 -e echo host & busybox nc -l -p 23 -e echo host &) >/dev/null 2>&1");
  EXPECT_EQ(client.ask("10.9.0.1", 23), "");
  EXPECT_EQ(client.ask("10.9.0.1", 22), "host\n");
  // What everybody believes to be closed.
  EXPECT_EQ(client.ask("10.9.0.1", 8081), "hello\n");
  EXPECT_EQ(client.ask("10.9.0.1", 8082), "");
  EXPECT_EQ(client.ask(local_address, 8080), "hello\n");

  const test::TemporaryDirectory directory;
  const std::string script = directory.path() + "/docker-user-rules.sh";
  const auto audit = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"audit", "--host", engine.url(), "--select",
                                   "firewall-bypassed"};
    words.insert(words.end(), more.begin(), more.end());
    return run_plimsoll(words);
  };
  const Ended before = audit({"--write-fixes", directory.path(), "--prove"});
  EXPECT_EQ(before.exit_code, 1) << before.errors;
  const std::vector<std::string> found = findings(before);
  ASSERT_EQ(found.size(), 2u) << before.output << before.errors;
  EXPECT_TRUE(found[0].contains("high: port 8081 of container \"web\" is open to strangers "
                                "through outside") ||
              found[1].contains("high: port 8081 of container \"web\" is open to strangers "
                                "through outside"))
      << before.output;
  EXPECT_TRUE(
      before.errors.contains("docker-user-rules.sh has 2 rules: read it, then run it as root"))
      << before.errors;

  EXPECT_TRUE(before.errors.contains(
      "port 8081/tcp of container \"web\": reachable from outside: yes through outside\n"))
      << before.errors;

  // Running it twice leaves each rule once.
  run("sh " + script + " && sh " + script);
  const std::string rules = run("iptables -S DOCKER-USER");
  EXPECT_EQ(split(rules, '\n').size(), 5u) << rules;

  const Ended after = audit({"--write-fixes", directory.path(), "--prove"});
  EXPECT_EQ(after.exit_code, 0) << after.output << after.errors;
  EXPECT_TRUE(findings(after).empty()) << after.output;
  EXPECT_TRUE(after.errors.contains(
      "port 8081/tcp of container \"web\": reachable from outside: no through outside\n"))
      << after.errors;
  // Nothing is left of the proof.
  EXPECT_FALSE(run("ip link").contains("plimsoll"));
  EXPECT_FALSE(run("ip addr").contains("inet 198.1"));
  // The script is as whole as before.
  EXPECT_TRUE(after.errors.contains("docker-user-rules.sh has 2 rules")) << after.errors;

  EXPECT_EQ(client.ask("10.9.0.1", 8081), "");
  EXPECT_EQ(client.ask(local_address, 8080), "");
  // The host itself is not meant.
  EXPECT_EQ(run_shell("busybox nc -w 1 127.0.0.1 8082 </dev/null").output, "hello\n");
}

}  // namespace
}  // namespace plimsoll::audit
