#include "image/files/os_release.h"

#include "base/text.h"

namespace plimsoll::image {
namespace {

constexpr std::uint64_t max_os_release_bytes = 64u << 10;

// Values may stand in quotes, as a shell has them; nobody escapes anything in those that count
// here.
std::string_view unquoted(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return value;
}

void read(std::string_view path, std::string_view content, Layer& layer) {
  OsReleaseFile file;
  file.path = path;
  for (const std::string_view line : split(content, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equals));
    const std::string_view value = unquoted(line.substr(equals + 1));
    if (key == "ID") file.os.id = value;
    if (key == "VERSION_ID") file.os.version_id = value;
    if (key == "PRETTY_NAME") file.os.pretty_name = value;
  }
  if (file.os.id.empty()) return;
  layer.os_releases.push_back(std::move(file));
}

}  // namespace

constinit const FileReader os_release = {
    .wants =
        [](const TarEntry& entry) {
          return entry.path == "etc/os-release" || entry.path == "usr/lib/os-release";
        },
    .max_bytes = max_os_release_bytes,
    .read = read,
};

}  // namespace plimsoll::image
