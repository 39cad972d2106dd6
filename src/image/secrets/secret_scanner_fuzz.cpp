// Anything as a file: the pieces that it comes in change nothing, and no value comes out. The first
// byte chooses the place of the file.
#include "image/secrets/secret_scanner.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "image/secrets/config_secrets.h"

namespace {

using namespace plimsoll;

std::string described(image::SecretScanner& scanner, std::string_view path, std::string_view text,
                      std::size_t piece) {
  scanner.begin(path);
  for (std::size_t at = 0; at < text.size(); at += piece) scanner.push(text.substr(at, piece));
  std::string out;
  for (const image::FoundSecret& secret : scanner.end()) {
    if (secret.begin > secret.end || secret.end > text.size()) __builtin_trap();
    out += concat(secret.kind->name, " ", std::to_string(secret.begin), " ",
                  std::to_string(secret.end), " ", std::to_string(secret.line), " ", secret.name,
                  " ", secret.fingerprint, "\n");
  }
  for (const Error& error : scanner.take_errors()) out += error.message;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static image::SecretScanner scanner;
  constexpr std::array<std::string_view, 6> paths{"app/.env",    "app/x.yaml",   "app/x.py",
                                                  "root/.netrc", "root/.pgpass", "usr/lib/x"};
  if (size == 0) return 0;
  const std::string_view path = paths[data[0] % paths.size()];
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (described(scanner, path, text, text.size() + 1) != described(scanner, path, text, 61)) {
    __builtin_trap();
  }
  // The same far into a file, over the border of a block: of some inputs, for it takes its time.
  if (data[0] / paths.size() % 8 == 1) {
    const std::string far =
        concat(std::string(image::secret_block_bytes - text.size() % 300, '\n'), text);
    if (described(scanner, path, far, far.size()) != described(scanner, path, far, 9973)) {
      __builtin_trap();
    }
  }
  Sources sources;
  const image::ConfigSecrets hidden =
      image::hide_config_secrets(sources.add("config", std::string(text)), sources);
  if (hidden.source == nullptr) __builtin_trap();
  return 0;
}
