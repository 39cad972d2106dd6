// `plimsoll audit` as its users run it: against real engines that the tests start, and against
// faults that no engine shows on purpose.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "support/fake_engine.h"
#include "support/program.h"
#include "support/test_certificates.h"
#include "support/test_engine.h"
#include "support/test_podman.h"

namespace plimsoll::test {
namespace {

class Audit : public EngineTest {};

Ended audit(const std::string& address, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"audit", "--host", address};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_plimsoll(words);
}

// "docker://web:44:17: medium: …" -> the lines about it; without the excerpts.
std::vector<std::string> findings_about(const Ended& ended, const std::string& rule) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(ended.output, '\n')) {
    if (line.ends_with(concat(" [", rule, "]"))) lines.emplace_back(line);
  }
  return lines;
}

bool mentions(const std::vector<std::string>& lines, std::string_view word) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.contains(word); });
}

TEST_F(Audit, JudgesContainersByWhatTheKernelSays) {
  const TestEngine engine({"--no-new-privileges"});
  engine.import_busybox();
  const std::string run = "run -d --network none ";
  engine.docker(run + "--name plain busybox sleep 600");
  engine.docker(run +
                "--name undone --security-opt no-new-privileges=false --pids-limit 50 "
                "busybox sleep 600");
  engine.docker("update --pids-limit -1 undone");
  const Ended ended = audit(engine.url(), {"--only", "containers"});
  EXPECT_EQ(ended.exit_code, 1) << ended.errors;

  // The daemon's default is in force for the first, although nothing says so but the kernel.
  const std::vector<std::string> privileges = findings_about(ended, "new-privileges-allowed");
  EXPECT_FALSE(mentions(privileges, "\"plain\"")) << ended.output;
  EXPECT_TRUE(mentions(privileges, "\"undone\"")) << ended.output;
  EXPECT_TRUE(mentions(findings_about(ended, "no-pids-limit"), "\"undone\"")) << ended.output;
}

TEST_F(Audit, SeesAProfileThatFiltersNothing) {
  const TestEngine engine;
  engine.import_busybox();
  // The docker command reads profiles from files; the API takes them as they are.
  const std::string body =
      R"({"Image":"busybox","Cmd":["sleep","600"],"HostConfig":{"NetworkMode":"none","SecurityOpt":["seccomp={}"]}})";
  const Ended created = run_shell(concat("curl -sS --fail --unix-socket ", engine.socket(),
                                         " -H 'Content-Type: application/json' -d '", body,
                                         "' 'http://engine/containers/create?name=open'"));
  if (created.exit_code == 127) GTEST_SKIP() << "curl is not installed";
  ASSERT_EQ(created.exit_code, 0) << created.errors;
  engine.docker("start open");
  const Ended ended = audit(engine.url(), {"open"});
  EXPECT_EQ(findings_about(ended, "seccomp-unconfined").size(), 1u) << ended.output;
}

TEST_F(Audit, SendsNothingButGetAndHead) {
  const TestEngine engine({"--debug"});
  engine.import_busybox();
  engine.docker("run -d --name web --network none busybox sleep 600");
  const std::size_t before = engine.calls().size();
  const Ended ended = audit(engine.url(), {});
  EXPECT_TRUE(ended.output.contains("docker://web:")) << ended.errors;
  const std::vector<std::string> calls = engine.calls();
  ASSERT_GT(calls.size(), before + 3);
  for (std::size_t i = before; i < calls.size(); ++i) {
    EXPECT_TRUE(calls[i].starts_with("GET ") || calls[i].starts_with("HEAD ")) << calls[i];
  }
}

