// A token server for a registry: gives whoever logs in as registry_user the right to pull that he
// asks for, and everybody else a token that is good for nothing.
// Source: distribution's "Token Authentication Implementation".
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/text.h"
#include "support/fake_server.h"
#include "support/program.h"
#include "support/test_registry.h"

namespace plimsoll::test {

inline std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  out.resize(static_cast<std::size_t>(::EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(out.data()),
      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()))));
  return out;
}

// As JWT has it.
inline std::string base64url(std::string_view text) {
  std::string out = base64(text);
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

class TokenServer {
 public:
  TokenServer() {
    const Ended made = run_shell(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tokens -keyout key.pem "
        "-out cert.pem && openssl x509 -in cert.pem -outform der | base64 -w0 > cert.base64",
        {.directory = directory_.path()});
    if (made.exit_code != 0) throw std::runtime_error(made.errors);
    certificate_ = run_shell("cat cert.base64", {.directory = directory_.path()}).output;
  }

  const FakeServer& server() const { return server_; }
  // For RegistryOptions::authorization.
  std::string authorization() const {
    return concat("auth:\n  token: {realm: '", server_.url("/token"),
                  "', service: harbour, issuer: tokens, rootcertbundle: ", directory_.path(),
                  "/cert.pem}\n");
  }

 private:
  bool answer(const Peer& peer, const std::string& request) const {
    const std::string expected = concat("\r\nAuthorization: Basic ", base64(registry_user), "\r\n");
    std::string access;
    constexpr std::string_view scope = "scope=repository%3A";
    if (const std::size_t at = request.find(scope);
        at != std::string::npos && request.contains(expected)) {
      std::string name = request.substr(at + scope.size());
      name.resize(name.find("%3Apull"));
      for (std::size_t slash = name.find("%2F"); slash != std::string::npos;
           slash = name.find("%2F")) {
        name.replace(slash, 3, "/");
      }
      access = concat("{\"type\":\"repository\",\"name\":\"", name, "\",\"actions\":[\"pull\"]}");
    }
    const long now = std::time(nullptr);
    const std::string header =
        concat("{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"", certificate_, "\"]}");
    const std::string claims =
        concat("{\"iss\":\"tokens\",\"sub\":\"\",\"aud\":\"harbour\",\"jti\":\"1\",\"iat\":",
               std::to_string(now), ",\"nbf\":", std::to_string(now - 10),
               ",\"exp\":", std::to_string(now + 300), ",\"access\":[", access, "]}");
    const std::string text = concat(base64url(header), ".", base64url(claims));
    return peer.send(http_answer(
        "200 OK", concat("{\"token\":\"", text, ".", base64url(signature(text)), "\"}")));
  }

  std::string signature(const std::string& text) const {
    const std::unique_ptr<BIO, decltype(&::BIO_free)> file(
        ::BIO_new_file((directory_.path() + "/key.pem").c_str(), "r"), &::BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(
        ::PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr), &::EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)> context(::EVP_MD_CTX_new(),
                                                                            &::EVP_MD_CTX_free);
    ::EVP_DigestSignInit(context.get(), nullptr, ::EVP_sha256(), nullptr, key.get());
    std::string out(512, '\0');
    std::size_t size = out.size();
    ::EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
    out.resize(size);
    return out;
  }

  TemporaryDirectory directory_;
  std::string certificate_;
  FakeServer server_{
      [this](const Peer& peer, const std::string& request) { return answer(peer, request); }};
};

}  // namespace plimsoll::test
