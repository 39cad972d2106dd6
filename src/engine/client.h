// A read-only client of the Docker Engine API, which Podman's compatible socket speaks as well.
//
// It can send GET and HEAD and nothing else: there is no way to express another method, so no use
// of it can change anything on a host. It is one conversation over one connection: requests go one
// after the other, and a connection that the engine closed meanwhile is opened again.
//
// Everything it waits for has a time limit and everything it takes a size limit, because what
// answers may be stuck, broken or hostile.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::engine {

struct Limits {
  // From the name of the host to the end of the TLS handshake.
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds request{30'000};  // a whole request, with connecting again where needed
  std::size_t body_bytes = 64u << 20;         // of one answer, after chunks are put together
  std::size_t header_bytes = 64u << 10;       // of one answer
};

// Why there is no answer, for callers that go on in some cases.
enum class Trouble : std::uint8_t {
  unreachable,  // nobody answers there, or the conversation ended before the answer did
  timed_out,    // a time limit was passed
  too_large,    // a size limit was passed
  no_engine,    // something else answers: no HTTP, the wrong side of TLS, another server
  gone,         // status 404: there is no such object (any more)
  denied,       // status 403: an authorization plugin or a proxy forbids it
  refused,      // any other status that is not a success: the engine says what it dislikes
};

// An Error, and which kind it is of. Where the kind does not matter it is taken as the Error.
struct Failure : Error {
  Trouble trouble = Trouble::unreachable;
};

template <class T>
using Answer = std::expected<T, Failure>;

// Moved, not copied. Used by one thread at a time. Ends its ssh program, if it has one, when it is
// destroyed.
class Client {
 public:
  // The newest version of the API that Plimsoll knows.
  static constexpr std::string_view newest_api_version = "1.47";

  // Connects, finds an engine there, and agrees on the version of the API: the older one of its own
  // and the engine's, or what the endpoint pins.
  static Answer<Client> connect(const Endpoint& endpoint, const Limits& limits = {});

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // The body of the answer to `GET /v1.NN<path_and_query>`, for instance of
  // "/containers/json?all=1". It starts with a slash. Bytes that cannot stand in a request, such as
  // the quotes of a filter, are percent-encoded. An engine's own words in an error are made
  // printable and shortened.
  Answer<std::string> get(std::string_view path_and_query);

  // The body of an answer that may be as large as it likes, in pieces as they come. Each piece has
  // the time of a whole request. A sink that has enough gives back false, which is no failure.
  Answer<void> stream(std::string_view path_and_query,
                      const std::function<bool(std::string_view piece)>& sink);

  // "1.41"
  const std::string& api_version() const;

  // The process that made the UNIX socket which it is connected to, as the kernel has it: the
  // engine, or whoever listens for it (systemd). Nothing for other connections.
  std::optional<std::int64_t> listening_process() const;

 private:
  class Conversation;
  explicit Client(std::unique_ptr<Conversation> conversation);

  std::unique_ptr<Conversation> conversation_;
};

}  // namespace plimsoll::engine