TEST_F(Audit, LooksAtTheNamedContainersAlone) {
  const TestEngine engine;
  engine.import_busybox();
  engine.docker("create --name one busybox true");
  engine.docker("create --name two busybox true");
  const Ended ended = audit(engine.url(), {"one"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_TRUE(ended.output.contains("docker://one:"));
  EXPECT_FALSE(ended.output.contains("docker://two:"));
  EXPECT_TRUE(ended.output.contains("1 container checked")) << ended.output;

  const Ended unknown = audit(engine.url(), {"one", "three"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_TRUE(unknown.errors.contains("No such container: three")) << unknown.errors;
  EXPECT_TRUE(unknown.output.contains("docker://one:"));
}

TEST_F(Audit, LooksAtThePartsThatAreAskedFor) {
  const TestEngine engine;
  engine.import_busybox();
  engine.docker("create --name web busybox true");
  // More than ten are said to pile up.
  for (int i = 0; i < 11; ++i) engine.docker("create busybox true");
  const Ended images = audit(engine.url(), {"--only", "images"});
  EXPECT_FALSE(findings_about(images, "image-sprawl").empty()) << images.output;
  EXPECT_TRUE(findings_about(images, "userns-remap-off").empty()) << images.output;
  EXPECT_FALSE(images.output.contains("docker://web:")) << images.output;
  const Ended containers = audit(engine.url(), {"--only", "containers"});
  EXPECT_TRUE(containers.output.contains("docker://web:"));
  EXPECT_TRUE(findings_about(containers, "userns-remap-off").empty()) << containers.output;
}

TEST_F(Audit, FindsTheDaemonJsonThatDockerdReads) {
  const TestEngine engine({"--icc=false"});
  const Ended ended = audit(engine.url(), {"--only", "engine"});
  EXPECT_TRUE(findings_about(ended, "inter-container-traffic").empty()) << ended.output;
  const std::vector<std::string> ports =
      findings_about(ended, "publishes-on-all-interfaces-by-default");
  ASSERT_EQ(ports.size(), 1u) << ended.output;
  EXPECT_TRUE(ports.front().contains("/daemon.json:1:1: ")) << ports.front();
}

TEST_F(Audit, ShowsWhereADaemonJsonIsBroken) {
  const TestEngine engine;
  std::ofstream(engine.daemon_json()) << "{\n  \"icc\": fals\n}\n";
  const Ended ended = audit(engine.url(), {"--only", "engine"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.errors.contains("/daemon.json:2:10: error: ")) << ended.errors;
  // What only the file can say is not judged by its default.
  EXPECT_TRUE(findings_about(ended, "new-privileges-allowed").empty()) << ended.output;
  EXPECT_TRUE(ended.output.contains("open: dockerd's arguments or its daemon.json were not seen"))
      << ended.output;
}

TEST_F(Audit, AnswersForRightsThatItHas) {
  const TestEngine engine;
  // The socket is root's: the engine stays an open question, the host is looked at.
  const Ended ended = run_shell(concat(
      "setpriv --reuid=65534 --regid=65534 --clear-groups \"$PLIMSOLL\" audit -H ", engine.url()));
  EXPECT_EQ(ended.exit_code, 3) << ended.output << ended.errors;
  EXPECT_TRUE(ended.errors.contains("permission denied")) << ended.errors;
  EXPECT_TRUE(ended.output.contains("1 host checked")) << ended.output;
}

TEST_F(Audit, ReportsInEveryFormat) {
  const TestEngine engine;
  engine.import_busybox();
  engine.docker("create --name web busybox true");
  for (const char* const format : {"json", "sarif"}) {
    const Ended ended = audit(engine.url(), {"-f", format});
    const std::optional<json::Document> document = json::read_text(ended.output);
    ASSERT_TRUE(document) << ended.output;
    EXPECT_TRUE(ended.output.contains("docker://web")) << format;
  }
}

TEST_F(Audit, AsksOverTlsAsTheDockerCommandDoes) {
  const TestCertificates certificates;
  const TestEngine engine(certificates.dockerd_arguments());
  engine.import_busybox();
  engine.docker("create --name web busybox true");
  const TestEngine::InNetwork network(engine);
  const Ended ended =
      run_plimsoll({"audit", "--only", "engine,containers"},
                   {.environment = {{"DOCKER_HOST", "tcp://127.0.0.1:2376"},
                                    {"DOCKER_TLS_VERIFY", "1"},
                                    {"DOCKER_CERT_PATH", certificates.in("client")}}});
  // Over TCP nothing shows that the engine is on this machine: what its files say stays open.
  EXPECT_EQ(ended.exit_code, 3) << ended.output << ended.errors;
  EXPECT_TRUE(ended.errors.contains("the engine runs on another machine")) << ended.errors;
  EXPECT_TRUE(ended.output.contains("docker://web:")) << ended.output;
}

TEST_F(Audit, SeesWhoseUsersAContainerHas) {
  const TestEngine engine({"--userns-remap=" + std::string("0:0")});
  engine.import_busybox();
  engine.docker("run -d --name mapped --network none busybox sleep 600");
  engine.docker("run -d --name unmapped --network none --userns=host busybox sleep 600");
  const std::vector<std::string> shared =
      findings_about(audit(engine.url(), {"--only", "containers"}), "host-user-namespace");
  EXPECT_TRUE(mentions(shared, "\"unmapped\""));
  EXPECT_FALSE(mentions(shared, "\"mapped\""));
}

TEST_F(Audit, GoesOnWhileTheEngineRestarts) {
  TestEngine engine({"--live-restore"});
  engine.import_busybox();
  engine.docker("run -d --name web --network none busybox sleep 600");
  EXPECT_FALSE(findings_about(audit(engine.url(), {"web"}), "root-user").empty());
  engine.restart();
  EXPECT_FALSE(findings_about(audit(engine.url(), {"web"}), "root-user").empty());
}

// A rootless dockerd has its files below its user's home.
TEST_F(Audit, ReadsTheDaemonJsonOfARootlessEngine) {
  if (run_shell("command -v rootlesskit newuidmap").exit_code != 0) {
    GTEST_SKIP() << "rootlesskit or newuidmap is not installed";
  }
  const TemporaryDirectory directory;
  const std::string& home = directory.path();
  directory.write("subids", "root:100000:65536\n");
  directory.write("home/.config/docker/daemon.json", "{\n  \"debug\": true\n}\n");
  directory.write("run/none", "");
  const Background engine(
      concat("mount --bind ", home, "/subids /etc/subuid && mount --bind ", home,
             "/subids /etc/subgid && export HOME=", home, "/home XDG_RUNTIME_DIR=", home,
             "/run && exec rootlesskit --net=host --state-dir=", home,
             "/state dockerd --rootless --iptables=false --bridge=none --ip-forward=false "
             "--storage-driver=vfs --data-root=",
             home, "/data --exec-root=", home, "/exec --pidfile=", home, "/pid -H unix://", home,
             "/docker.sock"));
  const Ended waited =
      run_shell(concat("for i in $(seq 200); do [ -S ", home, "/docker.sock ] && docker -H unix://",
                       home, "/docker.sock version && exit 0; sleep 0.1; done; exit 1"));
  if (waited.exit_code != 0) GTEST_SKIP() << "a rootless engine does not start here";
  const Ended ended = audit(concat("unix://", home, "/docker.sock"), {"--only", "engine"});
  const std::vector<std::string> level = findings_about(ended, "daemon-log-level");
  ASSERT_EQ(level.size(), 1u) << ended.output << ended.errors;
  EXPECT_TRUE(level.front().contains("/home/.config/docker/daemon.json:2:12: ")) << level.front();
}

TEST(AuditPodman, AsksItsCompatibleSocket) {
  if (!TestPodman::is_installed()) GTEST_SKIP() << "podman or busybox is not installed";
  TestPodman podman;
  const Ended made = podman.run(
      "mkdir tree && cp \"$(command -v busybox)\" tree/sh && tar -C tree -c . | $podman import - "
      "small && "
      "$podman create --name web --network none small /sh");
  if (made.exit_code != 0) GTEST_SKIP() << "podman makes no container here: " << made.errors;
  ASSERT_NO_FATAL_FAILURE(podman.serve());
  const Ended ended = audit(podman.url(), {"--only", "containers"});
  EXPECT_EQ(ended.exit_code, 1) << ended.errors;
  EXPECT_TRUE(mentions(findings_about(ended, "root-user"), "\"web\"")) << ended.output;
}

// ---- faults

const std::string info_here = "{\"Name\":\"elsewhere\",\"KernelVersion\":\"0\"}";

// Answers what an audit asks for, with `inspect` for each container of its list.
std::string serve_path(const std::string& request, std::string_view list) {
  if (request.starts_with("HEAD ") || request.contains("/_ping")) return pong;
  if (request.contains("/info")) return answer(info_here);
  if (request.contains("/version")) return answer("{\"Version\":\"20.10.24\"}");
  if (request.contains("/containers/json")) return answer(list);
  return {};
}

const std::string inspected =
    R"({"Id":"b","Name":"/b","State":{"Pid":0},"Config":{"Image":"x"},"HostConfig":{"Privileged":true}})";

TEST(AuditFaults, AContainerThatDisappearsIsNoGap) {
  const FakeEngine engine([](const Peer& peer, int) {
    for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
      std::string said = serve_path(request, R"([{"Id":"a"},{"Id":"b"}])");
      if (said.empty()) {
        said = request.contains("/containers/a/")
                   ? answer("{\"message\":\"No such container: a\"}", "404 Not Found")
                   : answer(inspected);
      }
      if (!peer.send(said)) return;
    }
  });
  const Ended ended =
      audit("unix://" + engine.path(), {"--only", "containers", "--select", "privileged"});
  EXPECT_EQ(ended.exit_code, 1) << ended.errors;
  EXPECT_TRUE(ended.output.contains("docker://b:")) << ended.output;
}

TEST(AuditFaults, AnEngineThatEndsInTheMiddleIsNamed) {
  const FakeEngine engine([](const Peer& peer, int) {
    for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
      const std::string said = serve_path(request, R"([{"Id":"b"},{"Id":"c"}])");
      if (said.empty() && request.contains("/containers/c/")) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":");
        return;
      }
      if (!peer.send(said.empty() ? answer(inspected) : said)) return;
    }
  });
  const Ended ended =
      audit("unix://" + engine.path(), {"--only", "containers", "--select", "privileged"});
  EXPECT_EQ(ended.exit_code, 3) << ended.output;
  EXPECT_TRUE(ended.errors.contains("ended in the middle of an answer")) << ended.errors;
  EXPECT_TRUE(ended.output.contains("docker://b:")) << ended.output;
}

// The client's own time limit ends it: half a minute. An engine that passed it is asked no more.
TEST(AuditFaults, AHungEngineIsNamedAndAskedNoMore) {
  std::atomic<int> asked = 0;
  const FakeEngine engine([&](const Peer& peer, int) {
    for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
      if (request.contains("/_ping")) {
        if (!peer.send(pong)) return;
        continue;
      }
      ++asked;
      peer.wait_for_end();
    }
  });
  const Ended ended = audit("unix://" + engine.path(), {});
  EXPECT_EQ(ended.exit_code, 3) << ended.output << ended.errors;
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(ended.errors.contains("did not answer within 30 s")) << ended.errors;
  EXPECT_TRUE(ended.output.contains("1 host checked")) << ended.output;
}

