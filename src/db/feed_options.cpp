#include "db/feed_options.h"

#include <algorithm>
#include <thread>

#include "base/clock.h"
#include "base/text.h"
#include "base/user_cache.h"
#include "net/proxy.h"

namespace plimsoll::db {
namespace {

// "" for none.
std::string cache_directory(const app::Arguments& arguments) {
  if (arguments.has("no-cache")) return {};
  const std::string_view said = arguments.value("cache-dir");
  if (!said.empty()) return std::string(said);
  const std::string cache = user_cache(cache_environment(), RealFiles());
  return cache.empty() ? cache : concat(cache, "/feeds");
}

}  // namespace

FeedOptions feed_options(const app::Arguments& arguments) {
  FeedOptions out;
  const std::string directory = cache_directory(arguments);
  if (!directory.empty()) out.cache = std::make_unique<feeds::FeedCache>(directory);
  out.compile = {
      .now = now(),
      .cache = out.cache.get(),
      .download = {.http = {.user_agent = concat("plimsoll/", PLIMSOLL_VERSION),
                            .proxies = net::proxy_environment()},
                   .directory = directory.empty() ? directory : concat(directory, "/downloads")},
      .threads = std::max(1u, std::thread::hardware_concurrency())};
  return out;
}

}  // namespace plimsoll::db
