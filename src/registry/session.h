// Talking to one registry about one repository, in the distribution protocol (v2): who we are,
// waiting when it asks for that, beginning again where a connection broke off.
//
// A registry answers 401 with what it wants: a name and a password (Basic), or a token (Bearer)
// from a token server that it names, which gets the name and the password. They are sent to no one
// before that, only over TLS or to the registry's own host, and never again to where a redirect
// leads. Only reading is asked for.
// Sources: distribution's "HTTP API V2" and "Token Authentication"; OCI distribution specification.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "net/http.h"
#include "registry/credentials.h"
#include "subjects/image_reference.h"

namespace plimsoll::registry {

inline constexpr std::uint64_t max_token_bytes = 1u << 20;

struct Options {
  Environment environment;  // credential_environment()
  net::Settings http;       // whom to trust and who to be is filled in
  // Registries ("10.0.0.5:5000") that may be asked without TLS. Those of this machine may be.
  std::vector<std::string> without_tls;
  AskHelper ask_helper = registry::ask_helper;
  std::function<void(std::chrono::milliseconds)> pause;  // empty: sleep
};

struct Manifest {
  std::string text;
  std::string media_type;  // as the registry says it
  std::string digest;      // computed
};

// Of several threads.
class Session {
 public:
  // Asks the registry whether it is one. `files` must outlive the session.
  static Result<std::unique_ptr<Session>> open(const ImageReference& reference, Options options,
                                               const Files& files);

  // `reference` is a tag or a digest, which the text then has.
  Result<Manifest> manifest(const std::string& reference);
  // `size` bytes from the start to the end, each once, whatever connections break on the way.
  Result<void> blob(const std::string& digest, std::uint64_t size,
                    const std::function<void(std::string_view)>& sink);
  bool has_blob(const std::string& digest);

 private:
  using Once = std::function<net::Answer<net::Response>(net::Client& client)>;
  using Progress = std::function<std::uint64_t()>;  // bytes that need not be asked for again

  struct Question {
    net::Request request;
    net::Sink sink;
    std::function<void(net::Request&)> prepare;  // before each try; empty: nothing
    Progress progress;                           // empty: each try begins anew
  };

  Session(const ImageReference& reference, Options options, const Files& files);
  Result<void> find_scheme();
  net::Url url(const std::string& path) const;
  // Sends with the authorization that there is, and once more with the one that is then wanted.
  Result<net::Response> ask(Question question);
  // Until there is an answer worth having, or no more sense in it.
  Result<net::Response> patiently(const Once& once, const Progress& progress);
  Result<void> authorise(const net::Response& refused, const std::string& used);
  Result<std::string> token(std::string_view realm, std::string_view service);
  const CredentialSearch& credentials();

  net::Client lease();
  void give_back(net::Client client);

  Error explain(const net::Failure& failure) const;
  Error explain(const net::Response& response);
  Error wants_login();
  std::string login_command() const;

  ImageReference reference_;
  Options options_;
  const Files& files_;
  net::Url root_;                  // "https://host:port/"
  std::optional<net::Zone> zone_;  // where the registry was first found: it stays there
  std::mutex authorization_mutex_;
  std::string authorization_;  // the header's value, or ""
  std::once_flag credentials_once_;
  CredentialSearch credentials_;  // by credentials() alone
  std::mutex clients_mutex_;
  std::vector<net::Client> clients_;  // that nobody uses now, with their connections
};

}  // namespace plimsoll::registry
