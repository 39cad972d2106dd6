// Any text as docker's config.json: credentials that come out are whole, and nothing that was not
// asked for is asked of a helper.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "registry/credentials.h"

namespace {

using namespace plimsoll;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  MemoryFiles files;
  files.add("/c/config.json", std::string(reinterpret_cast<const char*>(data), size));
  for (const char* registry : {"docker.io", "a", "localhost:5000"}) {
    int asked = 0;
    const auto ask = [&](const std::string& name,
                         const std::string&) -> Result<std::optional<registry::Credentials>> {
      require(!name.empty() && ++asked == 1);
      return std::nullopt;
    };
    const registry::CredentialSearch search =
        registry::find_credentials(registry, "b/c", {{"DOCKER_CONFIG", "/c"}}, files, ask);
    if (!search.found) continue;
    const registry::Credentials& found = *search.found;
    require(!search.source.empty());
    require(!found.identity_token.empty() || (!found.user.empty() && !found.password.empty()));
    require(!found.user.contains(':') || found.user.size() < size);
  }
  return 0;
}