// A hundred megabytes, announced or not: the client takes no more than its limit.
TEST(AuditFaults, AnAnswerWithoutEndIsNamedAndTheRestAnswered) {
  for (const bool announced : {true, false}) {
    const FakeEngine engine([&](const Peer& peer, int) {
      for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
        std::string said = serve_path(request, R"([{"Id":"a"},{"Id":"b"}])");
        if (said.empty() && request.contains("/containers/a/")) {
          constexpr std::size_t piece = 1u << 20;
          constexpr int pieces = 100;
          peer.send(concat("HTTP/1.1 200 OK\r\n",
                           announced ? concat("Content-Length: ", std::to_string(pieces * piece))
                                     : std::string("Transfer-Encoding: chunked"),
                           "\r\n\r\n"));
          const std::string body = announced
                                       ? std::string(piece, ' ')
                                       : concat("100000\r\n", std::string(piece, ' '), "\r\n");
          for (int i = 0; i < pieces; ++i) {
            if (!peer.send(body)) return;
          }
          return;
        }
        if (!peer.send(said.empty() ? answer(inspected) : said)) return;
      }
    });
    const Ended ended =
        audit("unix://" + engine.path(), {"--only", "containers", "--select", "privileged"});
    EXPECT_EQ(ended.exit_code, 3) << ended.output << ended.errors;
    EXPECT_TRUE(ended.errors.contains("64 MiB")) << ended.errors;
    EXPECT_TRUE(ended.output.contains("docker://b:")) << ended.output;
  }
}

