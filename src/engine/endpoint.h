// Which Docker engine is meant, and how it is reached: chosen exactly as the docker client chooses.
//
// The client looks, in this order, at --context, -H, DOCKER_HOST, DOCKER_CONTEXT and the
// `currentContext` of its config.json, and takes /var/run/docker.sock when none of them says
// anything. A context is a named address in the user's ~/.docker, with the certificates for it. The
// name "default" stands for no context: then DOCKER_HOST, or the socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/environment.h"
#include "base/files.h"
#include "base/result.h"

namespace plimsoll::engine {

// The variables of this process that a choice looks at: DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG,
// HOME, DOCKER_TLS, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and DOCKER_API_VERSION.
Environment process_environment();

// What the user asked for on the command line; empty when nothing.
struct EndpointFlags {
  std::string host = {};     // -H
  std::string context = {};  // --context
};

// PEM texts. `key` is a secret: it is never printed.
struct Certificates {
  // Who may have signed the engine's certificate; empty: whom the system trusts.
  std::string authority = {};
  std::string certificate = {};  // this client's own, with its key; both or none
  std::string key = {};
  bool skip_verification = false;  // the engine's certificate is not looked at
};

struct UnixSocket {
  std::string path = {};  // shorter than what a socket's address holds
};

struct Tcp {
  std::string host = {};  // a name or an address, IPv6 without its brackets
  std::uint16_t port = 0;
  std::string base_path = {};  // what stands before the path of each request: "" or "/engine"
  std::optional<Certificates> tls = {};
};

// The engine of another machine, through the ssh program and the docker program there.
struct Ssh {
  std::string user = {};  // empty: ssh decides
  std::string host = {};
  std::optional<std::uint16_t> port = {};
  std::string socket = {};  // the engine's there; empty: the docker program there decides
};

struct Endpoint {
  std::variant<UnixSocket, Tcp, Ssh> address = {};
  // Both are for messages: "unix:///var/run/docker.sock", which holds no secret, and "DOCKER_HOST",
  // "context \"lab\"", "-H" or "the default".
  std::string url = {};
  std::string chosen_by = {};
  std::string api_version = {};  // what DOCKER_API_VERSION pins, without a "v"; else empty
};

// Reads config.json, the context and its certificates through `files`, each only when it is needed.
// An error says what is wrong with the choice and how to put it right: an unknown context, a
// malformed address, a file that cannot be read. Whether anything answers there is for
// Client::connect to find out.
Result<Endpoint> choose_endpoint(const EndpointFlags& flags, const Environment& environment,
                                 const Files& files);

}  // namespace plimsoll::engine
