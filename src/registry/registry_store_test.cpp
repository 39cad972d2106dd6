// What registries do that no good one does. Each is a thread of the test; real ones are in
// tests/registry_test.cpp.
#include "registry/registry_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/number.h"
#include "base/text.h"
#include "support/fake_server.h"
#include "support/test_certificates.h"
#include "support/test_image.h"
#include "support/tls_server.h"

namespace plimsoll::registry {
namespace {

using test::FakeServer;
using test::http_answer;
using test::Peer;
using Texts = std::vector<std::string>;

constexpr std::string_view secret_of_a = "YTpzZWNyZXQ=";  // base64 of a:secret

bool asks_for(const std::string& request, std::string_view part) {
  return request.substr(0, request.find('\r')).contains(part);
}

// The byte from which on a request wants a blob; 0 for the whole.
std::size_t range_of(const std::string& request) {
  constexpr std::string_view header = "\r\nRange: bytes=";
  const std::size_t at = request.find(header);
  if (at == std::string::npos) return 0;
  const std::size_t begin = at + header.size();
  return number_of<std::size_t>(
             std::string_view(request).substr(begin, request.find('-', begin) - begin))
      .value_or(0);
}

// An image of one large layer.
class OfRegistry : public testing::Test {
 protected:
  OfRegistry() {
    for (std::size_t i = 0; layer_.size() < (3u << 20); ++i) layer_ += std::to_string(i);
    manifest_ = manifest_of(layer_.size());
  }

  std::string manifest_of(std::size_t size) const {
    return concat("{\"schemaVersion\":2,\"config\":{\"digest\":\"", test::digest_of(config_),
                  "\",\"size\":", std::to_string(config_.size()), "},\"layers\":[{\"digest\":\"",
                  test::digest_of(layer_), "\",\"size\":", std::to_string(size), "}]}");
  }

  // What a good registry answers.
  bool answer_well(const Peer& peer, const std::string& request) const {
    if (asks_for(request, "/manifests/")) {
      return peer.send(
          http_answer("200 OK", manifest_,
                      concat("Content-Type: application/vnd.oci.image.manifest.v1+json\r\n"
                             "Docker-Content-Digest: ",
                             test::digest_of(manifest_), "\r\n")));
    }
    if (asks_for(request, test::digest_of(config_))) {
      return peer.send(http_answer("200 OK", config_));
    }
    if (asks_for(request, test::digest_of(layer_))) {
      const std::size_t from = range_of(request);
      if (from == 0) return peer.send(http_answer("200 OK", layer_));
      return peer.send(
          http_answer("206 Partial Content", layer_.substr(from), content_range(from)));
    }
    return peer.send(http_answer("200 OK", "{}"));
  }
  std::string content_range(std::size_t from) const {
    return concat("Content-Range: bytes ", std::to_string(from), "-",
                  std::to_string(layer_.size() - 1), "/", std::to_string(layer_.size()), "\r\n");
  }
  // A part of the layer with what its header promised left out.
  bool send_cut(const Peer& peer, std::size_t from, std::size_t bytes) const {
    peer.send(concat(from == 0 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n",
                     from == 0 ? "" : content_range(from),
                     "Content-Length: ", std::to_string(layer_.size() - from), "\r\n\r\n",
                     std::string_view(layer_).substr(from, bytes)));
    return false;
  }

  Result<std::unique_ptr<image::BlobStore>> open(const FakeServer& server,
                                                 const std::string& name = "app:1") {
    Options options;
    options.environment = {{"HOME", "/home/me"}};
    options.http.stall_limit = std::chrono::seconds(1);
    options.pause = [this](std::chrono::milliseconds time) {
      pauses_.push_back(std::to_string(time.count()));
    };
    return open_registry_store(concat(server.host(), "/", name), std::move(options), files_);
  }
  static std::string without_port(std::string text, const FakeServer& server) {
    const std::string& host = server.host();
    for (std::size_t at = text.find(host); at != std::string::npos; at = text.find(host)) {
      text.replace(at, host.size(), "HOST");
    }
    return text;
  }
  static std::string words_of(const Error& error, const FakeServer& server) {
    return without_port(concat(error.message, error.hint.empty() ? "" : " | ", error.hint), server);
  }
  // The error of opening, or "none".
  std::string opened(const FakeServer& server, const std::string& name = "app:1") {
    const auto store = open(server, name);
    return store ? "none" : words_of(store.error(), server);
  }
  // How much of the layer arrives, and what goes wrong.
  std::string layer_from(const FakeServer& server) {
    const auto store = open(server);
    if (!store) return words_of(store.error(), server);
    std::string bytes;
    const Result<void> read =
        (*store)->read(concat("blobs/sha256/", test::digest_of(layer_).substr(7)),
                       [&](std::string_view piece) { bytes += piece; });
    if (!read) return words_of(read.error(), server);
    return bytes == layer_ ? "whole" : "other bytes";
  }

