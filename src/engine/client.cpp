// How a conversation goes.
//
// The connection is opened when the first request needs it and kept for the next ones (keep-alive).
// An engine closes a connection that is idle for long, and may do so in the moment in which the
// next request is sent. That is the one case in which a request is sent twice: on a connection that
// was used before, when not one byte of an answer came. GET and HEAD change nothing, so it does no
// harm.
//
// Every wait is an asynchronous operation of which the end, or the deadline of the whole request,
// is waited for. A deadline that passed, an answer that was not understood, and bytes that nobody
// asked for all end the connection: what follows on it could belong to the answer before.
#include "engine/client.h"

#include <unistd.h>

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cassert>
#include <exception>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/percent_encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "engine/connect.h"
#include "engine/ssh_program.h"
#include "engine/tls.h"

namespace plimsoll::engine {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;

// What an engine says in an error is shown up to here, in bytes.
constexpr std::size_t max_shown_text = 500;
// Of a body that is handed on in pieces.
constexpr std::size_t streamed_bytes = 256u << 10;
// Interim answers (status 1xx) before the answer.
constexpr int max_interim_answers = 8;

enum class Method : std::uint8_t { get, head };

struct Reply {
  unsigned status = 0;
  std::string api_version;  // of the engine, from the header
  std::string body;
};

// What another program said, for a message: printable, in one line, not too long.
std::string shown(std::string_view text) {
  text = trim(text);
  std::string out;
  const bool cut = text.size() > max_shown_text;
  if (cut) {
    // Not in the middle of a character.
    std::size_t end = max_shown_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end);
  }
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  append_printable(out, line);
  return cut ? out + " [...]" : out;
}

// The `message` of an engine's error; what is no such document is taken as it is.
std::string message_of(std::string_view body) {
  if (const std::optional<json::Document> document = json::read_text(body)) {
    const json::Value* const message = document->root.find("message");
    if (message != nullptr && message->is(json::Kind::string)) return shown(message->text);
  }
  return shown(body);
}

// The text with every byte encoded that a request line cannot hold, and "#", which would start a
// fragment. "%" stays: it starts an encoding that is there already.
std::string encoded(std::string_view text) {
  static constexpr std::string_view refused = "\"#<>\\^`{|}";
  std::string out;
  out.reserve(text.size());
  append_percent_encoded(out, text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && !refused.contains(c);
  });
  return out;
}

struct Version {
  long long major = 0;
  long long minor = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

std::optional<Version> parse_version(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) {
    return all_digits(digits) && digits.size() <= 6 ? parse_number(digits) : std::nullopt;
  };
  const std::optional<long long> major = number(text.substr(0, dot));
  const std::optional<long long> minor = number(text.substr(dot + 1));
  if (!major || !minor) return std::nullopt;
  return Version{*major, *minor};
}

// What the ssh program writes for people, gathered while the connection is waited on.
struct ProgramErrors : std::enable_shared_from_this<ProgramErrors> {
  explicit ProgramErrors(asio::io_context& io) : pipe(io) {}

  asio::posix::stream_descriptor pipe;
  std::string text;  // its beginning; what is too long to be shown is read and dropped
  bool ended = false;

  void read_on() {
    // The handler may run when the connection is gone: it keeps what it writes to.
    pipe.async_read_some(asio::buffer(chunk_),
                         [self = shared_from_this()](const error_code& error, std::size_t size) {
                           self->take(error, size);
                         });
  }

 private:
  void take(const error_code& error, std::size_t size) {
    const std::size_t room = max_shown_text + 1 - std::min(text.size(), max_shown_text + 1);
    text.append(chunk_.data(), std::min(size, room));
    ended = bool(error);
    if (!ended) read_on();
  }

  std::array<char, 512> chunk_{};
};

bool is_tls_error(const error_code& error) {
  return error.category() == asio::error::get_ssl_category();
}

std::string seconds(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count % 1000 == 0)
    return counted(static_cast<std::size_t>(count / 1000), "second", "seconds");
  return concat(std::to_string(count), " ms");
}

}  // namespace

