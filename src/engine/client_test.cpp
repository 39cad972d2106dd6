// The client against an engine that misbehaves, which is a thread of the test, and against real
// ones.
#include "engine/client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "base/descriptor.h"
#include "base/text.h"
#include "engine/ssh_program.h"
#include "support/fake_engine.h"
#include "support/program.h"
#include "support/test_engine.h"

namespace plimsoll::engine {
namespace {

using namespace std::chrono_literals;
using test::EngineTest;
using test::TemporaryDirectory;
using test::TestEngine;

// Short enough for a test that waits for their end, long enough for a slow machine to answer.
constexpr Limits short_limits{
    .connect = 300ms, .request = 300ms, .body_bytes = 1 << 20, .header_bytes = 8 << 10};

using test::answer;
using test::FakeEngine;
using test::Peer;
using test::pong;

Endpoint endpoint_of(const FakeEngine& engine) {
  return {.address = UnixSocket{engine.path()},
          .url = "unix:///s",
          .chosen_by = "DOCKER_HOST",
          .api_version = {}};
}

// Answers the ping, then sends this to the first request, and waits until the client goes.
FakeEngine::Serve after_ping(std::string text) {
  return [text = std::move(text)](const Peer& peer, int) {
    if (peer.request().empty() || !peer.send(pong)) return;
    if (peer.request().empty() || !peer.send(text)) return;
    peer.wait_for_end();
  };
}

// "gone: the engine at …", or the text.
std::string dump(const Answer<std::string>& got) {
  if (got) return *got;
  constexpr std::array<std::string_view, 7> names{
      "unreachable", "timed out", "too large", "no engine", "gone", "denied", "refused"};
  return concat(names.at(static_cast<std::size_t>(got.error().trouble)), ": ", got.error().message,
                got.error().hint.empty() ? "" : "; ", got.error().hint);
}

std::string dump(const Answer<Client>& client) {
  if (client) return concat("version ", client->api_version());
  return dump(Answer<std::string>(std::unexpected(client.error())));
}

// What becomes of one request to an engine that answers a ping well and this request so.
std::string get_from(const FakeEngine& engine, const Limits& limits = short_limits) {
  Answer<Client> client = Client::connect(endpoint_of(engine), limits);
  if (!client) return concat("not connected: ", dump(client));
  return dump(client->get("/x"));
}
std::string get_from(std::string text) {
  return get_from(FakeEngine(after_ping(std::move(text))));
}
std::string connect_to(FakeEngine::Serve serve) {
  const FakeEngine engine(std::move(serve));
  return dump(Client::connect(endpoint_of(engine), short_limits));
}
std::string connect_to(std::string text) {
  return connect_to([text = std::move(text)](const Peer& peer, int) {
    if (!peer.request().empty()) peer.send(text);
  });
}

constexpr std::string_view hint =
    "; the address comes from DOCKER_HOST: is an engine running there?";

TEST(Client, AgreesOnTheOlderVersion) {
  const auto ping = [](std::string_view version) {
    return concat("HTTP/1.1 200 OK\r\napi-version: ", version, "\r\nContent-Length: 0\r\n\r\n");
  };
  EXPECT_EQ(connect_to(ping("1.41")), "version 1.41");
  EXPECT_EQ(connect_to(ping("1.9")), "version 1.9");
  EXPECT_EQ(connect_to(ping("1.47")), "version 1.47");
  EXPECT_EQ(connect_to(ping("1.53")), "version 1.47");
  EXPECT_EQ(connect_to(ping("2.0")), "version 1.47");

  const FakeEngine engine(after_ping(answer("ok")));
  Endpoint pinned = endpoint_of(engine);
  pinned.api_version = "1.30";
  EXPECT_EQ(dump(Client::connect(pinned, short_limits)), "version 1.30");
}

TEST(Client, PingsWithHeadAndThenAsks) {
  std::vector<std::string> requests;
  {
    const FakeEngine engine([&](const Peer& peer, int) {
      for (std::string text; !(text = peer.request()).empty();) {
        requests.push_back(text.substr(0, text.find('\r')));
        peer.send(requests.size() == 1 ? pong : answer("{}"));
      }
    });
    Answer<Client> client = Client::connect(endpoint_of(engine), short_limits);
    ASSERT_TRUE(client) << dump(client);
    EXPECT_EQ(dump(client->get("/version")), "{}");
    EXPECT_EQ(dump(client->get("/containers/json?filters={\"a\":[\"b c\"]}&x=%20#y")), "{}");
    EXPECT_EQ(dump(client->get("/x\r\nDELETE /y HTTP/1.1\r\n\xc3\xa9")), "{}");
    EXPECT_EQ(engine.connections(), 1);
  }
  EXPECT_EQ(requests,
            (std::vector<std::string>{
                "HEAD /_ping HTTP/1.1", "GET /v1.41/version HTTP/1.1",
                "GET /v1.41/containers/json?filters=%7B%22a%22:[%22b%20c%22]%7D&x=%20%23y "
                "HTTP/1.1",
                "GET /v1.41/x%0D%0ADELETE%20/y%20HTTP/1.1%0D%0A%C3%A9 HTTP/1.1"}));
}

TEST(Client, AsksAgainWithGetWhereHeadIsRefused) {
  EXPECT_EQ(connect_to([](const Peer& peer, int) {
              for (std::string text; !(text = peer.request()).empty();) {
                peer.send(text.starts_with("HEAD")
                              ? "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 3\r\n\r\n"
                              : answer("OK"));
              }
            }),
            "version 1.41");
  // An engine that is unwell says its version.
  EXPECT_EQ(connect_to([](const Peer& peer, int) {
              for (std::string text; !(text = peer.request()).empty();) {
                peer.send(answer(text.starts_with("HEAD") ? "" : "sick", "500 Internal"));
              }
            }),
            "version 1.41");
}

TEST(Client, TellsWhatIsNoEngine) {
  const std::string no_engine = "no engine: what answers at unix:///s is no engine: ";
  const std::string tls =
      "it speaks TLS, and was asked without; set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the "
      "directory of ca.pem, cert.pem and key.pem";
  EXPECT_EQ(connect_to("SSH-2.0-OpenSSH_9.2\r\n"),
            concat(no_engine, "its answer is not HTTP (bad version)", hint));
  EXPECT_EQ(connect_to(std::string("\x15\x03\x01\x00\x02\x02\x46", 7)), no_engine + tls);
  EXPECT_EQ(connect_to([](const Peer& peer, int) {
              if (!peer.request().empty()) {
                peer.send(
                    "HTTP/1.0 400 Bad Request\r\n\r\n"
                    "Client sent an HTTP request to an HTTPS server.\n");
              }
            }),
            no_engine + tls);
  EXPECT_EQ(
      connect_to("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
      concat(no_engine, "its answer to a ping has status 200 and no version of the API", hint));
  EXPECT_EQ(
      connect_to("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
      concat(no_engine, "its answer to a ping has status 404 and no version of the API", hint));
  EXPECT_EQ(
      connect_to("HTTP/1.1 200 OK\r\nApi-Version: 1.x\r\nContent-Length: 0\r\n\r\n"),
      concat(no_engine, "its answer to a ping has status 200 and no version of the API", hint));
  // An authorization plugin that denies all denies the ping.
  EXPECT_EQ(connect_to([](const Peer& peer, int) {
              const std::string text = peer.request();
              const std::string body = R"({"message":"authorization denied by plugin lab: no"})";
              if (!text.empty()) {
                peer.send(concat("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: ",
                                 std::to_string(body.size()), "\r\n\r\n",
                                 text.starts_with("HEAD") ? "" : body));
              }
            }),
            "denied: the engine at unix:///s answers 403 to GET /_ping: authorization denied by "
            "plugin lab: no");
}

TEST(Client, TellsWhereNobodyAnswers) {
  const TemporaryDirectory directory;
  Endpoint endpoint{.address = UnixSocket{directory.path() + "/none"},
                    .url = "unix:///none",
                    .chosen_by = "the default",
                    .api_version = {}};
  EXPECT_EQ(dump(Client::connect(endpoint)),
            "unreachable: no engine answers at unix:///none: no such file or directory; start an "
            "engine, or say where it is with DOCKER_HOST or a docker context");
  endpoint.chosen_by = "context \"lab\"";
  endpoint.address = UnixSocket{directory.write("file", "")};
  EXPECT_EQ(dump(Client::connect(endpoint)),
            "unreachable: no engine answers at unix:///none: connection refused; the address comes "
            "from context \"lab\": is an engine running there?");
  endpoint.address = Tcp{.host = "127.0.0.1", .port = 1, .base_path = {}, .tls = {}};
  EXPECT_EQ(dump(Client::connect(endpoint)),
            "unreachable: no engine answers at unix:///none: connection refused; the address comes "
            "from context \"lab\": is an engine running there?");
}

TEST(Client, SaysWhoMayUseASocket) {
  const FakeEngine engine(after_ping(answer("ok")));
  ASSERT_EQ(::chmod(engine.path().c_str(), 0), 0);
  ASSERT_EQ(::chmod(std::string(parent_path(engine.path())).c_str(), 0755), 0);
  std::string said;
  std::thread([&] {
    // Of this thread alone: nobody, whom a mode of 0 stops.
    ::syscall(SYS_setresuid, -1, 65534, -1);
    said = dump(Client::connect(endpoint_of(engine), short_limits));
  }).join();
  EXPECT_EQ(
      said,
      "unreachable: no engine answers at unix:///s: permission denied; run as root, or as a "
      "member of the group that owns the socket (often \"docker\"), which is as much as root");
}

TEST(Client, SaysWhoItIs) {
  std::string request;
  {
    const FakeEngine engine([&](const Peer& peer, int) {
      request = peer.request();
      peer.send(pong);
    });
    EXPECT_EQ(dump(Client::connect(endpoint_of(engine), short_limits)), "version 1.41");
  }
  EXPECT_EQ(request,
            "HEAD /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: plimsoll/" PLIMSOLL_VERSION
            "\r\n\r\n");
}

TEST(Client, WaitsNoLongerThanItsLimits) {
  const std::string answered_late =
      concat("timed out: the engine at unix:///s did not answer within 300 ms", hint);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(connect_to([](const Peer& peer, int) { peer.wait_for_end(); }), answered_late);
  EXPECT_EQ(get_from(""), answered_late);
  EXPECT_EQ(get_from("HTTP/1.1 200 OK\r\nContent-Le"), answered_late);
  EXPECT_EQ(get_from("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"), answered_late);
  EXPECT_EQ(get_from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"),
            answered_late);
  // Each byte comes soon after the one before, and the answer never ends.
  EXPECT_EQ(get_from(FakeEngine([](const Peer& peer, int) {
              if (peer.request().empty() || !peer.send(pong) || peer.request().empty()) return;
              if (!peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")) return;
              while (peer.send("x")) std::this_thread::sleep_for(5ms);
            })),
            answered_late);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(Client, DoesNotWaitForAnEngineThatAcceptsNothing) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/s";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const auto* const where = reinterpret_cast<const sockaddr*>(&address);
  const Descriptor listener(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(listener.get(), where, sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  const Descriptor first(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(first.get(), where, sizeof address), 0);
  const Endpoint endpoint{.address = UnixSocket{path},
                          .url = "unix:///s",
                          .chosen_by = "DOCKER_HOST",
                          .api_version = {}};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(
      dump(Client::connect(endpoint, short_limits)),
      concat("timed out: the engine at unix:///s did not accept a connection within 300 ms", hint));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

TEST(Client, TakesNoMoreThanItsLimits) {
  const std::string too_long =
      "too large: the engine at unix:///s sends more than 1 MiB, the most that is taken as one "
      "answer";
  // 100 MB, announced and not.
  EXPECT_EQ(get_from("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"), too_long);
  const auto pour = [](std::string_view head, const std::string& piece) {
    return FakeEngine::Serve([head, piece](const Peer& peer, int) {
      if (peer.request().empty() || !peer.send(pong) || peer.request().empty()) return;
      if (!peer.send(head)) return;
      for (int i = 0; i < 1600 && peer.send(piece); ++i) {
      }
    });
  };
  const std::string block(64 << 10, 'x');
  EXPECT_EQ(get_from(FakeEngine(pour("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                     "10000\r\n" + block + "\r\n"))),
            too_long);
  EXPECT_EQ(get_from(FakeEngine(pour("HTTP/1.1 200 OK\r\n\r\n", block))), too_long);

  const std::string many_headers =
      "too large: the engine at unix:///s sends more than 8 KiB of headers, the most that is taken";
  EXPECT_EQ(get_from(FakeEngine(pour("HTTP/1.1 200 OK\r\n", "X-Header: 1\r\n"))), many_headers);
  EXPECT_EQ(get_from(FakeEngine(pour("HTTP/1.1 200 OK\r\nX-Header: ", block))), many_headers);
  EXPECT_EQ(get_from(FakeEngine(
                pour("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=", block))),
            many_headers);
  EXPECT_EQ(get_from(FakeEngine(pour("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                                     "X-Trailer: 1\r\n"))),
            many_headers);

  // The most that is allowed is taken, also where it is more than the library's own bound of 8 MiB.
  const std::string most(1 << 20, 'x');
  EXPECT_EQ(get_from(answer(most)), most);
  EXPECT_EQ(get_from(answer(most + "x")), too_long);
  const std::string large(9 << 20, 'x');
  EXPECT_EQ(get_from(FakeEngine(after_ping(answer(large))), {}), large);
}

TEST(Client, TellsAnAnswerThatIsCut) {
  const auto cut = [](std::string text) {
    return get_from(FakeEngine([text = std::move(text)](const Peer& peer, int) {
      if (peer.request().empty() || !peer.send(pong) || peer.request().empty()) return;
      peer.send(text);
    }));
  };
  const std::string middle = concat(
      "unreachable: no engine answers at unix:///s: the connection ended in the middle of an "
      "answer",
      hint);
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"), middle);
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123"), middle);
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"), middle);
  EXPECT_EQ(cut("HTTP/1.1 200 OK\r\nConte"), middle);
  EXPECT_EQ(cut("HTTP/1.1 100 Continue\r\n\r\n"),
            concat("unreachable: no engine answers at unix:///s: the connection was closed without "
                   "an answer",
                   hint));
}

TEST(Client, ConnectsAgainWhenTheEngineWentMeanwhile) {
  // The first connection ends after the ping, the second after one request.
  const FakeEngine engine([](const Peer& peer, int before) {
    for (int i = 0; i < 1 && !peer.request().empty(); ++i) {
      peer.send(before == 0 ? pong : answer(std::to_string(before)));
    }
  });
  Answer<Client> client = Client::connect(endpoint_of(engine), short_limits);
  ASSERT_TRUE(client) << dump(client);
  EXPECT_EQ(dump(client->get("/x")), "1");
  EXPECT_EQ(dump(client->get("/x")), "2");
  EXPECT_EQ(dump(client->get("/x")), "3");
  EXPECT_EQ(engine.connections(), 4);
}

TEST(Client, ConnectsAgainOnlyOnce) {
  const FakeEngine engine([](const Peer& peer, int before) {
    if (!peer.request().empty() && before == 0) peer.send(pong);
    // The request is read, and the connection ends.
    if (before == 0) (void)peer.request();
  });
  EXPECT_EQ(get_from(engine),
            concat("unreachable: no engine answers at unix:///s: the connection was closed without "
                   "an answer",
                   hint));
  EXPECT_EQ(engine.connections(), 2);
}

TEST(Client, KeepsNoConnectionThatIsInDoubt) {
  const auto then_more = [](std::string first) {
    const FakeEngine engine([first = std::move(first)](const Peer& peer, int before) {
      if (before == 0) {
        if (peer.request().empty() || !peer.send(pong)) return;
        if (peer.request().empty() || !peer.send(first)) return;
      } else {
        if (peer.request().empty() || !peer.send(answer("second"))) return;
      }
      peer.wait_for_end();
    });
    Answer<Client> client = Client::connect(endpoint_of(engine), short_limits);
    if (!client) return dump(client);
    std::ignore = client->get("/x");
    const std::string got = dump(client->get("/y"));
    return concat(got, " over ", std::to_string(engine.connections()));
  };
  // Bytes that nobody asked for, a connection that is to end, a time limit that was passed.
  EXPECT_EQ(then_more(answer("first") + answer("forged")), "second over 2");
  EXPECT_EQ(then_more("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
            "second over 2");
  EXPECT_EQ(then_more("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "second over 2");
}

TEST(Client, PutsAnswersTogether) {
  EXPECT_EQ(get_from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "5\r\nhello\r\n1;x=y\r\n \r\n5\r\nworld\r\n0\r\nX-Trailer: 1\r\n\r\n"),
            "hello world");
  EXPECT_EQ(get_from(FakeEngine([](const Peer& peer, int) {
              if (peer.request().empty() || !peer.send(pong) || peer.request().empty()) return;
              peer.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
            })),
            "until the end");
  EXPECT_EQ(get_from(concat("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
                            "x\r\n\r\n",
                            answer("ok"))),
            "ok");
  EXPECT_EQ(get_from("HTTP/1.1 204 No Content\r\n\r\n"), "");
}

TEST(Client, TakesNoEndlessInterimAnswers) {
  std::string many;
  for (int i = 0; i < 9; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(get_from(many + answer("ok")),
            concat("no engine: what answers at unix:///s is no engine: its answer is not HTTP (bad "
                   "status)",
                   hint));
}

TEST(Client, TellsWhatTheEngineSays) {
  const auto says = [](std::string_view status, std::string_view body) {
    return get_from(answer(body, status));
  };
  const std::string engine = "the engine at unix:///s answers ";
  EXPECT_EQ(says("404 Not Found", R"({"message":"No such container: x"})"),
            concat("gone: ", engine, "404 to GET /v1.41/x: No such container: x"));
  EXPECT_EQ(
      says("403 Forbidden", R"({"message":"authorization denied by plugin lab: no"})"),
      concat("denied: ", engine, "403 to GET /v1.41/x: authorization denied by plugin lab: no"));
  EXPECT_EQ(says("500 Internal", "plain\ntext\n"),
            concat("refused: ", engine, "500 to GET /v1.41/x: plain text"));
  EXPECT_EQ(says("503 Busy", ""), concat("refused: ", engine, "503 to GET /v1.41/x"));
  EXPECT_EQ(says("500 X", R"({"message":{}})"),
            concat("refused: ", engine, "500 to GET /v1.41/x: {\"message\":{}}"));
  EXPECT_EQ(says("500 X", R"({"message":"a\u001b[2Jb\u202ec"})"),
            concat("refused: ", engine, "500 to GET /v1.41/x: a\\x1b[2Jb\\u202ec"));
  // Nothing is followed, and nothing is switched to.
  EXPECT_EQ(says("301 Moved", ""), concat("refused: ", engine, "301 to GET /v1.41/x"));
  EXPECT_EQ(get_from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
            concat("refused: ", engine, "101 to GET /v1.41/x"));
  const std::string lengthy = says("500 X", std::string(499, 'a') + "\xc3\xa9" + "zzz");
  EXPECT_TRUE(lengthy.ends_with(std::string(499, 'a') + " [...]")) << lengthy;
}

TEST(Client, RefusesAmbiguousLengths) {
  const std::string no_engine = "no engine: what answers at unix:///s is no engine: ";
  for (const char* const headers :
       {"Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: -1\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 99999999999999999999999\r\n"}) {
    const std::string got = get_from(concat("HTTP/1.1 200 OK\r\n", headers, "\r\nok"));
    EXPECT_TRUE(got.starts_with(no_engine)) << headers << got;
  }
}

}  // namespace
}  // namespace plimsoll::engine