  std::string config_ = "{}";
  std::string layer_;
  std::string manifest_;
  MemoryFiles files_;
  Texts pauses_;
};

TEST_F(OfRegistry, ReadsWhatItsDocumentsName) {
  const FakeServer server(
      [&](const Peer& peer, const std::string& request) { return answer_well(peer, request); });
  const auto store = open(server);
  ASSERT_TRUE(store) << words_of(store.error(), server);
  EXPECT_EQ((*store)->size(concat("blobs/sha256/", test::digest_of(layer_).substr(7))),
            layer_.size());
  EXPECT_EQ((*store)->document(concat("blobs/sha256/", test::digest_of(config_).substr(7))),
            config_);
  EXPECT_EQ((*store)->size("manifest.json"), std::nullopt);
  EXPECT_EQ((*store)->size("blobs/sha256/../x"), std::nullopt);
  EXPECT_EQ((*store)->size(concat("blobs/sha256/", std::string(64, '0'))), std::nullopt);
  EXPECT_FALSE((*store)->document(concat("blobs/sha256/", std::string(64, '0'))));
  EXPECT_EQ(layer_from(server), "whole");
}

// A foreign layer is there only if the registry has it all the same.
TEST_F(OfRegistry, AsksWhetherItHasAForeignLayer) {
  const std::string foreign(64, '1');
  const std::string kept(64, '2');
  manifest_ = concat(R"({"schemaVersion":2,"layers":[{"size":7,"urls":["http://127.0.0.1:1/"],)",
                     R"("digest":"sha256:)", foreign, R"("},{"size":8,"urls":[],"digest":"sha256:)",
                     kept, R"("}]})");
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (asks_for(request, foreign)) return peer.send(http_answer("404 Not Found", ""));
    return answer_well(peer, request);
  });
  const auto store = open(server);
  ASSERT_TRUE(store) << words_of(store.error(), server);
  EXPECT_EQ((*store)->size(concat("blobs/sha256/", foreign)), std::nullopt);
  EXPECT_EQ((*store)->size(concat("blobs/sha256/", kept)), 8u);
  EXPECT_EQ(server.paths().back(), concat("HEAD /v2/app/blobs/sha256:", kept));
}

TEST_F(OfRegistry, ComparesAnIndexWithItsManifests) {
  const std::string inner = "{\"schemaVersion\":2,\"layers\":[]}";
  const auto index_of = [&](std::size_t size) {
    return concat("{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"", test::digest_of(inner),
                  "\",\"size\":", std::to_string(size), "}]}");
  };
  const auto read_inner = [&](std::size_t size, const std::string& sent) {
    manifest_ = index_of(size);
    const FakeServer server([&](const Peer& peer, const std::string& request) {
      if (asks_for(request, test::digest_of(inner))) return peer.send(http_answer("200 OK", sent));
      return answer_well(peer, request);
    });
    const auto store = open(server);
    if (!store) return words_of(store.error(), server);
    const Result<std::string> text =
        (*store)->document(concat("blobs/sha256/", test::digest_of(inner).substr(7)));
    return text ? *text : words_of(text.error(), server);
  };
  EXPECT_EQ(read_inner(inner.size(), inner), inner);
  EXPECT_EQ(read_inner(1, inner), concat("the manifest ", test::digest_of(inner),
                                         " has 31 bytes, and the index says that it has 1"));
  EXPECT_TRUE(read_inner(inner.size(), "{}")
                  .starts_with("the manifest that http://HOST sends is "
                               "not the one that it names"));
}

