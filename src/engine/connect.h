// Opens the sockets on which an engine is talked to, each within a time limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>

namespace plimsoll::engine {

using Deadline = std::chrono::steady_clock::time_point;

struct SocketFailure {
  enum class Kind : std::uint8_t { unreachable, denied, timed_out };
  Kind kind = Kind::unreachable;
  std::string words;  // "connection refused"
};

// A connected socket, which the caller closes. `path` is as long as UnixSocket allows.
std::expected<int, SocketFailure> connect_unix(const std::string& path, Deadline deadline);
// Tries the addresses of the host one after the other; the failure is that of the last one.
std::expected<int, SocketFailure> connect_tcp(const std::string& host, std::uint16_t port,
                                              Deadline deadline);

}  // namespace plimsoll::engine
