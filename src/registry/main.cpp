// plimsoll-fetch: fetches the parts of an image in a registry for the process that reads it, which
// has no network (image/fetched_blobs.h). No command of its own: plimsoll-image starts it.
//   plimsoll-fetch SOCKETS NAME [HOST that may be asked without TLS ...]
#include <csignal>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/number.h"
#include "base/text.h"
#include "image/fetched_blobs.h"
#include "net/proxy.h"
#include "registry/registry_store.h"

int main(int argc, char** argv) {
  using namespace plimsoll;
  // Who asks may be gone: that is an error of write(), and the end.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto sockets = words.size() < 2 ? std::nullopt : number_of<unsigned>(words[0]);
  if (!sockets || *sockets == 0) return 2;
  const RealFiles files;
  image::serve_fetched_blobs(
      [&] {
        registry::Options options{.environment = registry::credential_environment(),
                                  .http = {.user_agent = concat("plimsoll/", PLIMSOLL_VERSION),
                                           .proxies = net::proxy_environment()},
                                  .without_tls = {words.begin() + 2, words.end()},
                                  .pause = {}};
        return registry::open_registry_store(words[1], std::move(options), files);
      },
      *sockets);
  return 0;
}