TEST_F(OfRegistry, ResumesABlobWhereItWasCut) {
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, test::digest_of(layer_))) return answer_well(peer, request);
    return range_of(request) < 3'000'000 ? send_cut(peer, range_of(request), 300'000)
                                         : answer_well(peer, request);
  });
  EXPECT_EQ(layer_from(server), "whole");
  std::vector<std::size_t> ranges;
  for (const std::string& request : server.requests()) {
    if (range_of(request) > 0) ranges.push_back(range_of(request));
  }
  // Whatever the kernel held back, what has come is not asked for again.
  EXPECT_GE(ranges.size(), 9u);
  EXPECT_TRUE(std::ranges::is_sorted(ranges));
}

TEST_F(OfRegistry, SkipsWhatItHasWhereRangesAreNotKnown) {
  std::atomic<int> cuts = 0;
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, test::digest_of(layer_))) return answer_well(peer, request);
    if (cuts++ < 2) return send_cut(peer, 0, 1'000'000);
    return peer.send(http_answer("200 OK", layer_));
  });
  EXPECT_EQ(layer_from(server), "whole");
}

TEST_F(OfRegistry, GivesUpOnABlobThatDoesNotCome) {
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, test::digest_of(layer_))) return answer_well(peer, request);
    return send_cut(peer, range_of(request), 10);
  });
  EXPECT_EQ(layer_from(server), "http://HOST: the connection broke off | try again later");
  EXPECT_EQ(pauses_, (Texts{"250", "500", "1000", "2000"}));
}

TEST_F(OfRegistry, WaitsAsLongAsItIsAskedTo) {
  std::atomic<int> asked = 0;
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/") || asked++ > 1) return answer_well(peer, request);
    return peer.send(http_answer("429 Too Many Requests", "", "Retry-After: 7\r\n"));
  });
  EXPECT_EQ(opened(server), "none");
  EXPECT_EQ(pauses_, (Texts{"7000", "7000"}));
}

TEST_F(OfRegistry, DoesNotWaitForHours) {
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/")) return answer_well(peer, request);
    return peer.send(http_answer("429 Too Many Requests",
                                 R"({"errors":[{"code":"TOOMANYREQUESTS","message":"secret"}]})",
                                 "Retry-After: 3600\r\n"));
  });
  EXPECT_EQ(opened(server),
            "http://HOST answers that it was asked too often (TOOMANYREQUESTS) | try again in 3600 "
            "s, or: docker login HOST");
  EXPECT_EQ(pauses_, Texts{});
}

TEST_F(OfRegistry, TriesAgainWhenItIsOutOfOrder) {
  std::atomic<int> asked = 0;
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (asked++ < 3) return peer.send(http_answer("503 Service Unavailable", ""));
    return answer_well(peer, request);
  });
  EXPECT_EQ(opened(server), "none");
  const FakeServer broken([&](const Peer& peer, const std::string&) {
    return peer.send(http_answer("503 Service Unavailable", ""));
  });
  EXPECT_EQ(opened(broken), "http://HOST answers with status 503 | try again later");
}

TEST_F(OfRegistry, NoticesLies) {
  const auto with_layer = [&](const std::string& answer) {
    const FakeServer server([&](const Peer& peer, const std::string& request) {
      if (!asks_for(request, test::digest_of(layer_))) return answer_well(peer, request);
      return peer.send(answer);
    });
    return layer_from(server);
  };
  EXPECT_EQ(with_layer(http_answer("200 OK", layer_ + "x")),
            concat("http://HOST: its answer is larger than the ", std::to_string(layer_.size()),
                   " bytes expected"));
  EXPECT_EQ(with_layer(http_answer("200 OK", "short")),
            concat("ends after 5 bytes, and the manifest says that it has ",
                   std::to_string(layer_.size())));
  EXPECT_EQ(with_layer(http_answer("206 Partial Content", layer_.substr(10), content_range(10))),
            "is sent from another place than was asked for");
  EXPECT_EQ(with_layer(http_answer("206 Partial Content", layer_)),
            "is sent from another place than was asked for");
  EXPECT_EQ(with_layer(http_answer("404 Not Found", "")), "http://HOST does not have it");
  EXPECT_EQ(with_layer(http_answer("302 Found", "")), "http://HOST answers with status 302");

  const FakeServer other([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/")) return answer_well(peer, request);
    return peer.send(http_answer("200 OK", "{}"));
  });
  const std::string asked = concat("sha256:", std::string(64, '0'));
  EXPECT_EQ(opened(other, concat("app@", asked)),
            concat("the manifest that http://HOST sends is not the one that it names: ", asked,
                   ", and what is sent hashes to ", test::digest_of("{}"),
                   " | do not use it: it was damaged or exchanged"));
  const FakeServer lying([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/")) return answer_well(peer, request);
    return peer.send(http_answer("200 OK", "{}", concat("Docker-Content-Digest: ", asked, "\r\n")));
  });
  EXPECT_TRUE(opened(lying).starts_with("the manifest that http://HOST sends is not the one"));
}

