// A server of HTTP on 127.0.0.1 made of threads, for faults that no server shows on purpose.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "base/text.h"
#include "support/listener.h"
#include "support/peer.h"

namespace plimsoll::test {

// An answer with a body; `more` are further header lines, each with its line ending.
inline std::string http_answer(std::string_view status, std::string_view body,
                               std::string_view more = "") {
  return concat("HTTP/1.1 ", status, "\r\nContent-Length: ", std::to_string(body.size()), "\r\n",
                more, "\r\n", body);
}

class FakeServer {
 public:
  // Answers one request, in a thread for each connection; false closes it.
  using Serve = std::function<bool(const Peer& peer, const std::string& request)>;

  explicit FakeServer(Serve serve, std::uint32_t address = INADDR_LOOPBACK)
      : serve_(std::move(serve)) {
    host_ = listen_at(listener_.get(), address);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~FakeServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const Descriptor& connection : connections_) ::shutdown(connection.get(), SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  // "127.0.0.1:40123".
  const std::string& host() const { return host_; }
  std::string url(const std::string& path = "/") const { return concat("http://", host(), path); }
  // All that was asked, in the order in which it came.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  // The first lines of these: "GET /v2/".
  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    for (const std::string& request : requests()) {
      out.push_back(request.substr(0, request.find(" HTTP/")));
    }
    return out;
  }

 private:
  void accept_all() {
    for (;;) {
      const int accepted = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) return;
      const std::lock_guard lock(mutex_);
      const Descriptor& connection = connections_.emplace_back(accepted);
      threads_.emplace_back([this, &connection] { converse(connection); });
    }
  }

  void converse(const Descriptor& connection) {
    const Peer peer(connection.get());
    // Who begins with TLS is told so, as by every server.
    char first = 0;
    constexpr char tls_handshake = 0x16;
    if (::recv(connection.get(), &first, 1, MSG_PEEK) == 1 && first == tls_handshake) {
      peer.send("HTTP/1.0 400 Bad Request\r\n\r\n");
      ::shutdown(connection.get(), SHUT_RDWR);
      return;
    }
    for (;;) {
      const std::string request = peer.request();
      if (request.empty()) break;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      if (!serve_(peer, request)) break;
    }
    ::shutdown(connection.get(), SHUT_RDWR);
  }

  std::string host_;
  Serve serve_;
  Descriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  mutable std::mutex mutex_;
  std::list<Descriptor> connections_;
  std::vector<std::thread> threads_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace plimsoll::test
