#include "image/files/apk.h"

#include "base/text.h"

namespace plimsoll::image {
namespace {

constexpr std::uint64_t max_installed_bytes = 64u << 20;

void read_installed(std::string_view path, std::string_view content, Layer& layer) {
  PackageFile into;
  into.path = path;
  Package package;
  std::string_view directory;
  const auto add = [&] {
    if (package.name.empty() && package.version.empty()) return;
    if (package.name.empty() || package.version.empty()) {
      layer.errors.push_back(
          file_error(path, package.name.empty()
                               ? std::string("a package has no name")
                               : concat("the package \"", package.name, "\" has no version")));
    } else if (into.packages.size() < max_packages) {
      package.kind = PackageKind::apk;
      package.path = path;
      if (package.source_name.empty()) package.source_name = package.name;
      package.source_version = package.version;
      into.packages.push_back(std::move(package));
    }
    package = {};
    directory = {};
  };
  for (const std::string_view line : split(content, '\n')) {
    if (line.empty()) {
      add();
      continue;
    }
    if (line.size() < 2 || line[1] != ':') continue;
    const std::string_view value = trim(line.substr(2));
    switch (line[0]) {
      case 'P': package.name = value; break;
      case 'V': package.version = value; break;
      case 'A': package.architecture = value; break;
      case 'L': package.licence = value; break;
      case 'o': package.source_name = value; break;
      case 'F': directory = value; break;
      case 'R':
        package.files += concat(directory, directory.empty() ? "" : "/", value, "\n");
        break;
      default: break;
    }
  }
  add();
  layer.package_files.push_back(std::move(into));
}

}  // namespace

constinit const FileReader apk_installed = {
    .wants =
        [](const TarEntry& entry) {
          // Alpine 3.22 moved it below usr.
          return entry.path == "lib/apk/db/installed" || entry.path == "usr/lib/apk/db/installed";
        },
    .max_bytes = max_installed_bytes,
    .read = read_installed,
};

}  // namespace plimsoll::image
