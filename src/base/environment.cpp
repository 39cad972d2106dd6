#include "base/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.h"

namespace plimsoll {

Environment environment_of(std::span<const char* const> names) {
  Environment out;
  for (const char* const name : names) {
    if (const char* const value = std::getenv(name); value != nullptr) out[name] = value;
    if (std::string_view(name) != "HOME" || !value_of(out, name).empty()) continue;
    if (const passwd* const account = ::getpwuid(::geteuid()); account != nullptr) {
      out[name] = account->pw_dir;
    }
  }
  return out;
}

std::string_view value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

std::string docker_directory(const Environment& environment) {
  const std::string_view chosen = value_of(environment, "DOCKER_CONFIG");
  if (!chosen.empty()) return std::string(chosen);
  const std::string_view home = value_of(environment, "HOME");
  return home.empty() ? std::string() : join_path(home, ".docker");
}

}  // namespace plimsoll
