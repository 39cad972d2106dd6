// A thread that takes the engine's side of a conversation, for faults that no engine shows on
// purpose.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/descriptor.h"
#include "base/text.h"
#include "support/peer.h"
#include "support/program.h"

namespace plimsoll::test {

inline std::string answer(std::string_view body, std::string_view status = "200 OK") {
  return concat("HTTP/1.1 ", status,
                "\r\nApi-Version: 1.41\r\nContent-Length: ", std::to_string(body.size()),
                "\r\n\r\n", body);
}
inline const std::string pong = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n";

// Serves one connection after the other with `serve(peer, how many came before)`.
class FakeEngine {
 public:
  using Serve = std::function<void(const Peer&, int)>;

  explicit FakeEngine(Serve serve) : serve_(std::move(serve)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 8) != 0) {
      ADD_FAILURE() << "no socket at " << path();
    }
    thread_ = std::thread([this] { run(); });
  }
  ~FakeEngine() {
    ending_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
    }
    thread_.join();
  }
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  std::string path() const { return directory_.path() + "/s"; }
  int connections() const { return connections_; }

 private:
  void run() {
    for (;;) {
      const Descriptor accepted(::accept(listener_.get(), nullptr, nullptr));
      if (!accepted.valid()) return;
      {
        const std::lock_guard lock(mutex_);
        if (ending_) return;
        current_ = accepted.get();
      }
      serve_(Peer(accepted.get()), connections_++);
      const std::lock_guard lock(mutex_);
      current_ = -1;
    }
  }

  TemporaryDirectory directory_;
  Descriptor listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Serve serve_;
  std::mutex mutex_;
  int current_ = -1;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace plimsoll::test