TEST_F(OfRegistry, GivesUpOnOneThatStalls) {
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/")) return answer_well(peer, request);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
    peer.wait_for_end();
    return false;
  });
  EXPECT_EQ(opened(server), "http://HOST: it has stalled | try again later");
}

TEST_F(OfRegistry, KeepsCredentialsFromWhereBlobsLie) {
  files_.add("/home/me/.docker/config.json", "");
  const FakeServer storage([&](const Peer& peer, const std::string& request) {
    return peer.send(range_of(request) == 0
                         ? http_answer("200 OK", layer_)
                         : http_answer("206 Partial Content", layer_.substr(range_of(request)),
                                       content_range(range_of(request))));
  });
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    if (!request.contains(concat("\r\nAuthorization: Basic ", secret_of_a, "\r\n"))) {
      return peer.send(
          http_answer("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"x\"\r\n"));
    }
    if (!asks_for(request, test::digest_of(layer_))) return answer_well(peer, request);
    return peer.send(http_answer("307 Temporary Redirect", "",
                                 concat("Location: ", storage.url("/blob?token=x"), "\r\n")));
  });
  files_.add("/home/me/.docker/config.json",
             concat(R"({"auths":{")", server.host(), R"(":{"auth":")", secret_of_a, R"("}}})"));
  EXPECT_EQ(layer_from(server), "whole");
  ASSERT_EQ(storage.requests().size(), 1u);
  EXPECT_FALSE(storage.requests().front().contains("Authorization"));
  // Nothing was sent before it was asked for.
  EXPECT_FALSE(server.requests().front().contains("Authorization"));
}

TEST_F(OfRegistry, SaysWhereToLogIn) {
  const FakeServer server([&](const Peer& peer, const std::string&) {
    return peer.send(
        http_answer("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"x\"\r\n"));
  });
  EXPECT_EQ(opened(server),
            "http://HOST wants credentials for app, or has no such image | docker login HOST");
  files_.add("/home/me/.docker/config.json",
             concat(R"({"auths":{")", server.host(), R"(":{"auth":")", secret_of_a, R"("}}})"));
  EXPECT_EQ(opened(server),
            "http://HOST refuses the credentials of /home/me/.docker/config.json for app | docker "
            "login HOST");
  files_.add("/home/me/.docker/config.json", "{");
  EXPECT_EQ(opened(server),
            "http://HOST wants credentials for app, or has no such image | docker login HOST; "
            "where they are looked for: /home/me/.docker/config.json is no JSON object");
  const FakeServer strange([&](const Peer& peer, const std::string&) {
    return peer.send(http_answer("401 Unauthorized", "", "WWW-Authenticate: Basic \"\r\n"));
  });
  EXPECT_EQ(opened(strange), "http://HOST wants credentials of a kind that is not known here");
  const FakeServer denying([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/")) return answer_well(peer, request);
    return peer.send(http_answer("403 Forbidden", R"({"errors":[{"code":"DENIED"}]})"));
  });
  EXPECT_EQ(opened(denying),
            "http://HOST denies access to app (DENIED) | has your account the right to pull it? "
            "else: docker login HOST");
  const FakeServer empty([&](const Peer& peer, const std::string& request) {
    if (!asks_for(request, "/manifests/")) return answer_well(peer, request);
    return peer.send(http_answer("404 Not Found", R"({"errors":[{"code":"evil secret"}]})"));
  });
  EXPECT_EQ(opened(empty), "http://HOST has no image app:1 | are the name and the tag right?");
}

// A registry that wants tokens, and a server that gives them.
class OfTokens : public OfRegistry {
 protected:
  // A registry that answers to "Bearer good" alone, and sends others to `realm`.
  FakeServer::Serve wanting_token(const std::string& realm) {
    return [this, realm](const Peer& peer, const std::string& request) {
      if (request.contains("\r\nAuthorization: Bearer good\r\n")) return answer_well(peer, request);
      return peer.send(http_answer(
          "401 Unauthorized", "",
          concat("WWW-Authenticate: Bearer realm=\"", realm, "\",service=\"my registry\"\r\n")));
    };
  }
  void log_in(const FakeServer& server, const std::string& entry) {
    files_.add("/home/me/.docker/config.json",
               concat(R"({"auths":{")", server.host(), "\":", entry, "}}"));
  }
};

