#include "scan/summary.h"

#include <array>
#include <string_view>
#include <vector>

#include "base/byte_count.h"
#include "base/text.h"
#include "base/utf8.h"

namespace plimsoll::scan {
namespace {

std::string packages_of(const Image& image) {
  std::array<std::size_t, package_kinds> count{};
  for (const Package& package : image.packages) ++count[static_cast<std::size_t>(package.kind)];
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (count[i] == 0) continue;
    parts.push_back(concat(std::to_string(count[i]), " ", name_of(static_cast<PackageKind>(i))));
  }
  return parts.empty() ? "no packages that are known here" : concat(join(parts, ", "), " packages");
}

}  // namespace

std::string summary_of(const Image& image) {
  std::string out = printable(image.name.empty() ? image.target : image.name);
  if (image.config) {
    out +=
        concat(" (", printable(image.config->os), "/", printable(image.config->architecture), ")");
  }
  std::vector<std::string> parts;
  if (image.os) {
    parts.push_back(printable(image.os->pretty_name.empty()
                                  ? concat(image.os->id, " ", image.os->version_id)
                                  : image.os->pretty_name));
  }
  parts.push_back(packages_of(image));
  std::uint64_t bytes = 0;
  std::size_t files = 0;
  for (const ImageLayer& layer : image.layers) {
    bytes += layer.file_bytes;
    files += layer.files;
  }
  parts.push_back(concat(counted(image.layers.size(), "layer", "layers"), " with ",
                         counted(files, "file", "files"), ", ", byte_count(bytes)));
  return concat(out, ": ", join(parts, "; "), "\n");
}

}  // namespace plimsoll::scan
