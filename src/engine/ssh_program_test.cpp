// The ssh program is stood in for by shell scripts of the name on PATH: what matters here is how it
// is called, ended, and what becomes of its words. real_engine_test has the true one.
#include "engine/ssh_program.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/text.h"
#include "engine/client.h"
#include "support/program.h"

namespace plimsoll::engine {
namespace {

using namespace std::chrono_literals;

class SshPrograms : public testing::Test {
 protected:
  void SetUp() override { path_before_ = std::getenv("PATH"); }
  void TearDown() override { ::setenv("PATH", path_before_.c_str(), 1); }

  // What becomes of connecting through an `ssh` that does this. $DIRECTORY is the script's own.
  std::string connect(const std::string& script, const Ssh& ssh = {.host = "h"}) {
    const std::string file = directory.write(
        "ssh", concat("#!/bin/sh\nDIRECTORY=", directory.path(), "\n", script, "\n"));
    ::chmod(file.c_str(), 0755);
    ::setenv("PATH", concat(directory.path(), ":", path_before_).c_str(), 1);
    const Endpoint endpoint{.address = ssh, .url = "ssh://h", .chosen_by = "-H", .api_version = {}};
    const Answer<Client> client = Client::connect(endpoint, {.connect = 3s, .request = time_limit});
    if (client) return concat("version ", client->api_version());
    return concat(client.error().message, "; ", client.error().hint);
  }
  std::string written(const std::string& name) const {
    std::ifstream file(directory.path() + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  test::TemporaryDirectory directory;
  std::chrono::milliseconds time_limit = 10s;

 private:
  std::string path_before_;
};

const std::string hint = "; `ssh h docker version` must work without asking anything";
// An engine in a script: it answers a ping and waits for the end.
const std::string answers =
    "read -r line; printf 'HTTP/1.1 200 OK\\r\\nApi-Version: 1.41\\r\\nContent-Length: "
    "0\\r\\n\\r\\n'; cat >/dev/null";

TEST_F(SshPrograms, AreCalledAsDockerCallsThem) {
  const auto call = [&](const Ssh& ssh) {
    EXPECT_EQ(connect("printf '<%s>' \"$@\" >\"$DIRECTORY/arguments\"\n" + answers, ssh),
              "version 1.41");
    return written("arguments");
  };
  EXPECT_EQ(call({.host = "h"}), "<-o><ConnectTimeout=3><-T><--><h><docker system dial-stdio>");
  EXPECT_EQ(call({.user = "me", .host = "::1", .port = 2222, .socket = "/run/x.sock"}),
            "<-l><me><-p><2222><-o><ConnectTimeout=3><-T><--><::1>"
            "<docker --host=unix:///run/x.sock system dial-stdio>");
  // The other machine's shell gets one text.
  EXPECT_EQ(call({.host = "h", .socket = "/it's $(here)"}),
            "<-o><ConnectTimeout=3><-T><--><h>"
            "<docker '--host=unix:///it'\\''s $(here)' system dial-stdio>");
}

TEST_F(SshPrograms, HaveNoTerminalToAskAt) {
  EXPECT_EQ(connect("read -r _ _ _ _ _ session _ </proc/$$/stat; echo \"$((session == $$))\" "
                    ">\"$DIRECTORY/leads\"\n" +
                    answers),
            "version 1.41");
  EXPECT_EQ(written("leads"), "1\n");
}

TEST_F(SshPrograms, SayWhatWentWrong) {
  EXPECT_EQ(connect("echo 'me@h: Permission denied (publickey).' >&2; exit 255"),
            "no engine answers at ssh://h: ssh says: me@h: Permission denied (publickey)." + hint);
  EXPECT_EQ(connect("printf 'a\\nb\\033[2J\\n' >&2; exit 1"),
            "no engine answers at ssh://h: ssh says: a b\\x1b[2J" + hint);
  EXPECT_EQ(connect("exit 0"),
            "no engine answers at ssh://h: the connection was closed without an answer" + hint);
  // What it says after it let go of the connection counts.
  EXPECT_EQ(connect("exec <&- >&-; sleep 0.2; echo late >&2; exit 1"),
            "no engine answers at ssh://h: ssh says: late" + hint);
  // More than a pipe holds, before the answer: it does not block.
  EXPECT_EQ(connect("head -c 300000 /dev/zero | tr '\\0' x >&2; " + answers), "version 1.41");
  const std::string lengthy = connect("head -c 300000 /dev/zero | tr '\\0' x >&2; exit 1");
  EXPECT_TRUE(lengthy.ends_with("xx [...]" + hint) && lengthy.size() < 700) << lengthy;
  ::setenv("PATH", "/nonexistent", 1);
  const Answer<Client> none = Client::connect(
      {.address = Ssh{.host = "h"}, .url = "ssh://h", .chosen_by = "-H", .api_version = {}});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "ssh cannot be started: no such file or directory");
}

TEST_F(SshPrograms, AreEndedAndWaitedFor) {
  time_limit = 500ms;
  const auto ended = [&] {
    const pid_t id = static_cast<pid_t>(std::strtol(written("id").c_str(), nullptr, 10));
    return id > 0 && ::kill(id, 0) != 0 && errno == ESRCH;
  };
  const std::string late = "the engine at ssh://h did not answer within 500 ms" + hint;
  EXPECT_EQ(connect("echo $$ >\"$DIRECTORY/id\"; exec sleep 60"), late);
  EXPECT_TRUE(ended());
  EXPECT_EQ(connect("trap '' TERM; echo $$ >\"$DIRECTORY/id\"; while :; do sleep 0.1; done"), late);
  EXPECT_TRUE(ended());
  // One that ends when it is asked to may do so in its own way.
  EXPECT_EQ(connect("trap 'echo ended >\"$DIRECTORY/last\"; exit' TERM; echo $$ "
                    ">\"$DIRECTORY/id\"; while :; do sleep 0.05; done"),
            late);
  EXPECT_TRUE(ended());
  EXPECT_EQ(written("last"), "ended\n");
  time_limit = 10s;
  EXPECT_EQ(connect("echo $$ >\"$DIRECTORY/id\"; " + answers), "version 1.41");
  EXPECT_TRUE(ended());
}

}  // namespace
}  // namespace plimsoll::engine
