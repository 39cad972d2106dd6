// A server of HTTPS on this machine; each connection gets one answer.
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "base/text.h"
#include "support/listener.h"

namespace plimsoll::test {

class TlsServer {
 public:
  // Answers a request with a text, after which the connection is closed.
  using Answer = std::function<std::string(const std::string& request)>;

  // `directory` holds cert.pem and key.pem.
  TlsServer(const std::string& directory, std::string answer,
            std::uint32_t address = INADDR_LOOPBACK)
      : TlsServer(
            directory, [text = std::move(answer)](const std::string&) { return text; }, address) {}
  TlsServer(const std::string& directory, Answer answer, std::uint32_t address = INADDR_LOOPBACK)
      : answer_(std::move(answer)) {
    ::SSL_CTX_use_certificate_chain_file(context_.get(), (directory + "/cert.pem").c_str());
    ::SSL_CTX_use_PrivateKey_file(context_.get(), (directory + "/key.pem").c_str(),
                                  SSL_FILETYPE_PEM);
    // Clients may show a certificate, and any will do.
    ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    url_ = concat("https://", listen_at(listener_.get(), address));
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // "https://127.0.0.1:40123".
  const std::string& origin() const { return url_; }
  // Of each request that came, whether the client had shown a certificate.
  std::vector<bool> identified() const {
    const std::lock_guard lock(mutex_);
    return identified_;
  }
  // All that was asked, in the order in which it came.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const Descriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid()) return;
      const std::unique_ptr<SSL, decltype(&::SSL_free)> tls(::SSL_new(context_.get()), &::SSL_free);
      ::SSL_set_fd(tls.get(), connection.get());
      if (::SSL_accept(tls.get()) != 1) continue;
      std::string request;
      char byte = 0;
      while (!request.ends_with("\r\n\r\n") && ::SSL_read(tls.get(), &byte, 1) == 1) {
        request += byte;
      }
      if (request.empty()) continue;
      {
        const std::lock_guard lock(mutex_);
        identified_.push_back(::SSL_get0_peer_certificate(tls.get()) != nullptr);
        requests_.push_back(request);
      }
      const std::string answer = answer_(request);
      ::SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
      ::SSL_shutdown(tls.get());
    }
  }

  Answer answer_;
  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context_{::SSL_CTX_new(::TLS_server_method()),
                                                               &::SSL_CTX_free};
  Descriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::string url_;
  mutable std::mutex mutex_;
  std::vector<bool> identified_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace plimsoll::test
