#include "readers/host/installed_packages.h"

#include <algorithm>

#include "base/process_root.h"
#include "base/text.h"

namespace plimsoll::host {
namespace {

// A stanza's line of this field: "Version: 1.2" -> "1.2"; "" for none. Fields that are continued
// on the next line are none of those that are asked for.
std::string_view field_of(std::string_view stanza, std::string_view name) {
  for (const std::string_view line : split(stanza, '\n')) {
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':') {
      return trim(line.substr(name.size() + 1));
    }
  }
  return {};
}

// Calls `take` with each stanza of a text in which blank lines stand between them.
template <class Take>
void for_each_stanza(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
}

// The name is a stanza's first line in both lists: others need not be looked at.
bool is_wanted(std::string_view stanza, std::string_view key,
               std::span<const std::string_view> names) {
  while (stanza.starts_with('\n')) stanza.remove_prefix(1);
  const std::string_view name = field_of(stanza.substr(0, stanza.find('\n')), key);
  return std::ranges::find(names, name) != names.end();
}

void read_dpkg(std::string_view text, std::span<const std::string_view> names,
               std::vector<Package>& out) {
  for_each_stanza(text, [&](std::string_view stanza) {
    if (!is_wanted(stanza, "Package", names)) return;
    if (!field_of(stanza, "Status").ends_with(" installed")) return;
    Package package;
    package.kind = PackageKind::deb;
    package.name = field_of(stanza, "Package");
    package.version = field_of(stanza, "Version");
    package.architecture = field_of(stanza, "Architecture");
    // "containerd (1.6.20~ds1-1)" where the source has another version, too.
    const std::string_view source = field_of(stanza, "Source");
    const std::size_t open = source.find(" (");
    package.source_name = source.empty() ? package.name : std::string(source.substr(0, open));
    package.source_version = package.version;
    if (open != std::string_view::npos && source.ends_with(')')) {
      package.source_version = source.substr(open + 2, source.size() - open - 3);
    }
    package.path = "var/lib/dpkg/status";
    out.push_back(std::move(package));
  });
}

void read_apk(std::string_view text, std::span<const std::string_view> names,
              std::vector<Package>& out) {
  for_each_stanza(text, [&](std::string_view stanza) {
    std::string_view name;
    for (const std::string_view line : split(stanza, '\n')) {
      if (line.starts_with("P:")) name = line.substr(2);
    }
    if (std::ranges::find(names, name) == names.end()) return;
    Package package;
    package.kind = PackageKind::apk;
    package.name = name;
    package.version = field_of(stanza, "V");
    package.architecture = field_of(stanza, "A");
    const std::string_view origin = field_of(stanza, "o");
    package.source_name = origin.empty() ? name : origin;
    package.source_version = package.version;
    package.path = "lib/apk/db/installed";
    out.push_back(std::move(package));
  });
}

std::string without_quotes(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                         text.back() == text.front();
  return std::string(is_quoted ? text.substr(1, text.size() - 2) : text);
}

OsRelease read_os_release(std::string_view text) {
  OsRelease os;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trim(line.substr(0, equals));
    std::string value = without_quotes(trim(line.substr(equals + 1)));
    if (name == "ID")
      os.id = std::move(value);
    else if (name == "VERSION_ID")
      os.version_id = std::move(value);
    else if (name == "PRETTY_NAME")
      os.pretty_name = std::move(value);
  }
  return os;
}

}  // namespace

InstalledPackages read_installed_packages(const Files& files, const std::string& root,
                                          std::span<const std::string_view> names) {
  InstalledPackages out;
  const auto text = [&](const std::string& path) {
    return files.read(as_seen_from(root, path, files));
  };
  for (const std::string path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const Result<std::string> release = text(path);
    if (!release) continue;
    out.os = read_os_release(*release);
    break;
  }
  if (const auto status = text("/var/lib/dpkg/status")) read_dpkg(*status, names, out.packages);
  for (const std::string path : {"/lib/apk/db/installed", "/usr/lib/apk/db/installed"}) {
    const Result<std::string> installed = text(path);
    if (!installed) continue;
    read_apk(*installed, names, out.packages);
    break;
  }
  return out;
}

}  // namespace plimsoll::host
