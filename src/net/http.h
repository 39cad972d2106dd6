// A client of HTTP and HTTPS for what lies on servers that nobody here controls: registries, feeds.
//
// Everything that a server says is bounded, and so is how long it may say nothing. Redirects are
// followed here, not by the library: never from https to http, never with a credential to another
// origin, and never to an address that the one who sends us has no business to know (address.h),
// which is judged by the address that is connected to, so that a name that resolves to something
// else each time gains nothing. TLS is 1.2 or newer and always verified.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/environment.h"
#include "net/address.h"
#include "net/url.h"

namespace plimsoll::net {

inline constexpr std::size_t max_header_bytes = 256u << 10;    // of one answer, all together
inline constexpr std::size_t max_kept_body_bytes = 64u << 10;  // of an answer that is no success
inline constexpr int max_redirects = 10;                       // Go's client follows as many

// PEM texts. `key` is a secret: it is never printed.
struct Identity {
  std::string certificate;
  std::string key;
};

struct Settings {
  std::string user_agent = "plimsoll";
  // Whom to trust beside those whom the system trusts: PEM texts, several after each other.
  std::string authorities = {};
  // Who this client is, to the origin `identity_for` alone ("https://host:5000").
  std::optional<Identity> identity = {};
  std::string identity_for = {};
  Environment proxies = {};  // proxy_environment()
  // Until a connection stands, and its TLS.
  std::chrono::milliseconds connect_limit = std::chrono::seconds(20);
  // A server that sends less than a KiB a second for so long has stalled. At least a second.
  std::chrono::seconds stall_limit = std::chrono::seconds(30);
};

enum class Method : std::uint8_t { get, head, post };

struct Request {
  Url url;
  Method method = Method::get;
  std::vector<std::string> headers = {};  // "Accept: text/plain"
  std::string authorization = {};         // the header's value: a secret
  std::string form = {};                  // the body of a POST: a secret
  std::uint64_t from = 0;                 // ask for the bytes from here on
  std::uint64_t max_bytes = 1u << 20;     // of the body: more is an error
  // For the whole of it, if there is a limit beside stalling.
  std::chrono::milliseconds limit = {};
  // In whose name it is sent: who in this zone may have it sent. Nothing: the user's own.
  std::optional<Zone> in_name_of = {};
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values trimmed
  std::string body;  // of an answer without success: its start
  Url url;           // that answered, behind redirects
  // Of the address that was connected to first; of a proxy's it is said to be the internet.
  Zone zone = Zone::internet;
  std::chrono::seconds retry_after = {};  // what the server asks to wait; 0 when nothing

  // The first header of the name, which is in lower case; "" when there is none.
  std::string_view header(std::string_view name) const;
  // Content-Length, where it is said.
  std::optional<std::uint64_t> content_length() const;
};

enum class Trouble : std::uint8_t {
  unknown_host,
  unreachable,  // refused, no route, or no connection in time
  stalled,
  broken,          // the connection ended too early, or what came is no HTTP
  no_tls,          // the other side does not speak TLS
  untrusted,       // its certificate
  wants_identity,  // it wants a certificate of this client, or another one
  forbidden,       // an address, a scheme or a redirect that is not followed
  too_many_redirects,
  too_large,
  stopped,  // the sink wanted no more
  internal,
};

struct Failure {
  Trouble trouble = Trouble::internal;
  std::string words;  // "connection refused"; holds no secret
  std::string at;     // "https://host": the origin that it is about
};

template <class T>
using Answer = std::expected<T, Failure>;

// Takes the body of a success (200, 206) in pieces; false to stop.
using Sink = std::function<bool(const Response& response, std::string_view piece)>;

// For one thread at a time; connections are kept for the next request.
class Client {
 public:
  explicit Client(Settings settings);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Any status is an answer; of 200 and 206 the body goes to the sink, which an answer of another
  // status never reaches.
  Answer<Response> send(const Request& request, const Sink& sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plimsoll::net
