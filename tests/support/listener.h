// A socket of a test's own server, on a port that the kernel chooses.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/text.h"

namespace plimsoll::test {

// Binds the socket to an address (of this byte order) and listens: "127.0.0.1:40123".
inline std::string listen_at(int socket, std::uint32_t address) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(address);
  socklen_t size = sizeof where;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&where), size) != 0 || ::listen(socket, 16) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
    ADD_FAILURE() << "no socket for a server";
  }
  return concat(::inet_ntoa(where.sin_addr), ":", std::to_string(ntohs(where.sin_port)));
}

}  // namespace plimsoll::test