TEST(AuditFaults, GarbageIsAnErrorWithItsPlace) {
  for (const std::string garbage :
       {"{\"Id\": \"b\", \"HostConfig\": [1, 2", "[[[[[[[[", "\x00\xff\xfe", "null", "\"text\"",
        "{\"Id\":\"b\",\"Config\":7,\"HostConfig\":\"x\",\"State\":{\"Pid\":\"y\"}}"}) {
    const FakeEngine engine([&](const Peer& peer, int) {
      for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
        const std::string said = serve_path(request, R"([{"Id":"b"}])");
        if (!peer.send(said.empty() ? answer(garbage) : said)) return;
      }
    });
    const Ended ended = audit("unix://" + engine.path(), {"--only", "containers"});
    EXPECT_EQ(ended.exit_code, 3) << garbage << "\n" << ended.output << ended.errors;
    EXPECT_TRUE(ended.errors.contains("docker://b:")) << ended.errors;
  }
}

TEST(AuditFaults, ListsThatAreNoneAreNamed) {
  for (const std::string list : {"{\"message\":1}", "nonsense", "", "[1,2,null]"}) {
    const FakeEngine engine([&](const Peer& peer, int) {
      for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
        if (!peer.send(serve_path(request, list))) return;
      }
    });
    const Ended ended = audit("unix://" + engine.path(), {"--only", "containers"});
    EXPECT_EQ(ended.exit_code, 3) << list << "\n" << ended.output << ended.errors;
  }
}

