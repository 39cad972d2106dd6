// Whom to trust as a registry, and who to be to it, beyond what the system says: the directories
// that docker and podman look into.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/files.h"
#include "base/result.h"
#include "net/http.h"

namespace plimsoll::registry {

struct RegistryCertificates {
  std::string authorities;  // PEM texts after each other
  std::optional<net::Identity> identity;
};

// The directories of this registry ("localhost:5000"), the first to be looked into first.
std::vector<std::string> certificate_directories(const std::string& registry,
                                                 const Environment& environment);

// Every `*.crt` of all directories is an authority; the first `NAME.cert` with its `NAME.key` is
// the client's. An error when one that is there cannot be read, or a key or certificate stands
// alone, as docker has it.
Result<RegistryCertificates> read_certificates(const std::string& registry,
                                               const Environment& environment, const Files& files);

}  // namespace plimsoll::registry
