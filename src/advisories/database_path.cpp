#include "advisories/database_path.h"

#include "base/text.h"

namespace plimsoll::advisories {

std::string usual_database(std::string_view chosen, const Environment& environment,
                           const Files& files) {
  if (!chosen.empty()) return std::string(chosen);
  const std::string cache = user_cache(environment, files);
  const std::string of_user = cache.empty() ? std::string() : concat(cache, "/db/advisories.db");
  const std::string of_system(system_database);
  if (of_user.empty()) return of_system;
  const bool is_of_system =
      files.kind(of_user) == FileKind::missing && files.kind(of_system) != FileKind::missing;
  return is_of_system ? of_system : of_user;
}

}  // namespace plimsoll::advisories
