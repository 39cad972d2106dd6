// Secrets in a container's environment, seen from where they come: two rules share the answer, so
// that each variable is reported by one of them at most.
#pragma once

#include <cstdint>
#include <string_view>

#include "subjects/container_spec.h"

namespace plimsoll::rules {

enum class SecretSource : std::uint8_t {
  none,      // no secret, or not known here
  literal,   // written down: PASSWORD: hunter2
  fallback,  // written down for the case that nobody sets it: PASSWORD: ${PASSWORD:-hunter2}
  outside,   // comes from elsewhere, but through the environment: ${PASSWORD}, an env_file,
             // pass-through
};

struct EnvironmentSecret {
  SecretSource source = SecretSource::none;
  std::string_view kind;  // "a password", "a GitHub token"
};

EnvironmentSecret environment_secret(const EnvironmentVariable& variable);

}  // namespace plimsoll::rules