TEST_F(OfTokens, AsksForTheRightToPull) {
  const FakeServer tokens([](const Peer& peer, const std::string&) {
    return peer.send(http_answer("200 OK", R"({"token":"good","expires_in":60})"));
  });
  const FakeServer server(wanting_token(tokens.url("/token?a=b")));
  EXPECT_EQ(layer_from(server), "whole");
  ASSERT_EQ(tokens.requests().size(), 1u);
  EXPECT_TRUE(tokens.requests()[0].starts_with(
      "GET /token?a=b&service=my%20registry&scope=repository%3Aapp%3Apull HTTP/1.1\r\n"));
  EXPECT_FALSE(tokens.requests()[0].contains("Authorization"));
  log_in(server, concat(R"({"auth":")", secret_of_a, "\"}"));
  EXPECT_EQ(layer_from(server), "whole");
  EXPECT_TRUE(tokens.requests()[1].contains("&account=a HTTP/1.1\r\n"));
  EXPECT_TRUE(
      tokens.requests()[1].contains(concat("\r\nAuthorization: Basic ", secret_of_a, "\r\n")));
}

TEST_F(OfTokens, GivesAnIdentityTokenInAForm) {
  const FakeServer tokens([](const Peer& peer, const std::string&) {
    return peer.send(http_answer("200 OK", R"({"access_token":"good"})"));
  });
  const FakeServer server(wanting_token(tokens.url("/token")));
  log_in(server, R"({"identitytoken":"secret"})");
  EXPECT_EQ(opened(server), "none");
  EXPECT_EQ(tokens.paths().front(), "POST /token");
  EXPECT_FALSE(tokens.requests().front().contains("secret"));  // it is in the body
}

TEST_F(OfTokens, RenewsOneThatExpires) {
  std::atomic<int> given = 0;
  const FakeServer tokens([&](const Peer& peer, const std::string&) {
    ++given;
    return peer.send(http_answer("200 OK", R"({"token":"good"})"));
  });
  std::atomic<int> refused = 0;
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    const bool is_layer = asks_for(request, test::digest_of(layer_));
    if (is_layer && refused++ == 0) {
      return peer.send(
          http_answer("401 Unauthorized", "",
                      concat("WWW-Authenticate: Bearer realm=\"", tokens.url("/"), "\"\r\n")));
    }
    return wanting_token(tokens.url("/"))(peer, request);
  });
  EXPECT_EQ(layer_from(server), "whole");
  EXPECT_EQ(given, 2);
}

TEST_F(OfTokens, IsReadByThreadsThatShareOne) {
  std::atomic<int> given = 0;
  const FakeServer tokens([&](const Peer& peer, const std::string&) {
    return peer.send(
        http_answer("200 OK", concat("{\"token\":\"", std::to_string(++given), "\"}")));
  });
  // The first token is for documents alone.
  const FakeServer server([&](const Peer& peer, const std::string& request) {
    const bool is_layer = asks_for(request, test::digest_of(layer_));
    if (request.contains(is_layer ? "Authorization: Bearer 2\r\n" : "Authorization: Bearer ")) {
      return answer_well(peer, request);
    }
    return peer.send(
        http_answer("401 Unauthorized", "",
                    concat("WWW-Authenticate: Bearer realm=\"", tokens.url("/"), "\"\r\n")));
  });
  const auto store = open(server);
  ASSERT_TRUE(store) << words_of(store.error(), server);
  const std::string name = concat("blobs/sha256/", test::digest_of(layer_).substr(7));
  std::atomic<int> whole = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        std::string bytes;
        const Result<void> read =
            (*store)->read(name, [&](std::string_view piece) { bytes += piece; });
        if (read && bytes == layer_) ++whole;
      });
    }
  }
  EXPECT_EQ(whole, 4);
  EXPECT_EQ(given, 2);
}

