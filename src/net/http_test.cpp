// What servers do that no good one does. Each is a thread of the test.
#include "net/http.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "support/fake_server.h"
#include "support/own_network.h"
#include "support/program.h"
#include "support/test_certificates.h"
#include "support/tls_server.h"

namespace plimsoll::net {
namespace {

using test::FakeServer;
using test::http_answer;
using test::Peer;
using Texts = std::vector<std::string>;

Settings impatient() {
  Settings settings;
  settings.stall_limit = std::chrono::seconds(1);
  settings.connect_limit = std::chrono::seconds(2);
  return settings;
}

Request request_of(const std::string& url) {
  const std::optional<Url> parsed = parse_url(url);
  if (!parsed) throw std::runtime_error("no URL: " + url);
  return {.url = *parsed};
}

// "200: BODY", or "ORIGIN: WORDS" with the ports left out.
std::string fetch(Client& client, const Request& request) {
  std::string body;
  const Answer<Response> answer =
      client.send(request, [&](const Response&, std::string_view piece) {
        body += piece;
        return true;
      });
  if (answer) return concat(std::to_string(answer->status), ": ", body);
  return answer.error().words;
}
std::string fetch(const Request& request) {
  Client client(impatient());
  return fetch(client, request);
}
std::string fetch(const std::string& url) {
  return fetch(request_of(url));
}

// Sends always this, and keeps the connection.
FakeServer::Serve always(std::string text) {
  return [text = std::move(text)](const Peer& peer, const std::string&) { return peer.send(text); };
}
// Sends this and closes the connection.
FakeServer::Serve once(std::string text) {
  return [text = std::move(text)](const Peer& peer, const std::string&) {
    peer.send(text);
    return false;
  };
}

std::string redirect(const std::string& to, const std::string& status = "302 Found") {
  return http_answer(status, "", concat("Location: ", to, "\r\n"));
}

TEST(Http, BringsWhatIsThere) {
  const FakeServer server(always(http_answer("200 OK", "hello", "X-One: 1\r\n")));
  Client client(impatient());
  EXPECT_EQ(fetch(client, request_of(server.url("/a?b=c"))), "200: hello");
  EXPECT_EQ(fetch(client, request_of(server.url("/d"))), "200: hello");
  EXPECT_EQ(server.paths(), (Texts{"GET /a?b=c", "GET /d"}));
  Request posted = request_of(server.url());
  posted.method = Method::post;
  posted.form = "a=b";
  EXPECT_EQ(fetch(posted), "200: hello");
  EXPECT_EQ(server.paths().back(), "POST /");
}

TEST(Http, KeepsTheStartOfWhatIsNoSuccess) {
  const FakeServer server(always(http_answer("404 Not Found", std::string(1u << 20, 'x'))));
  Client client(impatient());
  bool was_asked = false;
  const Answer<Response> answer =
      client.send(request_of(server.url()), [&](const Response&, std::string_view) {
        was_asked = true;
        return true;
      });
  ASSERT_TRUE(answer) << answer.error().words;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, std::string(max_kept_body_bytes, 'x'));
  EXPECT_FALSE(was_asked);
}

TEST(Http, GivesUpOnAServerThatStalls) {
  const FakeServer silent([](const Peer& peer, const std::string&) {
    peer.wait_for_end();
    return false;
  });
  EXPECT_EQ(fetch(silent.url()), "it has stalled");
  const FakeServer half([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    peer.wait_for_end();
    return false;
  });
  EXPECT_EQ(fetch(half.url()), "it has stalled");
}

TEST(Http, BoundsWhatAServerSays) {
  EXPECT_EQ(fetch(FakeServer(always(http_answer("200 OK", std::string(2u << 20, 'x')))).url()),
            "its answer is larger than the 1048576 bytes expected");
  const FakeServer endless([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(std::string(64u << 10, 'x'))) {
    }
    return false;
  });
  EXPECT_EQ(fetch(endless.url()), "its answer is larger than the 1048576 bytes expected");
  const FakeServer headers([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send(concat("X: ", std::string(8000, 'x'), "\r\n"))) {
    }
    return false;
  });
  EXPECT_EQ(fetch(headers.url()), "its answer has more than 256 KiB of headers");
  const FakeServer waiting([](const Peer& peer, const std::string&) {
    while (peer.send("HTTP/1.1 100 Continue\r\nX: y\r\n\r\n")) {
    }
    return false;
  });
  EXPECT_EQ(fetch(waiting.url()), "its answer has more than 256 KiB of headers");
}