class Client::Conversation {
 public:
  Conversation(Endpoint endpoint, const Limits& limits)
      : endpoint_(std::move(endpoint)), limits_(limits) {
    if (const auto* const tcp = std::get_if<Tcp>(&endpoint_.address)) {
      base_path_ = encoded(tcp->base_path);
      host_header_ = concat(tcp->host.contains(':') ? concat("[", tcp->host, "]") : tcp->host, ":",
                            std::to_string(tcp->port));
    }
  }

  // Finds an engine, and the version to talk in.
  Answer<void> negotiate() {
    const Deadline deadline = start();
    const std::string ping = base_path_ + "/_ping";
    Answer<Reply> reply = exchange(Method::head, ping, deadline);
    // An answer to HEAD has no body that could say what is wrong.
    if (reply && reply->status != 200) reply = exchange(Method::get, ping, deadline);
    if (!reply) return std::unexpected(std::move(reply.error()));
    const std::optional<Version> theirs = parse_version(reply->api_version);
    // An engine that is unwell still says its version.
    if (!theirs || (reply->status != 200 && reply->status < 500)) return refused_ping(*reply);
    api_version_ = endpoint_.api_version;
    if (api_version_.empty()) {
      const std::optional<Version> ours = parse_version(newest_api_version);
      api_version_ = *theirs < *ours ? reply->api_version : std::string(newest_api_version);
    }
    return {};
  }

  Answer<std::string> get(std::string_view path_and_query) {
    assert(path_and_query.starts_with('/'));
    const std::string target = concat(base_path_, "/v", api_version_, encoded(path_and_query));
    Answer<Reply> reply = exchange(Method::get, target, start());
    if (!reply) return std::unexpected(std::move(reply.error()));
    if (reply->status >= 200 && reply->status < 300) return std::move(reply->body);
    return refused(*reply, target);
  }

  Answer<void> stream(std::string_view path_and_query,
                      const std::function<bool(std::string_view)>& sink) {
    assert(path_and_query.starts_with('/'));
    const std::string target = concat(base_path_, "/v", api_version_, encoded(path_and_query));
    // A new connection: one that the engine closed meanwhile would show only in the answer.
    if (Answer<void> opened = open(start()); !opened) return opened;
    std::string refusal;
    Reply reply;
    const Outcome outcome = listen(target, reply, [&](std::string_view piece) {
      if (reply.status >= 200 && reply.status < 300) return sink(piece);
      refusal += piece.substr(0, limits_.header_bytes - refusal.size());
      return refusal.size() < limits_.header_bytes;
    });
    std::optional<Failure> failure;
    if (outcome.error) failure = explain(outcome);
    connection_.reset();
    if (failure) return std::unexpected(std::move(*failure));
    if (reply.status >= 200 && reply.status < 300) return {};
    reply.body = std::move(refusal);
    return refused(reply, target);
  }

  const std::string& api_version() const { return api_version_; }

  std::optional<std::int64_t> listening_process() const {
    if (connection_ == nullptr || !std::holds_alternative<UnixSocket>(endpoint_.address)) {
      return std::nullopt;
    }
    ucred peer{};
    socklen_t size = sizeof peer;
    const int socket = connection_->socket.native_handle();
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
    return peer.pid;
  }

 private:
  struct Connection {
    Connection(asio::io_context& io, std::size_t header_bytes) : socket(io), buffer(header_bytes) {}
    ~Connection() {
      // The pipe outlives this in the handler that waits for it. The socket is closed before the
      // program's destructor: it is then ending by itself.
      error_code ignored;
      if (said != nullptr) ignored = said->pipe.close(ignored);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::unique_ptr<SshProgram> program;  // at the other end of the socket, or null
    std::shared_ptr<ProgramErrors> said;  // by the program
    Socket socket;
    std::optional<asio::ssl::stream<Socket&>> tls;
    // What was received and not yet taken apart. Its bound is that of headers, and of what else
    // stands between the pieces of a body: extensions of chunks, and trailers.
    boost::beast::flat_buffer buffer;
    bool used = false;  // an answer came over it
  };

