#include "support/test_engine.h"

#include "base/text.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "base/text.h"

namespace plimsoll::test {
namespace {

using namespace std::chrono_literals;

constexpr auto start_time = 60s;
constexpr auto stop_time = 30s;

// A network with nothing but a loopback interface, and mounts of which nobody else hears.
// Called between fork and exec.
bool enter_namespaces() {
  if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback{};
  std::memcpy(loopback.ifr_name, "lo", sizeof "lo");
  loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  return socket >= 0 && ::ioctl(socket, SIOCSIFFLAGS, &loopback) == 0;
}

// Waits for a child; false when the time is over.
bool wait_for(pid_t child, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    if (::waitpid(child, nullptr, WNOHANG) == child) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(20ms);
  }
}

std::string last_lines(const std::string& text) {
  return text.size() <= 2000 ? text : text.substr(text.size() - 2000);
}

}  // namespace

std::string TestEngine::unavailable() {
  if (const char* const reason = std::getenv("PLIMSOLL_NO_ENGINE")) return reason;
  if (::geteuid() != 0) return "an engine needs root";
  if (run_shell("command -v dockerd docker busybox").exit_code != 0) {
    return "dockerd, docker or busybox is not installed (scripts/install-deps engine)";
  }
  const pid_t child = ::fork();
  if (child == 0) ::_exit(enter_namespaces() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? "" : "this root may make no namespaces";
}

TestEngine::TestEngine(const std::vector<std::string>& arguments) {
  control_group_ = "plimsoll-test-" + std::filesystem::path(directory_.path()).filename().string();
  const std::string directory = directory_.path();
  words_ = {"dockerd",
            "--data-root=" + directory + "/data",
            "--exec-root=" + directory + "/exec",
            "--pidfile=" + directory + "/pid",
            "--host=" + url(),
            "--storage-driver=vfs",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            "--cgroup-parent=/" + control_group_,
            "--config-file=" + directory_.write("daemon.json", "{}")};
  words_.insert(words_.end(), arguments.begin(), arguments.end());
  start();
}

void TestEngine::restart() {
  end_dockerd();
  start();
}

void TestEngine::start() {
  std::vector<char*> argv;
  for (const std::string& word : words_) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const std::string log = directory_.write("log", "");

  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("fork failed");
  if (id_ == 0) {
    // It must not outlive a test that was killed.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int output = ::open(log.c_str(), O_WRONLY | O_APPEND);
    if (output < 0 || ::dup2(output, STDOUT_FILENO) < 0 || ::dup2(output, STDERR_FILENO) < 0) {
      ::_exit(127);
    }
    if (!enter_namespaces()) ::_exit(126);
    ::execvp(argv.front(), argv.data());
    ::_exit(127);
  }
  try {
    wait_until_it_listens();
  } catch (...) {
    stop();
    throw;
  }
}

void TestEngine::wait_until_it_listens() {
  const auto end = std::chrono::steady_clock::now() + start_time;
  while (!log().contains("API listen on " + socket())) {
    if (::waitpid(id_, nullptr, WNOHANG) == id_) {
      id_ = -1;
      throw std::runtime_error("dockerd does not start: " + last_lines(log()));
    }
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("dockerd does not listen: " + last_lines(log()));
    }
    std::this_thread::sleep_for(20ms);
  }
}

TestEngine::~TestEngine() {
  // Else dockerd waits ten seconds for each that takes no signal.
  run_shell("docker ps -q | xargs -r docker kill",
            {.environment = {{"DOCKER_HOST", url()}}, .seconds = 20});
  stop();
}

void TestEngine::end_dockerd() {
  if (id_ <= 0) return;
  ::kill(id_, SIGTERM);
  if (!wait_for(id_, stop_time)) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  id_ = -1;
}

void TestEngine::stop() {
  end_dockerd();
  // The control groups of the containers are gone with them; those above are left, one for each
  // hierarchy.
  run_shell("rmdir /sys/fs/cgroup/" + control_group_ + " /sys/fs/cgroup/*/" + control_group_);
}

std::string TestEngine::log() const {
  std::ifstream file(log_path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> TestEngine::calls() const {
  constexpr std::string_view before = "msg=\"Calling ";
  std::vector<std::string> out;
  const std::string text = log();
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t begin = line.find(before);
    if (begin == std::string_view::npos) continue;
    const std::string_view call = line.substr(begin + before.size());
    out.emplace_back(call.substr(0, call.find('"')));
  }
  return out;
}

std::string TestEngine::docker(const std::string& arguments) const {
  Ended ended = run_shell("docker " + arguments, {.environment = {{"DOCKER_HOST", url()}}});
  if (ended.exit_code != 0) throw std::runtime_error("docker " + arguments + ": " + ended.errors);
  if (ended.output.ends_with('\n')) ended.output.pop_back();
  return ended.output;
}

void TestEngine::import_busybox(const std::string& name) const {
  const TemporaryDirectory root;
  const Ended made = run_shell(
      "mkdir bin etc tmp && cp \"$(command -v busybox)\" bin/ && "
      "for command in $(busybox --list); do ln -s busybox \"bin/$command\" 2>/dev/null; done; "
      "echo root:x:0:0::/:/bin/sh > etc/passwd && tar -c . | docker import - " +
          name,
      {.directory = root.path(), .environment = {{"DOCKER_HOST", url()}}});
  if (made.exit_code != 0) throw std::runtime_error("no busybox image: " + made.errors);
}

TestEngine::InNetwork::InNetwork(const TestEngine& engine)
    : before_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  const std::string path = "/proc/" + std::to_string(engine.id_) + "/ns/net";
  const int network = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool entered = before_ >= 0 && network >= 0 && ::setns(network, CLONE_NEWNET) == 0;
  if (network >= 0) ::close(network);
  if (!entered) throw std::runtime_error("the engine's network cannot be entered");
}

TestEngine::InNetwork::~InNetwork() {
  if (::setns(before_, CLONE_NEWNET) != 0) std::abort();
  ::close(before_);
}

void EngineTest::SetUp() {
  static const std::string reason = TestEngine::unavailable();
  if (reason.empty()) return;
  if (std::getenv("PLIMSOLL_REQUIRE_ENGINE") != nullptr) {
    FAIL() << "PLIMSOLL_REQUIRE_ENGINE is set, but " << reason;
  }
  GTEST_SKIP() << reason;
}

}  // namespace plimsoll::test