TEST(Http, NoticesWhatIsNotWhole) {
  EXPECT_EQ(fetch(FakeServer(once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")).url()),
            "the connection broke off");
  EXPECT_EQ(fetch(FakeServer(once("")).url()), "the connection broke off");
  EXPECT_EQ(fetch(FakeServer(once("SSH-2.0-OpenSSH_9.2\r\n")).url()), "what it answers is no HTTP");
  EXPECT_EQ(
      fetch(FakeServer(once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")).url()),
      "the connection broke off");
}

TEST(Http, FollowsRedirectsWithoutTheCredential) {
  const FakeServer other(always(http_answer("200 OK", "there")));
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (request.starts_with("GET /same")) return peer.send(redirect("/end"));
    if (request.starts_with("GET /end")) return peer.send(http_answer("200 OK", "here"));
    if (request.starts_with("GET /there-and-back")) return peer.send(redirect(other.url("/back")));
    return peer.send(redirect(other.url("/x")));
  });
  const auto with_secret = [](const std::string& url) {
    Request request = request_of(url);
    request.authorization = "Bearer secret";
    return request;
  };
  EXPECT_EQ(fetch(with_secret(server.url("/same"))), "200: here");
  for (const std::string& request : server.requests()) {
    EXPECT_TRUE(request.contains("Authorization: Bearer secret")) << request;
  }
  EXPECT_EQ(fetch(with_secret(server.url("/other"))), "200: there");
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_FALSE(other.requests().front().contains("secret")) << other.requests().front();
}

TEST(Http, NeverGivesACredentialBackAfterALoop) {
  const FakeServer* first = nullptr;
  const FakeServer second([&](const Peer& peer, const std::string&) {
    return peer.send(redirect(first->url("/again")));
  });
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (request.starts_with("GET /again")) return peer.send(http_answer("200 OK", "back"));
    return peer.send(redirect(second.url("/x")));
  });
  first = &server;
  Request request = request_of(server.url());
  request.authorization = "Bearer secret";
  EXPECT_EQ(fetch(request), "200: back");
  EXPECT_FALSE(server.requests().back().contains("secret"));
}

TEST(Http, EndsARedirectLoop) {
  const FakeServer server(always(redirect("/again")));
  EXPECT_EQ(fetch(server.url()), "it redirects more than 10 times");
  EXPECT_EQ(server.requests().size(), 11u);
}

TEST(Http, FollowsNoRedirectToAnotherProtocol) {
  for (const char* place :
       {"file:///etc/passwd", "ftp://127.0.0.1/", "https://me:you@127.0.0.1/"}) {
    EXPECT_EQ(fetch(FakeServer(always(redirect(place))).url()),
              "it redirects to what is no address of HTTP")
        << place;
  }
}

// A server is in the zone of its address, which only a network of the test's own has.
TEST(Http, LetsNobodyNameWhatIsNearer) {
  test::in_own_network([] {
    const test::Ended made = test::run_shell(
        "ip link set lo up && ip addr add 203.0.113.1/32 dev lo && ip addr add 10.9.9.9/32 dev lo "
        "&& ip addr add 169.254.169.254/32 dev lo");
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    const std::uint32_t internet = 0xCB007101;
    const std::uint32_t site = 0x0A090909;
    const std::uint32_t link = 0xA9FEA9FE;
    const FakeServer on_machine(always(http_answer("200 OK", "machine")));
    const FakeServer on_link(always(http_answer("200 OK", "link")), link);
    const FakeServer on_site(always(http_answer("200 OK", "site")), site);
    const FakeServer on_internet(always(http_answer("200 OK", "internet")), internet);
    const auto from = [](std::uint32_t address, const FakeServer& to) {
      return fetch(FakeServer(always(redirect(to.url())), address).url());
    };
    EXPECT_EQ(from(internet, on_internet), "200: internet");
    EXPECT_EQ(from(internet, on_site),
              "it leads to an address of a private network, which a server of the internet may "
              "not name");
    EXPECT_EQ(from(internet, on_link),
              "it leads to an address of the local link, which a server of the internet may not "
              "name");
    EXPECT_EQ(from(internet, on_machine),
              "it leads to an address of this machine, which a server of the internet may not "
              "name");
    EXPECT_EQ(from(site, on_site), "200: site");
    EXPECT_EQ(from(site, on_internet), "200: internet");
    EXPECT_EQ(from(site, on_machine),
              "it leads to an address of this machine, which a server of a private network may "
              "not name");
    EXPECT_EQ(from(INADDR_LOOPBACK, on_site), "200: site");
    EXPECT_EQ(from(INADDR_LOOPBACK, on_link),
              "it leads to an address of the local link, which a server of this machine may not "
              "name");
    // By a name: what it resolves to counts.
    const std::string port = on_machine.host().substr(on_machine.host().find(':'));
    EXPECT_EQ(
        fetch(FakeServer(always(redirect(concat("http://localhost", port, "/"))), internet).url()),
        "it leads to an address of this machine, which a server of the internet may not "
        "name");
    EXPECT_EQ(on_machine.requests().size(), 0u);
    EXPECT_EQ(on_link.requests().size(), 0u);
    // A connection that was made in the user's own name is not used in another's.
    Client client(impatient());
    EXPECT_EQ(fetch(client, request_of(on_machine.url())), "200: machine");
    Request request = request_of(on_machine.url());
    request.in_name_of = Zone::internet;
    EXPECT_TRUE(fetch(client, request).starts_with("it leads to an address of this machine"));
    EXPECT_EQ(on_machine.requests().size(), 1u);
  });
}