  Deadline start() const { return std::chrono::steady_clock::now() + limits_.request; }

  // ---- failures
  // -----------------------------------------------------------------------------------

  std::string chosen_by() const {
    if (endpoint_.chosen_by == "the default") {
      return "start an engine, or say where it is with DOCKER_HOST or a docker context";
    }
    return concat("the address comes from ", endpoint_.chosen_by, ": is an engine running there?");
  }

  Failure unreachable(std::string_view why) const {
    return {
        {.message = concat("no engine answers at ", endpoint_.url, ": ", why), .hint = chosen_by()},
        Trouble::unreachable};
  }

  Failure timed_out(std::string_view what, std::chrono::milliseconds limit) const {
    return {{.message = concat("the engine at ", endpoint_.url, " did not ", what, " within ",
                               seconds(limit)),
             .hint = chosen_by()},
            Trouble::timed_out};
  }

  Failure no_engine(std::string_view why, std::string hint) const {
    return {{.message = concat("what answers at ", endpoint_.url, " is no engine: ", why),
             .hint = std::move(hint)},
            Trouble::no_engine};
  }

  std::unexpected<Failure> refused(const Reply& reply, std::string_view target) const {
    Failure out;
    out.trouble = reply.status == 404   ? Trouble::gone
                  : reply.status == 403 ? Trouble::denied
                                        : Trouble::refused;
    const std::string said = message_of(reply.body);
    out.message = concat("the engine at ", endpoint_.url, " answers ", std::to_string(reply.status),
                         " to GET ", shown(target), said.empty() ? "" : ": ", said);
    return std::unexpected(std::move(out));
  }

  std::unexpected<Failure> refused_ping(const Reply& reply) const {
    if (reply.status == 400 && reply.body.contains("HTTPS")) {
      return std::unexpected(no_engine("it speaks TLS, and was asked without", tls_hint()));
    }
    if (reply.status == 403 || (reply.status != 200 && !reply.api_version.empty())) {
      return refused(reply, "/_ping");
    }
    return std::unexpected(
        no_engine(concat("its answer to a ping has status ", std::to_string(reply.status),
                         " and no version of the API"),
                  chosen_by()));
  }

  static std::string tls_hint() {
    return "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and "
           "key.pem";
  }

  // ---- connections
  // --------------------------------------------------------------------------------

  Failure socket_failure(const SocketFailure& failure) const {
    if (failure.kind == SocketFailure::Kind::timed_out) {
      return timed_out("accept a connection", limits_.connect);
    }
    Failure out = unreachable(failure.words);
    if (failure.kind == SocketFailure::Kind::denied) {
      out.hint =
          "run as root, or as a member of the group that owns the socket (often \"docker\"), which "
          "is as much as root";
    }
    return out;
  }

  Answer<void> open(Deadline deadline) {
    deadline = std::min(deadline, std::chrono::steady_clock::now() + limits_.connect);
    connection_ = std::make_unique<Connection>(io_, limits_.header_bytes);
    Answer<void> opened;
    if (const auto* const local = std::get_if<UnixSocket>(&endpoint_.address)) {
      opened = adopt(connect_unix(local->path, deadline), AF_UNIX);
    } else if (const auto* const tcp = std::get_if<Tcp>(&endpoint_.address)) {
      opened = adopt(connect_tcp(tcp->host, tcp->port, deadline), AF_INET);
      if (opened && tcp->tls) opened = shake_hands(*tcp, deadline);
    } else {
      opened = start_ssh(std::get<Ssh>(endpoint_.address));
    }
    if (!opened) connection_.reset();
    return opened;
  }

  // Takes over a socket. The family is for asio's own checks alone: the socket is connected.
  Answer<void> adopt(const std::expected<int, SocketFailure>& socket, int family) {
    if (!socket) return std::unexpected(socket_failure(socket.error()));
    error_code error;
    error = connection_->socket.assign(asio::generic::stream_protocol(family, 0), *socket, error);
    if (!error) return {};
    ::close(*socket);
    return std::unexpected(unreachable(error.message()));
  }

