#include "advisories/database_path.h"

#include <array>

#include "base/text.h"

namespace plimsoll::advisories {

Environment database_environment() {
  constexpr std::array names{"XDG_CACHE_HOME", "HOME"};
  return environment_of(names);
}

std::string user_cache(const Environment& environment) {
  // XDG Base Directory Specification: a path that is not absolute counts as none.
  const std::string_view cache = value_of(environment, "XDG_CACHE_HOME");
  if (cache.starts_with('/')) return concat(cache, "/plimsoll");
  const std::string_view home = value_of(environment, "HOME");
  return home.starts_with('/') ? concat(home, "/.cache/plimsoll") : std::string();
}

std::string usual_database(std::string_view chosen, const Environment& environment,
                           const Files& files) {
  if (!chosen.empty()) return std::string(chosen);
  const std::string cache = user_cache(environment);
  const std::string of_user = cache.empty() ? std::string() : concat(cache, "/db/advisories.db");
  const std::string of_system(system_database);
  if (of_user.empty()) return of_system;
  const bool is_of_system =
      files.kind(of_user) == FileKind::missing && files.kind(of_system) != FileKind::missing;
  return is_of_system ? of_system : of_user;
}

}  // namespace plimsoll::advisories
