// An installed kernel is an image that can be booted: /boot/vmlinuz-VERSION, or, on Fedora and its
// kin, /lib/modules/VERSION/vmlinuz. A directory of modules alone proves nothing: packages leave
// theirs behind.
#include "readers/host/kernel_versions.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "readers/host/lines.h"
#include "readers/host/texts.h"

namespace plimsoll::host {
namespace {

constexpr std::string_view package_prefix = "linux-image-";

// What package managers and people leave beside an image.
bool is_left_over(std::string_view version) {
  return version.ends_with(".old") || version.ends_with(".bak") || version.contains(".dpkg-") ||
         version.contains(".rpm") || version.contains(".efi");
}

class VersionReader {
 public:
  VersionReader(Host& host, const Files& files, Sources& sources)
      : host_(host), files_(files), sources_(sources) {}

  void read() {
    if (const auto release = value("/proc/sys/kernel/osrelease")) host_.running_kernel = *release;
    if (const auto build = value("/proc/sys/kernel/version")) host_.running_kernel_build = *build;
    read_images();
    read_packages();
  }

 private:
  std::optional<Located<std::string>> value(const std::string& path) const {
    const Text text = read_text(path, files_, sources_);
    if (text.source == nullptr) return std::nullopt;
    const Location at = value_of(*text.source);
    return Located<std::string>{.value = std::string(at.text()), .at = at, .layer = Layer::host};
  }

  void read_images() {
    const Result<std::vector<DirectoryEntry>> boot = files_.list("/boot");
    const Result<std::vector<DirectoryEntry>> modules = files_.list("/lib/modules");
    const bool hidden = (!boot && !is_missing("/boot", files_)) ||
                        (!modules && !is_missing("/lib/modules", files_));
    if (hidden) return;
    std::set<std::string, std::less<>> versions;
    constexpr std::string_view prefix = "vmlinuz-";
    if (boot) {
      for (const DirectoryEntry& entry : *boot) {
        if (entry.name.starts_with(prefix)) versions.insert(entry.name.substr(prefix.size()));
      }
    }
    if (modules) {
      for (const DirectoryEntry& entry : *modules) {
        const std::string image = concat("/lib/modules/", entry.name, "/vmlinuz");
        if (files_.kind(image) == FileKind::file) versions.insert(entry.name);
      }
    }
    std::erase_if(versions, [](const std::string& version) { return is_left_over(version); });
    list_images(versions);
  }

  // The names as a text, one a line, so that a finding can show what it speaks of.
  void list_images(const std::set<std::string, std::less<>>& versions) {
    std::string text;
    for (const std::string& version : versions) text += concat("vmlinuz-", version, "\n");
    const Source& listing = sources_.add("/boot", std::move(text));
    host_.installed_kernels.emplace();
    for (const Line& line : lines_of(listing)) {
      Location at = line.at;
      at.span.begin += static_cast<std::uint32_t>(std::string_view("vmlinuz-").size());
      host_.installed_kernels->push_back(
          {.value = std::string(at.text()), .at = at, .layer = Layer::host});
    }
  }

  void read_packages() {
    const Text status = read_text("/var/lib/dpkg/status", files_, sources_);
    if (status.source == nullptr) return;
    host_.installed_kernel_packages = read_kernel_packages(*status.source);
    if (host_.installed_kernel_packages.empty()) return;
    // Kernels are repaired in the archive of security updates. Its lists are small, and the only
    // ones that are read; compressed ones are not.
    const std::string directory = "/var/lib/apt/lists";
    const Result<std::vector<DirectoryEntry>> lists = files_.list(directory);
    if (!lists) return;
    for (const DirectoryEntry& list : *lists) {
      if (!list.name.ends_with("_Packages") || !list.name.contains("security")) continue;
      const Text packages = read_text(join_path(directory, list.name), files_, sources_);
      if (packages.source == nullptr) continue;
      std::ranges::move(read_kernel_packages(*packages.source),
                        std::back_inserter(host_.offered_kernel_packages));
    }
  }

  Host& host_;
  const Files& files_;
  Sources& sources_;
};

}  // namespace

std::vector<KernelPackage> read_kernel_packages(const Source& packages) {
  const std::string_view text = packages.text();
  std::vector<KernelPackage> out;
  const std::string start = concat("Package: ", package_prefix);
  // Only the stanzas of kernels are taken apart: the files are large.
  std::size_t at = 0;
  while ((at = text.find(start, at)) != std::string_view::npos) {
    if (at > 0 && text[at - 1] != '\n') {
      ++at;
      continue;
    }
    KernelPackage package;
    bool installed = true;
    while (at < text.size()) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = text.substr(at, end - at);
      if (line.empty()) break;
      const std::size_t colon = std::min(line.find(':'), line.size());
      const std::string_view key = line.substr(0, colon);
      const std::string_view value =
          colon < line.size() ? trim(line.substr(colon + 1)) : std::string_view();
      if (key == "Package") package.name = value;
      if (key == "Status") installed = value.ends_with(" installed");
      if (key == "Version") {
        package.version = value;
        package.at = {&packages, {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)}};
      }
      at = end + 1;
    }
    if (installed && !package.version.empty()) out.push_back(std::move(package));
  }
  return out;
}

void read_kernel_versions(Host& host, const Files& files, Sources& sources) {
  VersionReader(host, files, sources).read();
}

}  // namespace plimsoll::host