TEST_F(OfTokens, DoesNotTakeEverythingForOne) {
  const auto from = [&](const std::string& answer) {
    const FakeServer tokens(
        [&](const Peer& peer, const std::string&) { return peer.send(answer); });
    const FakeServer server(wanting_token(tokens.url("/")));
    return without_port(opened(server), tokens);
  };
  for (const char* body : {"", "garbage", "[]", "{}", R"({"token":1})", R"({"token":""})",
                           R"({"token":"a\r\nX: y"})", R"({"token":"a b"})"}) {
    // Of two servers the one that is HOST is the token server here.
    EXPECT_EQ(from(http_answer("200 OK", body)),
              "the token server http://HOST answers with no token")
        << body;
  }
  EXPECT_TRUE(from(http_answer("200 OK", std::string(2u << 20, 'x')))
                  .contains("its answer is larger than the 1048576 bytes expected"));
  EXPECT_TRUE(from(http_answer("401 Unauthorized", "")).contains("wants credentials for app"));
  EXPECT_TRUE(from(http_answer("500 Oops", "")).contains("answers with status 500"));
}

TEST_F(OfTokens, GoesOnlyWhereOneMayBe) {
  for (const char* realm :
       {"", "ftp://127.0.0.1/", "file:///etc/passwd", "https://u:p@127.0.0.1/"}) {
    const FakeServer server(wanting_token(realm));
    EXPECT_EQ(opened(server), "http://HOST names a token server that is no address of HTTP")
        << realm;
  }
  const FakeServer server(wanting_token("http://169.254.169.254/latest/meta-data"));
  EXPECT_EQ(opened(server),
            "http://169.254.169.254: it leads to an address of the local link, which a server of "
            "this machine may not name");
}

// A registry with TLS names no token server without it.
TEST_F(OfTokens, KeepsToTls) {
  const FakeServer tokens([](const Peer& peer, const std::string&) {
    return peer.send(http_answer("200 OK", R"({"token":"good"})"));
  });
  const test::TestCertificates certificates;
  const test::TlsServer server(certificates.in("server"),
                               http_answer("401 Unauthorized", "",
                                           concat("WWW-Authenticate: Bearer realm=\"",
                                                  tokens.url("/"), "\"\r\nConnection: close\r\n")));
  const std::string host = server.origin().substr(8);
  files_.add(concat("/etc/docker/certs.d/", host, "/ca.crt"),
             test::run_shell(concat("cat ", certificates.in("good.pem"))).output);
  Options options;
  const auto store = open_registry_store(concat(host, "/app"), std::move(options), files_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().message,
            concat(server.origin(), " names a token server without TLS, http://", tokens.host(),
                   ": it is not asked"));
  EXPECT_EQ(tokens.requests().size(), 0u);
}

// Over plain HTTP a password goes to the registry's own host alone.
TEST_F(OfTokens, KeepsCredentialsFromOtherHosts) {
  const FakeServer tokens([](const Peer& peer, const std::string&) {
    return peer.send(http_answer("200 OK", R"({"token":"good"})"));
  });
  std::string realm = tokens.url("/");
  realm.replace(realm.find("127.0.0.1"), 9, "localhost");
  const FakeServer server(wanting_token(realm));
  log_in(server, concat(R"({"auth":")", secret_of_a, "\"}"));
  EXPECT_EQ(opened(server), "none");
  EXPECT_FALSE(tokens.requests().front().contains("Authorization"));
  log_in(server, R"({"identitytoken":"secret"})");
  EXPECT_EQ(opened(server), "none");
  EXPECT_EQ(tokens.paths().back().substr(0, 5), "GET /");
}

TEST(RegistryName, IsAReference) {
  const MemoryFiles files;
  const auto error_of = [&](const std::string& name) {
    const auto store = open_registry_store(name, {}, files);
    return store ? "none" : store.error().message;
  };
  EXPECT_EQ(error_of("Upper/Case"), "\"Upper/Case\" is no image reference");
  EXPECT_EQ(error_of(""), "\"\" is no image reference");
  EXPECT_EQ(error_of("ex ample.com:1/a"), "\"ex ample.com:1\" is no host of a registry");
  EXPECT_EQ(error_of("../a"), "\"..\" is no host of a registry");
  EXPECT_EQ(error_of("a.example:99999/a"), "\"a.example:99999\" is no host of a registry");
  EXPECT_EQ(error_of(concat("a@sha512:", std::string(128, 'a'))),
            "only digests of SHA-256 are known here");
}

}  // namespace
}  // namespace plimsoll::registry
