#include "scan/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "base/text.h"
#include "support/program.h"

namespace plimsoll::scan {
namespace {

// errno of a call that must fail; 0 when it did not.
int failed_with(long result) {
  return result < 0 ? errno : 0;
}

class Sandbox : public testing::Test {
 protected:
  // What a process in the sandbox finds: the number that it gives back, which is below 100. Its
  // rights are those to read below in() and to write below out().
  int inside(const std::function<int()>& look, Rights rights = {}) const {
    rights.readable.push_back(in());
    rights.writable.push_back(out());
    const pid_t child = ::fork();
    if (child == 0) {
      if (!give_up_all_but(rights)) ::_exit(100);
      ::_exit(look());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string in() const { return concat(directory_.path(), "/in"); }
  std::string out() const { return concat(directory_.path(), "/out"); }

  void SetUp() override {
    directory_.write("in/file", "hello");
    directory_.write("out/file", "old");
    directory_.write("else/file", "secret");
  }

  test::TemporaryDirectory directory_;
};

TEST_F(Sandbox, LetsReadersRead) {
  EXPECT_EQ(inside([&] {
              std::string text;
              std::ifstream(in() + "/file") >> text;
              return text == "hello" ? 0 : 1;
            }),
            0);
}

TEST_F(Sandbox, LetsThreadsRunAndThrow) {
  EXPECT_EQ(inside([] {
              int caught = 0;
              std::jthread([&] {
                try {
                  throw 7;
                } catch (int number) {
                  caught = number;
                }
              }).join();
              return caught;
            }),
            7);
}

TEST_F(Sandbox, LetsTheReportAndTheCacheBeWritten) {
  EXPECT_EQ(inside([&] {
              std::ofstream(out() + "/new") << "x";
              const bool replaced =
                  ::rename((out() + "/new").c_str(), (out() + "/file").c_str()) == 0;
              return replaced && ::mkdir((out() + "/more").c_str(), 0700) == 0 ? 0 : 1;
            }),
            0);
  std::string text;
  std::ifstream(out() + "/file") >> text;
  EXPECT_EQ(text, "x");
}

TEST_F(Sandbox, MakesNoConnections) {
  EXPECT_EQ(inside([] { return failed_with(::socket(AF_INET, SOCK_STREAM, 0)); }), EPERM);
  EXPECT_EQ(inside([] { return failed_with(::socket(AF_UNIX, SOCK_STREAM, 0)); }), EPERM);
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  EXPECT_EQ(inside([&] { return failed_with(::sendto(pair[0], "x", 1, 0, nullptr, 0)); }), EPERM);
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST_F(Sandbox, StartsNothingAndLooksIntoNothing) {
  EXPECT_EQ(inside([] {
              char* const none[] = {nullptr};
              return failed_with(::execve("/bin/true", none, none));
            }),
            EPERM);
  EXPECT_EQ(inside([] { return failed_with(::syscall(SYS_fork)); }), EPERM);
  EXPECT_EQ(inside([] { return failed_with(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }), EPERM);
  EXPECT_EQ(inside([] { return failed_with(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }),
            EPERM);
  EXPECT_EQ(inside([] { return failed_with(::syscall(SYS_umount2, "/nowhere", 0)); }), EPERM);
  EXPECT_EQ(inside([] { return failed_with(::syscall(SYS_kill, ::getppid(), 0)); }), EPERM);
}

bool has_landlock() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

TEST_F(Sandbox, ReadsAndWritesNowhereElse) {
  if (!has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  const auto opening = [&](const std::string& path, int flags) {
    return inside([&] { return failed_with(::open(path.c_str(), flags, 0600)); });
  };
  EXPECT_EQ(opening(in() + "/file", O_RDONLY), 0);
  EXPECT_EQ(opening(in() + "/file", O_WRONLY), EACCES);
  EXPECT_EQ(opening(in() + "/new", O_WRONLY | O_CREAT), EACCES);
  EXPECT_EQ(opening(directory_.path() + "/else/file", O_RDONLY), EACCES);
  EXPECT_EQ(opening(in() + "/../else/file", O_RDONLY), EACCES);
  EXPECT_EQ(opening("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_EQ(opening("/proc/self/mem", O_RDWR), EACCES);
  EXPECT_EQ(inside([&] { return failed_with(::unlink((in() + "/file").c_str())); }), EACCES);
}

TEST_F(Sandbox, KeepsOnlyTheCapabilitiesThatReadingNeeds) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has capabilities to give up";
  // A file that root reads by its capabilities alone, in a directory that it may not search.
  const std::string path = directory_.write("in/locked/file", "x");
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  const auto reading = [&] { return failed_with(::open(path.c_str(), O_RDONLY)); };
  EXPECT_EQ(inside(reading), EACCES);
  EXPECT_EQ(inside(reading, {.readable = {}, .writable = {}, .reads_any_file = true}), 0);
}

}  // namespace
}  // namespace plimsoll::scan