TEST(Http, SaysWhoIsNotThere) {
  EXPECT_EQ(fetch("http://nobody.invalid/"), "there is no such host");
  std::string url;
  {
    const FakeServer gone(always(""));
    url = gone.url();
  }
  EXPECT_EQ(fetch(url), "connection refused");
  EXPECT_EQ(
      fetch(concat("https", FakeServer(once("HTTP/1.0 400 Bad Request\r\n\r\n")).url().substr(4))),
      "it does not speak TLS");
}

TEST(Http, SendsThroughAProxyWhatIsNotExcepted) {
  const FakeServer proxy(always(http_answer("200 OK", "by proxy")));
  Settings settings = impatient();
  settings.proxies = {{"http_proxy", proxy.url()}};
  Client client(settings);
  EXPECT_EQ(fetch(client, request_of("http://registry.invalid/x")), "200: by proxy");
  EXPECT_EQ(proxy.paths(), (Texts{"GET http://registry.invalid/x"}));
  // What is this machine's own stays here, and a proxy is no way around the zones.
  const FakeServer server(always(http_answer("200 OK", "direct")));
  EXPECT_EQ(fetch(client, request_of(server.url())), "200: direct");
  Request request = request_of("http://10.0.0.1/");
  request.in_name_of = Zone::internet;
  EXPECT_TRUE(fetch(client, request).starts_with("it leads to an address of a private network"));
  EXPECT_EQ(proxy.requests().size(), 1u);
}

class Https : public testing::Test {
 protected:
  std::string text_of(const std::string& name) const {
    return test::run_shell(concat("cat ", certificates_.in(name))).output;
  }
  // Trusts the servers of these tests.
  Settings trusting() const {
    Settings settings = impatient();
    settings.authorities = text_of("bad.pem") + text_of("good.pem");
    return settings;
  }

  const test::TestCertificates certificates_;
  const std::string directory_ = certificates_.in("server");
};

TEST_F(Https, TrustsWhomItIsTold) {
  const test::TlsServer server(directory_, http_answer("200 OK", "hello"));
  const Request request = request_of(server.origin() + "/");
  Client trusting_client(trusting());
  EXPECT_EQ(fetch(trusting_client, request), "200: hello");
  EXPECT_EQ(fetch(request),
            "its certificate is not trusted: unable to get local issuer certificate");
  const test::TlsServer elsewhere(directory_, http_answer("200 OK", "hello"), 0x7F000002);
  EXPECT_EQ(fetch(trusting_client, request_of(elsewhere.origin() + "/")),
            "its certificate is for another name");
}

TEST_F(Https, IsNotLeftByARedirect) {
  const FakeServer plain(always(http_answer("200 OK", "read by everybody")));
  const test::TlsServer server(directory_, redirect(plain.url("/?token=secret")));
  Client client(trusting());
  EXPECT_EQ(fetch(client, request_of(server.origin() + "/")),
            concat("it redirects from https to http://", plain.host(), ", without TLS"));
  EXPECT_EQ(plain.requests().size(), 0u);
}

TEST_F(Https, ShowsACertificateToItsOriginAlone) {
  const test::TlsServer other(directory_, http_answer("200 OK", "there"));
  const test::TlsServer server(directory_, redirect(other.origin() + "/"));
  Settings settings = trusting();
  settings.identity = Identity{text_of("client/cert.pem"), text_of("client/key.pem")};
  settings.identity_for = server.origin();
  Client client(settings);
  EXPECT_EQ(fetch(client, request_of(server.origin() + "/")), "200: there");
  EXPECT_EQ(server.identified(), std::vector<bool>{true});
  EXPECT_EQ(other.identified(), std::vector<bool>{false});
  settings.identity = Identity{"no certificate", "no key"};
  Client broken(settings);
  EXPECT_EQ(fetch(broken, request_of(server.origin() + "/")),
            "the client certificate or its key cannot be used");
}

}  // namespace
}  // namespace plimsoll::net