  Answer<void> shake_hands(const Tcp& tcp, Deadline deadline) {
    if (!tls_) {
      Result<TlsContext> made = make_tls_context(*tcp.tls);
      if (!made) return std::unexpected(Failure{std::move(made.error()), Trouble::unreachable});
      tls_.emplace(made->release());
    }
    connection_->tls.emplace(connection_->socket, *tls_);
    SSL* const handle = connection_->tls->native_handle();
    if (!expect_host(handle, tcp.host)) return std::unexpected(unreachable("TLS refuses its name"));
    const error_code error = complete(deadline, [&](auto done) {
      connection_->tls->async_handshake(asio::ssl::stream_base::client, std::move(done));
    });
    if (!error) return {};
    if (error == asio::error::timed_out) {
      return std::unexpected(timed_out("finish the TLS handshake", limits_.connect));
    }
    if (is_tls_error(error)) return std::unexpected(tls_failure(error));
    return std::unexpected(unreachable("the connection was closed during the TLS handshake"));
  }

  Answer<void> start_ssh(const Ssh& ssh) {
    Result<std::unique_ptr<SshProgram>> program = SshProgram::start(ssh, limits_.connect);
    if (!program) return std::unexpected(Failure{std::move(program.error()), Trouble::unreachable});
    connection_->program = std::move(*program);
    connection_->said = std::make_shared<ProgramErrors>(io_);
    const int errors = connection_->program->take_errors();
    error_code error;
    error = connection_->said->pipe.assign(errors, error);
    if (error) {
      ::close(errors);
      return std::unexpected(unreachable(error.message()));
    }
    connection_->said->read_on();
    return adopt(connection_->program->take_connection(), AF_UNIX);
  }

  // Starts an operation and runs until it has ended, or until the deadline, which ends it.
  // `begin` is called with the completion handler.
  template <class Begin>
  error_code complete(Deadline deadline, const Begin& begin) {
    std::optional<error_code> result;
    begin([&result](const error_code& error, auto&&...) { result = error; });
    io_.restart();
    while (!result && io_.run_one_until(deadline) > 0) {
    }
    if (result) return *result;
    error_code ignored;
    ignored = connection_->socket.close(ignored);
    while (!result && io_.run_one() > 0) {
    }
    return asio::error::timed_out;
  }

  // ---- requests
  // -----------------------------------------------------------------------------------

  Answer<Reply> exchange(Method method, const std::string& target, Deadline deadline) {
    for (;;) {
      if (connection_ == nullptr) {
        Answer<void> opened = open(deadline);
        if (!opened) return std::unexpected(std::move(opened.error()));
      }
      const bool used = connection_->used;
      Reply reply;
      const Outcome outcome = talk(method, target, deadline, reply);
      if (!outcome.error) {
        if (!outcome.keep_alive) connection_.reset();
        return reply;
      }
      const bool again = used && !outcome.answered && is_closed(outcome.error);
      Failure failure;
      if (!again) failure = explain(outcome);
      connection_.reset();
      if (!again) return std::unexpected(std::move(failure));
    }
  }

  struct Outcome {
    error_code error;
    bool answered = false;    // at least one byte of an answer came
    bool keep_alive = false;  // another request may follow
    std::string first_bytes;  // of an answer that was not understood
  };

  error_code send(Method method, const std::string& target, Deadline deadline) {
    Connection& connection = *connection_;
    http::request<http::empty_body> request(
        method == Method::head ? http::verb::head : http::verb::get, target, 11);
    request.set(http::field::host, host_header_);
    request.set(http::field::user_agent, "plimsoll/" PLIMSOLL_VERSION);
    return complete(deadline, [&](auto done) {
      if (connection.tls) {
        http::async_write(*connection.tls, request, std::move(done));
      } else {
        http::async_write(connection.socket, request, std::move(done));
      }
    });
  }