// What the host's rules cannot know without its engine is not called "not applicable".
TEST(AuditCommand, SaysWhyQuestionsAboutTheEngineStayOpen) {
  const auto line = [](const Ended& ended, std::string_view begin) {
    for (const std::string_view text : split(ended.output, '\n')) {
      if (text.starts_with(begin)) return std::string(text);
    }
    return std::string();
  };
  const Ended alone = run_plimsoll({"audit", "--only", "host"});
  EXPECT_EQ(alone.exit_code, 3);
  const std::string unasked = line(alone, "open: the engine was not asked (--only host)");
  EXPECT_TRUE(unasked.contains("docker-files-loose")) << alone.output;
  EXPECT_TRUE(unasked.contains("apparmor-unconfined")) << alone.output;

  const Ended unanswered = audit("unix:///nowhere/docker.sock", {"--only", "engine,host"});
  EXPECT_EQ(unanswered.exit_code, 3);
  EXPECT_TRUE(line(unanswered, "open: the engine did not answer").contains("docker-files-loose"))
      << unanswered.output;
  EXPECT_FALSE(line(unanswered, "open: the containers were not asked for (--only)").empty())
      << unanswered.output;
}

TEST(AuditCommand, OffersTheNearestPart) {
  const Ended ended = run_plimsoll({"audit", "--only", "contaners"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("did you mean \"containers\"?")) << ended.errors;
}

TEST(AuditCommand, NamesTheProgramThatIsMissing) {
  const TemporaryDirectory directory;
  const Ended ended = run_shell(
      concat("cp \"$PLIMSOLL\" ", directory.path(), "/ && ", directory.path(), "/plimsoll audit"));
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_TRUE(ended.errors.contains("plimsoll-audit: error: cannot be started: ")) << ended.errors;
}

}  // namespace
}  // namespace plimsoll::test
