// The server's side of a conversation in HTTP.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace plimsoll::test {

// One connection as the side that was connected to sees it.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  // The next request up to its empty line, or "" when the client has gone.
  std::string request() const {
    std::string text;
    char byte = 0;
    while (!text.ends_with("\r\n\r\n") && ::recv(socket_, &byte, 1, 0) == 1) text += byte;
    return text.ends_with("\r\n\r\n") ? text : "";
  }
  // False when the client has gone.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void wait_for_end() const {
    while (!request().empty()) {
    }
  }

 private:
  int socket_;
};

}  // namespace plimsoll::test