  // Asks, and hands on the body of the answer as it comes; `reply` gets its status before. Each
  // wait has a deadline of its own.
  Outcome listen(const std::string& target, Reply& reply,
                 const std::function<bool(std::string_view)>& sink) {
    Connection& connection = *connection_;
    Outcome outcome;
    outcome.error = send(Method::get, target, start());
    if (outcome.error) return outcome;
    http::response_parser<http::buffer_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(boost::none);
    outcome.error = complete(start(), [&](auto done) {
      if (connection.tls) {
        http::async_read_header(*connection.tls, connection.buffer, parser, std::move(done));
      } else {
        http::async_read_header(connection.socket, connection.buffer, parser, std::move(done));
      }
    });
    if (outcome.error) return outcome;
    reply.status = parser.get().result_int();
    std::vector<char> piece(streamed_bytes);
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      outcome.error = complete(start(), [&](auto done) {
        if (connection.tls) {
          http::async_read(*connection.tls, connection.buffer, parser, std::move(done));
        } else {
          http::async_read(connection.socket, connection.buffer, parser, std::move(done));
        }
      });
      if (outcome.error == http::error::need_buffer) outcome.error = {};
      const std::size_t size = piece.size() - parser.get().body().size;
      if (size > 0 && !sink({piece.data(), size})) return outcome;
      if (outcome.error) return outcome;
    }
    return outcome;
  }

  Outcome talk(Method method, const std::string& target, Deadline deadline, Reply& reply) {
    Connection& connection = *connection_;
    Outcome outcome;
    // An engine that ends the conversation may have said why before it did: its answer counts.
    const error_code sent = send(method, target, deadline);
    if (sent == asio::error::timed_out) {
      outcome.error = sent;
      return outcome;
    }
    for (int interim = 0; interim <= max_interim_answers; ++interim) {
      http::response_parser<http::string_body> parser;
      parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
      parser.body_limit(limits_.body_bytes);
      parser.skip(method == Method::head);
      outcome.error = complete(deadline, [&](auto done) {
        if (connection.tls) {
          http::async_read(*connection.tls, connection.buffer, parser, std::move(done));
        } else {
          http::async_read(connection.socket, connection.buffer, parser, std::move(done));
        }
      });
      outcome.answered = outcome.answered || parser.got_some();
      if (outcome.error) {
        if (sent && is_closed(outcome.error)) outcome.error = sent;
        const auto bytes = connection.buffer.data();
        outcome.first_bytes.assign(static_cast<const char*>(bytes.data()),
                                   std::min<std::size_t>(bytes.size(), 16));
        return outcome;
      }
      reply.status = parser.get().result_int();
      if (reply.status / 100 == 1 && reply.status != 101) continue;
      connection.used = true;
      outcome.keep_alive = !sent && parser.keep_alive() && connection.buffer.size() == 0;
      const auto version = parser.get()["Api-Version"];
      reply.api_version.assign(version.data(), version.size());
      reply.body = std::move(parser.get().body());
      return outcome;
    }
    outcome.error = http::error::bad_status;
    return outcome;
  }

  static bool is_closed(const error_code& error) {
    return error == http::error::end_of_stream || error == asio::error::eof ||
           error == asio::error::connection_reset || error == asio::error::broken_pipe ||
           error == asio::ssl::error::stream_truncated;
  }

