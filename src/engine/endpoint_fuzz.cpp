// Takes any text as an address, as config.json and as a context: an endpoint that comes out is one
// that a connection can use, and an error says something.
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "base/utf8.h"
#include "engine/endpoint.h"

namespace {

using namespace plimsoll;
using namespace plimsoll::engine;

void require(bool condition) {
  if (!condition) std::abort();
}

// A word that the ssh program takes for no option, and a shell for nothing but a word.
void require_plain(const std::string& word) {
  require(!word.starts_with('-'));
  require(word.find_first_of(" \t\r\n'\"`$&|;<>()*?~#\\") == std::string::npos);
}

void check(const Result<Endpoint>& endpoint) {
  if (!endpoint) {
    require(!endpoint.error().message.empty());
    require(!first_invalid_utf8(endpoint.error().message));
    return;
  }
  require(!endpoint->url.empty() && !endpoint->chosen_by.empty());
  if (const auto* const socket = std::get_if<UnixSocket>(&endpoint->address)) {
    require(!socket->path.empty() && socket->path.size() < sizeof(sockaddr_un::sun_path));
    require(socket->path.find('\0') == std::string::npos);
  } else if (const auto* const tcp = std::get_if<Tcp>(&endpoint->address)) {
    require(!tcp->host.empty() && tcp->port != 0);
    require_plain(tcp->host);
  } else {
    const Ssh& ssh = std::get<Ssh>(endpoint->address);
    require(!ssh.host.empty() && ssh.port != 0);
    require_plain(ssh.host);
    require_plain(ssh.user);
  }
  // What is shown is read as the same again; blanks at the end are only a context's.
  const Result<Endpoint> again =
      choose_endpoint({.host = endpoint->url, .context = {}}, {}, MemoryFiles{});
  require(again && again->url == trim(endpoint->url));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(choose_endpoint({}, {{"DOCKER_HOST", text}}, MemoryFiles{}));
  check(choose_endpoint({}, {{"DOCKER_API_VERSION", text}}, MemoryFiles{}));

  MemoryFiles config;
  config.add("/c/config.json", text);
  check(choose_endpoint({}, {{"DOCKER_CONFIG", "/c"}}, config));

  // The context "x", under the SHA-256 of its name.
  MemoryFiles context;
  context.add(
      "/c/contexts/meta/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881/meta.json",
      text);
  check(choose_endpoint({.host = {}, .context = "x"}, {{"DOCKER_CONFIG", "/c"}}, context));
  check(choose_endpoint({.host = {}, .context = text}, {{"DOCKER_CONFIG", "/c"}}, context));
  return 0;
}
