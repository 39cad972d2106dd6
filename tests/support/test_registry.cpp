#include "support/test_registry.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "base/text.h"

namespace plimsoll::test {
namespace {

using namespace std::chrono_literals;

constexpr auto start_time = 30s;

// bcrypt of the password of registry_user, the only form that the registry takes.
constexpr std::string_view password_line =
    "captain:$2b$05$Y1vQJm3cUPrN8eHs0dWkO.vk01iT3Sytl.LjIIoFVde2/xPuR8V/W\n";

std::string configuration(const RegistryOptions& options, const std::string& data) {
  std::string out =
      concat("version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: ", data,
             "}, delete: {enabled: true}}\nhttp:\n  addr: 127.0.0.1:0\n");
  if (!options.certificate.empty()) {
    out +=
        concat("  tls:\n    certificate: ", options.certificate, "\n    key: ", options.key, "\n");
    if (!options.client_authority.empty()) {
      out += concat("    clientcas: [", options.client_authority, "]\n");
    }
  }
  return concat(out, options.authorization);
}

}  // namespace

std::string basic_authorization(const TemporaryDirectory& directory) {
  return concat("auth: {htpasswd: {realm: test, path: ",
                directory.write("htpasswd", std::string(password_line)), "}}\n");
}

std::string TestRegistry::unavailable() {
  if (run_shell("command -v docker-registry && command -v skopeo").exit_code == 0) return "";
  return "docker-registry or skopeo is not installed (scripts/install-deps test)";
}

TestRegistry::TestRegistry(const RegistryOptions& options) {
  directory_.write("data/.keep", "");
  const std::string file = directory_.write("config.yml", configuration(options, data()));
  const std::string log_path = directory_.write("log", "");
  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("fork failed");
  if (id_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // it must not outlive a test that was killed
    const int output = ::open(log_path.c_str(), O_WRONLY | O_APPEND);
    if (output < 0 || ::dup2(output, STDOUT_FILENO) < 0 || ::dup2(output, STDERR_FILENO) < 0) {
      ::_exit(127);
    }
    ::execlp("docker-registry", "docker-registry", "serve", file.c_str(), nullptr);
    ::_exit(127);
  }
  try {
    wait_until_it_listens();
  } catch (...) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    throw;
  }
}

void TestRegistry::wait_until_it_listens() {
  constexpr std::string_view mark = "listening on 127.0.0.1:";
  const auto end = std::chrono::steady_clock::now() + start_time;
  for (;;) {
    const std::string text = log();
    if (const std::size_t at = text.find(mark); at != std::string::npos) {
      std::size_t digits = at + mark.size();
      std::string port;
      while (digits < text.size() && is_digit(text[digits])) port += text[digits++];
      // Behind the port something follows: else its last digits may be still to come.
      if (digits < text.size()) {
        host_ = concat("127.0.0.1:", port);
        return;
      }
    }
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("docker-registry does not listen: " + text);
    }
    std::this_thread::sleep_for(10ms);
  }
}

TestRegistry::~TestRegistry() {
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void TestRegistry::push(const std::string& from, const std::string& name,
                        const std::string& arguments) const {
  const Ended ended = run_shell(
      concat("skopeo --insecure-policy copy --quiet --dest-tls-verify=false --dest-creds '",
             registry_user, "' ", arguments, " ", from, " docker://", host_, "/", name));
  if (ended.exit_code != 0) throw std::runtime_error("skopeo: " + ended.errors);
}

std::string TestRegistry::log() const {
  std::ifstream file(directory_.path() + "/log", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string TestRegistry::blob_path(const std::string& digest) const {
  const std::string hash = digest.substr(digest.find(':') + 1);
  return concat(data(), "/docker/registry/v2/blobs/sha256/", hash.substr(0, 2), "/", hash, "/data");
}

void RegistryTest::SetUp() {
  const std::string reason = TestRegistry::unavailable();
  if (reason.empty()) return;
  if (std::getenv("PLIMSOLL_REQUIRE_REGISTRY") != nullptr) {
    FAIL() << "PLIMSOLL_REQUIRE_REGISTRY is set, but " << reason;
  }
  GTEST_SKIP() << reason;
}

}  // namespace plimsoll::test
