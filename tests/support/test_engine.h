// A Docker engine of a test's own: its data, its socket, its network and its mounts are nobody
// else's, and end with it. Needs root and `scripts/install-deps engine`.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "support/program.h"

namespace plimsoll::test {

class TestEngine {
 public:
  // Why no engine can be started here, or "".
  static std::string unavailable();

  // Starts dockerd with these arguments beside its own, and returns when it answers. Throws what
  // dockerd said when it does not start.
  explicit TestEngine(const std::vector<std::string>& arguments = {});
  // Kills the containers, ends dockerd and removes what it left.
  ~TestEngine();
  TestEngine(const TestEngine&) = delete;
  TestEngine& operator=(const TestEngine&) = delete;

  std::string socket() const { return directory_.path() + "/docker.sock"; }
  std::string url() const { return "unix://" + socket(); }
  // The process of dockerd, whose namespaces are the engine's.
  pid_t process() const { return id_; }
  // Ends dockerd and starts it again; what live-restore keeps running does.
  void restart();
  // The daemon.json that it read when it started; a test may write into it afterwards.
  std::string daemon_json() const { return directory_.path() + "/daemon.json"; }
  // What dockerd has logged so far, with --debug: "Calling GET /v1.41/version".
  std::string log() const;
  // The requests that it was sent, with --debug: "GET /v1.41/version".
  std::vector<std::string> calls() const;

  // Runs `docker ARGUMENTS` through a shell and returns what it prints, without the last line
  // ending. Throws when it fails.
  std::string docker(const std::string& arguments) const;
  // Makes an image that holds busybox and its commands.
  void import_busybox(const std::string& name = "busybox") const;

  // While it lives, this thread is in the engine's network: its 127.0.0.1 is the engine's.
  class InNetwork {
   public:
    explicit InNetwork(const TestEngine& engine);
    ~InNetwork();
    InNetwork(const InNetwork&) = delete;
    InNetwork& operator=(const InNetwork&) = delete;

   private:
    int before_;
  };

 private:
  std::string log_path() const { return directory_.path() + "/log"; }
  void start();
  void wait_until_it_listens();
  void end_dockerd();
  void stop();

  TemporaryDirectory directory_;
  std::string control_group_;
  std::vector<std::string> words_;  // dockerd's command line
  pid_t id_ = -1;
};

// A test that needs an engine: skipped where there can be none, or where PLIMSOLL_NO_ENGINE says
// why, and failed instead when PLIMSOLL_REQUIRE_ENGINE is set (scripts/engine-starts finds out).
class EngineTest : public testing::Test {
 protected:
  void SetUp() override;
};

}  // namespace plimsoll::test
