// Follows docker/cli: cli/connhelper, cli/connhelper/ssh and cli/connhelper/commandconn.
#include "engine/ssh_program.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/child_process.h"
#include "base/descriptor.h"
#include "base/shell_word.h"
#include "base/text.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the caller

namespace plimsoll::engine {
namespace {

constexpr int patience_ms = 1000;  // between asking the program to end and ending it

std::unexpected<Error> cannot_start(int error) {
  return failure({.message = concat("ssh cannot be started: ", lower(std::strerror(error))),
                  .hint = error == ENOENT ? "install an ssh client (openssh-client)" : ""});
}

}  // namespace

std::vector<std::string> ssh_command(const Ssh& address, std::chrono::milliseconds limit) {
  std::vector<std::string> words{"ssh"};
  if (!address.user.empty()) words.insert(words.end(), {"-l", address.user});
  if (address.port) words.insert(words.end(), {"-p", std::to_string(*address.port)});
  const auto seconds =
      std::max<long long>(1, std::chrono::ceil<std::chrono::seconds>(limit).count());
  words.insert(words.end(), {"-o", concat("ConnectTimeout=", std::to_string(seconds)), "-T", "--",
                             address.host});
  words.push_back(address.socket.empty()
                      ? "docker system dial-stdio"
                      : concat("docker ", shell_word(concat("--host=unix://", address.socket)),
                               " system dial-stdio"));
  return words;
}

Result<std::unique_ptr<SshProgram>> SshProgram::start(const Ssh& address,
                                                      std::chrono::milliseconds limit) {
  std::array<int, 2> connection{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, connection.data()) != 0) {
    return cannot_start(errno);
  }
  const Descriptor theirs(connection[1]);
  std::array<int, 2> errors{};
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) {
    const int error = errno;
    ::close(connection[0]);
    return cannot_start(error);
  }
  const Descriptor their_errors(errors[1]);

  SpawnActions actions;
  ::posix_spawn_file_actions_adddup2(&actions.files, theirs.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.files, theirs.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.files, their_errors.get(), STDERR_FILENO);
  // A session of its own has no terminal: ssh cannot wait there for a password, and Ctrl-C reaches
  // it only through its end of the connection. Ignored signals would stay ignored in it.
  sigset_t none;
  sigset_t defaults;
  ::sigemptyset(&none);
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigmask(&actions.attributes, &none);
  ::posix_spawnattr_setsigdefault(&actions.attributes, &defaults);
  ::posix_spawnattr_setflags(&actions.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  const std::vector<std::string> words = ssh_command(address, limit);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t id = -1;
  const int error =
      ::posix_spawnp(&id, argv.front(), &actions.files, &actions.attributes, argv.data(), environ);
  if (error != 0) {
    ::close(connection[0]);
    ::close(errors[0]);
    return cannot_start(error);
  }
  return std::unique_ptr<SshProgram>(new SshProgram(id, connection[0], errors[0]));
}

SshProgram::~SshProgram() {
  const Descriptor connection(connection_);
  const Descriptor errors(errors_);
  ::kill(id_, SIGTERM);
  if (!ends_within(id_, patience_ms)) ::kill(id_, SIGKILL);
  while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

int SshProgram::take_connection() {
  return std::exchange(connection_, -1);
}

int SshProgram::take_errors() {
  return std::exchange(errors_, -1);
}

}  // namespace plimsoll::engine
