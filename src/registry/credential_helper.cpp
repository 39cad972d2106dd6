// A credential helper gets the server's name on its standard input, and answers with an object of
// "Username" and "Secret". The user "<token>" means that the secret is an identity token. A helper
// that has nothing says so on its standard output and fails.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <tuple>

#include "base/child_process.h"
#include "base/descriptor.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "registry/credentials.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the caller

namespace plimsoll::registry {
namespace {

constexpr std::size_t max_answer_bytes = 64u << 10;
constexpr auto time_limit = std::chrono::seconds(30);
constexpr std::string_view token_user = "<token>";
constexpr std::string_view nothing_found = "credentials not found";

// A name that can be no path to somewhere else.
bool is_helper_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && std::ranges::all_of(name, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

// A helper that is running; one that has not ended by then is ended with its scope.
class Program {
 public:
  explicit Program(pid_t id) : id_(id) {}
  ~Program() {
    if (is_over_) return;
    ::kill(id_, SIGKILL);
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  bool succeeds() {
    constexpr int patience_ms = 1000;  // it has said all that it had to say
    int status = 0;
    is_over_ = ends_within(id_, patience_ms) && ::waitpid(id_, &status, 0) == id_;
    return is_over_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t id_;
  bool is_over_ = false;
};

// What the program writes until it closes its output; nothing when that is too much or too late.
std::optional<std::string> read_answer(int descriptor) {
  const auto end = std::chrono::steady_clock::now() + time_limit;
  std::string out;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&wait, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(size));
    if (out.size() > max_answer_bytes) return std::nullopt;
  }
}

}  // namespace

Result<std::optional<Credentials>> ask_helper(const std::string& name, const std::string& server) {
  if (!is_helper_name(name)) {
    return failure(
        {.message = concat("\"", printable(name), "\" is no name of a credential helper")});
  }
  std::string program = concat("docker-credential-", name);
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  // A socket, since writing to a pipe whose reader has gone is a signal.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input.data()) != 0) {
    return failure({.message = "no socket can be opened"});
  }
  std::optional<Descriptor> their_input(std::in_place, input[0]);
  std::optional<Descriptor> our_input(std::in_place, input[1]);
  if (::pipe2(output.data(), O_CLOEXEC) != 0) return failure({.message = "no pipe can be opened"});
  const Descriptor our_output(output[0]);
  std::optional<Descriptor> their_output(std::in_place, output[1]);

  SpawnActions actions;
  ::posix_spawn_file_actions_adddup2(&actions.files, their_input->get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.files, their_output->get(), STDOUT_FILENO);
  // What it complains of can hold what it knows.
  ::posix_spawn_file_actions_addopen(&actions.files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  // Signals that are ignored here would stay ignored in it.
  sigset_t defaults;
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&actions.attributes, &defaults);
  ::posix_spawnattr_setflags(&actions.attributes, POSIX_SPAWN_SETSIGDEF);
  std::string verb = "get";
  std::array<char*, 3> argv{program.data(), verb.data(), nullptr};
  pid_t id = -1;
  const int error = ::posix_spawnp(&id, program.c_str(), &actions.files, &actions.attributes,
                                   argv.data(), environ);
  if (error != 0) {
    return failure(
        {.message = concat(program, " cannot be started: ", lower(std::strerror(error)))});
  }
  Program running(id);
  their_output.reset();
  their_input.reset();
  // It fits into the socket. A helper that does not want to read it may do without.
  std::ignore = ::send(our_input->get(), server.data(), server.size(), MSG_NOSIGNAL);
  our_input.reset();

  const std::optional<std::string> answer = read_answer(our_output.get());
  if (!answer) {
    return failure({.message = concat(program, " says nothing of use within ",
                                      std::to_string(time_limit.count()), " s")});
  }
  if (!running.succeeds()) {
    if (answer->contains(nothing_found)) return std::nullopt;
    return failure({.message = concat(program, " fails")});
  }
  const std::optional<json::Document> document = json::read_text(*answer);
  if (!document) return failure({.message = concat(program, " answers with no JSON")});
  const std::string_view user = json::text_of(document->root, "Username");
  const std::string_view secret = json::text_of(document->root, "Secret");
  if (secret.empty()) return std::nullopt;
  Credentials out;
  if (user == token_user) {
    out.identity_token = secret;
  } else {
    out.user = user;
    out.password = secret;
  }
  return out;
}

}  // namespace plimsoll::registry
