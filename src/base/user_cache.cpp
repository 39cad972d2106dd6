#include "base/user_cache.h"

#include <array>

#include "base/text.h"

namespace plimsoll {

Environment cache_environment() {
  constexpr std::array names{"XDG_CACHE_HOME", "HOME"};
  return environment_of(names);
}

std::string user_cache(const Environment& environment, const Files& files) {
  // A path that is not absolute counts as none.
  const std::string_view cache = value_of(environment, "XDG_CACHE_HOME");
  if (cache.starts_with('/')) return concat(cache, "/plimsoll");
  const std::string home(value_of(environment, "HOME"));
  const bool is_there = home.starts_with('/') && files.kind(home) == FileKind::directory;
  return is_there ? concat(home, "/.cache/plimsoll") : std::string();
}

}  // namespace plimsoll
