#include "engine/connect.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "base/text.h"

namespace plimsoll::engine {
namespace {

using std::chrono::milliseconds;

std::unexpected<SocketFailure> failed(int error) {
  SocketFailure out;
  out.words = lower(std::strerror(error));
  if (error == EACCES || error == EPERM) out.kind = SocketFailure::Kind::denied;
  return std::unexpected(std::move(out));
}

std::unexpected<SocketFailure> timed_out(std::string words) {
  return std::unexpected(SocketFailure{SocketFailure::Kind::timed_out, std::move(words)});
}

milliseconds left_until(Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::ceil<milliseconds>(left), milliseconds(0));
}

bool set_send_timeout(int socket, milliseconds timeout) {
  timeval value{};
  value.tv_sec = timeout.count() / 1000;
  value.tv_usec = timeout.count() % 1000 * 1000;
  return ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value) == 0;
}

struct Host {
  sockaddr_storage address{};
  socklen_t size = 0;
};

struct Lookup {
  int error = 0;
  std::vector<Host> hosts;
};

Lookup look_up(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Lookup out;
  out.error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
  if (out.error != 0) return out;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Host entry;
    entry.size = std::min<socklen_t>(one->ai_addrlen, sizeof entry.address);
    std::memcpy(&entry.address, one->ai_addr, entry.size);
    out.hosts.push_back(entry);
  }
  ::freeaddrinfo(found);
  return out;
}

// getaddrinfo knows no time limit: it runs in a thread that is left to itself when it is too slow.
std::expected<std::vector<Host>, SocketFailure> resolve(const std::string& host, std::uint16_t port,
                                                        Deadline deadline) {
  const auto promise = std::make_shared<std::promise<Lookup>>();
  std::future<Lookup> result = promise->get_future();
  try {
    std::thread([promise, host, port] { promise->set_value(look_up(host, port)); }).detach();
  } catch (const std::system_error& error) {
    return failed(error.code().value());
  }
  if (result.wait_until(deadline) != std::future_status::ready) {
    return timed_out("the name of the host was not found in time");
  }
  Lookup found = result.get();
  if (found.error == 0) return std::move(found.hosts);
  return std::unexpected(
      SocketFailure{SocketFailure::Kind::unreachable,
                    concat("the host is not found: ", lower(::gai_strerror(found.error)))});
}

std::expected<int, SocketFailure> connect_host(const Host& host, Deadline deadline) {
  const int socket =
      ::socket(host.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return failed(errno);
  const auto give_up = [socket](std::unexpected<SocketFailure> failure) {
    ::close(socket);
    return failure;
  };
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&host.address), host.size) != 0) {
    if (errno != EINPROGRESS && errno != EINTR) return give_up(failed(errno));
    pollfd wait{.fd = socket, .events = POLLOUT, .revents = 0};
    int ready = 0;
    do {
      ready = ::poll(&wait, 1, static_cast<int>(left_until(deadline).count()));
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return give_up(failed(errno));
    if (ready == 0) return give_up(timed_out("no answer to the connection"));
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return give_up(failed(error));
  }
  // Requests are small and each waits for its answer.
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

std::expected<int, SocketFailure> connect_unix(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  // Blocking with a time limit: where the engine accepts no more, a non-blocking connect() fails
  // at once, and there is nothing to wait on.
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return failed(errno);
  int error = 0;
  do {
    // A limit of 0 means none.
    const milliseconds left = std::max(left_until(deadline), milliseconds(1));
    if (!set_send_timeout(socket, left)) {
      error = errno;
      break;
    }
    error = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
                ? 0
                : errno;
  } while (error == EINTR);
  if (error == 0 && set_send_timeout(socket, milliseconds(0))) return socket;
  ::close(socket);
  if (error == EAGAIN) return timed_out("it accepts no connection");
  return failed(error);
}

std::expected<int, SocketFailure> connect_tcp(const std::string& host, std::uint16_t port,
                                              Deadline deadline) {
  const std::expected<std::vector<Host>, SocketFailure> hosts = resolve(host, port, deadline);
  if (!hosts) return std::unexpected(hosts.error());
  std::expected<int, SocketFailure> last = failed(EADDRNOTAVAIL);
  for (std::size_t i = 0; i < hosts->size(); ++i) {
    // Each gets its share of the time that is left, so that one that is silent hides no other.
    const milliseconds share = left_until(deadline) / (hosts->size() - i);
    last = connect_host((*hosts)[i], std::chrono::steady_clock::now() + share);
    if (last) return last;
  }
  return last;
}

}  // namespace plimsoll::engine
