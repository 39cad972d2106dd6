// Who the user is to a registry, as `docker login` and `podman login` have written it down.
//
// Docker keeps it in config.json: a helper program of the registry's (`credHelpers`) or of all
// (`credsStore`), which knows the system's keychain, or the password itself in `auths`. Podman and
// skopeo have a file of the same form, whose keys can also name a part of a registry
// ("quay.io/team"). The file that REGISTRY_AUTH_FILE names is the only one that is looked at; else
// docker's comes first, then podman's.
// Sources: docker/cli, cli/config; containers-auth.json(5); docker-credential-helpers.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/environment.h"
#include "base/files.h"
#include "base/result.h"

namespace plimsoll::registry {

// All of it is secret but the name.
struct Credentials {
  std::string user;
  std::string password;
  std::string identity_token;  // for which a token server gives tokens; then there is no password
};

struct CredentialSearch {
  std::optional<Credentials> found;
  std::string source;   // where they are from: "/root/.docker/config.json"
  std::string trouble;  // what could not be asked or read on the way, or ""
};

// What `docker-credential-NAME get` answers for this server, or why it cannot be asked; nothing
// where it has no credentials for it.
using AskHelper = std::function<Result<std::optional<Credentials>>(const std::string& name,
                                                                   const std::string& server)>;
// Runs the program, without a shell, bounded in time and in what it says.
Result<std::optional<Credentials>> ask_helper(const std::string& name, const std::string& server);

// The variables that find_credentials() looks at.
Environment credential_environment();

// `registry` as in a reference ("docker.io", "localhost:5000"), `repository` what lies in it.
CredentialSearch find_credentials(const std::string& registry, const std::string& repository,
                                  const Environment& environment, const Files& files,
                                  const AskHelper& ask);

}  // namespace plimsoll::registry