  // Why a request failed; the connection is still there.
  Failure explain(const Outcome& outcome) {
    const error_code& error = outcome.error;
    const bool ended = is_closed(error) || error == http::error::partial_message;
    if (connection_->program != nullptr && (ended || error == asio::error::timed_out)) {
      return ssh_failure(ended);
    }
    if (is_tls_error(error)) return tls_failure(error);
    // The first byte of an alert, and the version after it.
    if (outcome.first_bytes.starts_with("\x15\x03")) {
      return no_engine("it speaks TLS, and was asked without", tls_hint());
    }
    if (error == asio::error::timed_out) return timed_out("answer", limits_.request);
    if (error == http::error::body_limit) {
      return {{.message = concat("the engine at ", endpoint_.url, " sends more than ",
                                 std::to_string(limits_.body_bytes >> 20),
                                 " MiB, the most that is taken as one answer")},
              Trouble::too_large};
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return {{.message = concat("the engine at ", endpoint_.url, " sends more than ",
                                 std::to_string(limits_.header_bytes >> 10),
                                 " KiB of headers, the most that is taken")},
              Trouble::too_large};
    }
    if (error == http::error::partial_message) {
      return unreachable("the connection ended in the middle of an answer");
    }
    if (is_closed(error)) {
      Failure failure = unreachable("the connection was closed without an answer");
      const auto* const tcp = std::get_if<Tcp>(&endpoint_.address);
      if (tcp != nullptr && tcp->tls && tcp->tls->certificate.empty()) {
        failure.hint = "it may want a client certificate: put cert.pem and key.pem beside ca.pem";
      }
      return failure;
    }
    if (error.category() == http::make_error_code(http::error::end_of_stream).category()) {
      return no_engine(concat("its answer is not HTTP (", error.message(), ")"), chosen_by());
    }
    return unreachable(lower(error.message()));
  }

  Failure tls_failure(const error_code& error) const {
    TlsProblem problem =
        explain_tls_error(connection_->tls->native_handle(), static_cast<unsigned>(error.value()),
                          std::get<Tcp>(endpoint_.address));
    if (problem.no_tls) return no_engine(problem.words, std::move(problem.hint));
    Failure failure = unreachable(problem.words);
    failure.hint = std::move(problem.hint);
    return failure;
  }

  // What went wrong stands in what ssh said; it may still be about to say it.
  Failure ssh_failure(bool ended) {
    ProgramErrors& said = *connection_->said;
    const Deadline patience = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    io_.restart();
    while (ended && !said.ended && io_.run_one_until(patience) > 0) {
    }
    Failure failure = ended ? unreachable("the connection was closed without an answer")
                            : timed_out("answer", limits_.request);
    const std::string& host = std::get<Ssh>(endpoint_.address).host;
    failure.hint = concat("`ssh ", host, " docker version` must work without asking anything");
    if (const std::string words = shown(said.text); !words.empty()) {
      failure.message = concat("no engine answers at ", endpoint_.url, ": ssh says: ", words);
    }
    return failure;
  }

  Endpoint endpoint_;
  Limits limits_;
  std::string api_version_;
  std::string base_path_;
  std::string host_header_ = "docker";  // of an engine behind a socket, which has no name
  asio::io_context io_{1};
  std::optional<asio::ssl::context> tls_;   // made for the first connection
  std::unique_ptr<Connection> connection_;  // null between connections; uses the two above
};

namespace {

// The libraries below throw where the system or the memory gives out.
Failure out_of_means(const std::exception& error) {
  return {{.message = concat("the engine cannot be asked: ", error.what())}, Trouble::unreachable};
}

}  // namespace

Client::Client(std::unique_ptr<Conversation> conversation)
    : conversation_(std::move(conversation)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Answer<Client> Client::connect(const Endpoint& endpoint, const Limits& limits) {
  try {
    auto conversation = std::make_unique<Conversation>(endpoint, limits);
    Answer<void> found = conversation->negotiate();
    if (!found) return std::unexpected(std::move(found.error()));
    return Client(std::move(conversation));
  } catch (const std::exception& error) {
    return std::unexpected(out_of_means(error));
  }
}

Answer<std::string> Client::get(std::string_view path_and_query) {
  try {
    return conversation_->get(path_and_query);
  } catch (const std::exception& error) {
    return std::unexpected(out_of_means(error));
  }
}

Answer<void> Client::stream(std::string_view path_and_query,
                            const std::function<bool(std::string_view)>& sink) {
  try {
    return conversation_->stream(path_and_query, sink);
  } catch (const std::exception& error) {
    return std::unexpected(out_of_means(error));
  }
}

std::optional<std::int64_t> Client::listening_process() const {
  return conversation_->listening_process();
}

const std::string& Client::api_version() const {
  return conversation_->api_version();
}

}  // namespace plimsoll::engine
