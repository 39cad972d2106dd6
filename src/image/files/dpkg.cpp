#include "image/files/dpkg.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll::image {
namespace {

// A status file of 10,000 packages has 15 MB.
constexpr std::uint64_t max_status_bytes = 64u << 20;
constexpr std::uint64_t max_list_bytes = 16u << 20;

constexpr std::string_view parts_directory = "var/lib/dpkg/status.d";
constexpr std::string_view info_directory = "var/lib/dpkg/info";

struct Stanza {
  std::string_view package, status, version, architecture, source;
};

// "glibc (2.36-9)" -> name and version; the version stands there when it is not the package's own.
void set_source(std::string_view source, Package& package) {
  const std::size_t open = source.find('(');
  package.source_name = trim(source.substr(0, open));
  package.source_version = package.version;
  if (open == std::string_view::npos) return;
  const std::size_t close = source.find(')', open);
  package.source_version = trim(source.substr(
      open + 1, close == std::string_view::npos ? std::string_view::npos : close - open - 1));
}

// Unpacked or more: its files are there. A stanza without a status is one of status.d.
bool is_present(std::string_view status) {
  static constexpr std::array<std::string_view, 5> states{
      "installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"};
  if (status.empty()) return true;
  const std::string_view state = status.substr(status.rfind(' ') + 1);
  return std::ranges::find(states, state) != states.end();
}

class StatusReader {
 public:
  StatusReader(std::string_view path, Layer& layer) : path_(path), layer_(layer) {}

  void read(std::string_view text) {
    into_.path = path_;
    Stanza stanza;
    for (const std::string_view line : split(text, '\n')) {
      if (trim(line).empty()) {
        add(stanza);
        stanza = {};
        continue;
      }
      if (line.front() == ' ' || line.front() == '\t') continue;  // goes on
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) {
        ++broken_lines_;
        continue;
      }
      set(line.substr(0, colon), trim(line.substr(colon + 1)), stanza);
    }
    add(stanza);
    if (broken_lines_ > 0) {
      layer_.errors.push_back(file_error(
          path_, concat(std::to_string(broken_lines_), " lines are no fields of a package")));
    }
    layer_.package_files.push_back(std::move(into_));
  }

 private:
  static void set(std::string_view key, std::string_view value, Stanza& stanza) {
    // Names of fields are the same in any casing (deb-control(5)).
    if (equal_ignoring_case(key, "Package")) stanza.package = value;
    if (equal_ignoring_case(key, "Status")) stanza.status = value;
    if (equal_ignoring_case(key, "Version")) stanza.version = value;
    if (equal_ignoring_case(key, "Architecture")) stanza.architecture = value;
    if (equal_ignoring_case(key, "Source")) stanza.source = value;
  }

  void add(const Stanza& stanza) {
    if (stanza.package.empty() && stanza.version.empty()) return;
    if (!is_present(stanza.status)) return;
    if (stanza.package.empty() || stanza.version.empty()) {
      layer_.errors.push_back(
          file_error(path_, stanza.package.empty()
                                ? std::string("a package has no name")
                                : concat("the package \"", stanza.package, "\" has no version")));
      return;
    }
    if (into_.packages.size() == max_packages) return;
    Package& package = into_.packages.emplace_back();
    package.kind = PackageKind::deb;
    package.name = stanza.package;
    package.version = stanza.version;
    package.architecture = stanza.architecture;
    package.path = path_;
    set_source(stanza.source.empty() ? stanza.package : stanza.source, package);
  }

  std::string_view path_;
  Layer& layer_;
  PackageFile into_;
  std::size_t broken_lines_ = 0;
};

void read_status(std::string_view path, std::string_view content, Layer& layer) {
  StatusReader(path, layer).read(content);
}

// `/.`, `/usr`, `/usr/bin/x`: the same as paths in a layer.
void read_list(std::string_view path, std::string_view content, Layer& layer) {
  OwnedFiles owned;
  owned.path = path;
  std::string_view name = file_name(path);
  const bool is_sums = name.ends_with(".md5sums");
  name.remove_suffix(is_sums ? std::string_view(".md5sums").size()
                             : std::string_view(".list").size());
  // "libc6:amd64": of packages that several architectures can have side by side.
  owned.package = name.substr(0, name.find(':'));
  owned.files.reserve(content.size());
  for (std::string_view line : split(content, '\n')) {
    // "d41d8cd9…  usr/bin/x"
    if (is_sums) line = trim(line.substr(std::min(line.find(' '), line.size())));
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty() || line == ".") continue;
    owned.files += line;
    owned.files += '\n';
  }
  layer.owned_files.push_back(std::move(owned));
}

bool lies_in(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() + 1 && path.starts_with(directory) &&
         path[directory.size()] == '/' &&
         path.find('/', directory.size() + 1) == std::string_view::npos;
}

}  // namespace

constinit const FileReader dpkg_status = {
    .wants = [](const TarEntry& entry) { return entry.path == "var/lib/dpkg/status"; },
    .max_bytes = max_status_bytes,
    .read = read_status,
};

constinit const FileReader dpkg_status_part = {
    .wants =
        [](const TarEntry& entry) {
          return lies_in(entry.path, parts_directory) && !entry.path.ends_with(".md5sums");
        },
    .max_bytes = max_list_bytes,
    .read = read_status,
};

constinit const FileReader dpkg_file_list = {
    .wants =
        [](const TarEntry& entry) {
          return (lies_in(entry.path, info_directory) && entry.path.ends_with(".list")) ||
                 (lies_in(entry.path, parts_directory) && entry.path.ends_with(".md5sums"));
        },
    .max_bytes = max_list_bytes,
    .read = read_list,
};

}  // namespace plimsoll::image
