#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"
#include "rules/support/read_only_mount.h"
#include "subjects/image.h"

namespace plimsoll::rules::container {
namespace {

// What containers are given to be read, and never write. What else a program needs of the host is a
// person's to say.
constexpr auto only_read = std::to_array<std::string_view>(
    {"/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/etc/hostname", "/etc/hosts",
     "/etc/machine-id", "/etc/os-release", "/etc/passwd", "/etc/group", "/etc/ca-certificates",
     "/etc/ssl/certs", "/etc/pki/ca-trust", "/etc/pki/tls/certs", "/usr/share/ca-certificates",
     "/usr/lib/modules"});

Fix fix_for(const HostMount& mount) {
  HostMount reading = mount;
  reading.read_only = true;
  const bool is_read = std::ranges::any_of(
      only_read, [&](std::string_view path) { return same_or_below(mount.path, path); });
  // Where the finding would stay, the mount itself is the fault.
  if (!is_read || mount.from != nullptr || judge(reading).area != HostArea::ordinary) return {};
  std::optional<Change> change = read_only_mount(*mount.mount);
  return change ? unsafe_fix({std::move(*change)}) : Fix{};
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::sensitive) return;
    Finding& finding =
        findings.add(mount.at, concat(describe(spec, mount), ": ", exposure.why),
                     mount.read_only ? "mount only the file or directory that it needs"
                                     : "mount only the file or directory that it needs, with :ro");
    finding.severity = exposure.severity;
    if (!mount.read_only) finding.fix = fix_for(mount);
  });
}

// --- an image ---

// An image mounts nothing by itself. But `podman container runlabel`, and the atomic command before
// it, run the line that such a label holds as it stands.
bool is_run_line(std::string_view label) {
  return equal_ignoring_case(label, "run") || equal_ignoring_case(label, "install") ||
         equal_ignoring_case(label, "uninstall");
}

// What a word of such a line mounts: "/etc:/host/etc:ro", "type=bind,source=/etc,target=/x".
std::optional<Mount> mount_of(std::string_view text) {
  Mount mount;
  mount.type = Mount::Type::bind;
  if (!text.contains('=')) {
    const std::vector<std::string_view> parts = split(text, ':');
    if (parts.size() < 2 || !parts[0].starts_with('/')) return std::nullopt;
    mount.source = parts[0];
    mount.target = parts[1];
    mount.read_only = parts.size() > 2 && std::ranges::count(split(parts[2], ','), "ro") > 0;
    return mount;
  }
  for (const std::string_view field : split(text, ',')) {
    const std::string_view key = field.substr(0, field.find('='));
    const std::string_view value = field.substr(std::min(key.size() + 1, field.size()));
    if (key == "source" || key == "src") mount.source = value;
    if (key == "ro" || key == "readonly") mount.read_only = value != "false" && value != "0";
  }
  if (!mount.source.starts_with('/')) return std::nullopt;
  return mount;
}

std::vector<Mount> mounts_of_line(std::string_view line) {
  std::vector<Mount> mounts;
  bool is_next = false;
  for (std::string_view word : split(line, ' ')) {
    if (word.empty()) continue;
    const bool is_value = std::exchange(is_next, false);
    if (word == "-v" || word == "--volume" || word == "--mount") {
      is_next = true;
      continue;
    }
    if (word.starts_with("--volume=") || word.starts_with("--mount=")) {
      word.remove_prefix(word.find('=') + 1);
    } else if (!is_value) {
      continue;
    }
    if (std::optional<Mount> mount = mount_of(word)) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  if (!image.config) return findings.not_applicable("a root file system mounts nothing");
  bool is_any = false;
  for (const auto& [name, line] : image.config->labels) {
    if (!is_run_line(name)) continue;
    is_any = true;
    for (const Mount& mount : mounts_of_line(line.value)) {
      HostMount of_host;
      of_host.mount = &mount;
      of_host.written = mount.source;
      of_host.path = normal_path(mount.source);
      of_host.read_only = mount.read_only;
      const HostExposure exposure = judge(of_host);
      if (exposure.area == HostArea::ordinary) continue;
      findings
          .add(line,
               concat("the label ", name, " is a command that mounts ", mount.source,
                      " of the host: ", exposure.why),
               "mount only what it needs, or leave the label out")
          .severity = std::min(exposure.severity, Severity::medium);
    }
  }
  if (!is_any) findings.not_applicable("an image mounts nothing by itself");
}

}  // namespace

extern constinit const Rule sensitive_host_mount = {
    .name = "sensitive-host-mount",
    .title = "a sensitive directory of the host is mounted",
    .severity = Severity::critical,
    .topic = "filesystem",
    .subjects = {Subject::container, Subject::image},
    .rationale =
        "A container that can write to the host's /etc, /usr, /boot or a user's home runs "
        "code on the host at the next login, boot or timer; one that reads them holds its "
        "keys and password hashes. The kernel does not stop it: the mount is the permission.",
    .remediation =
        "Mount only the directory or file that the program needs, read-only where it is only "
        "read. Copy configuration into the project instead of mounting the host's.",
    .limits =
        "Files that hold nothing worth stealing (time zone, host name, certificate "
        "authorities, kernel modules, logs) may be mounted read-only and are not reported. "
        "Read-only mounts are otherwise reported as milder than writable ones; before engine "
        "25, and on kernels before 5.12, directories mounted below a read-only bind stay "
        "writable. The host's own symlinks are not seen. `volumes_from` is followed among the "
        "services of a project only. Volumes that are created elsewhere (`external`) are "
        "unknown. The engine's socket and its directories are reported by "
        "`docker-socket-mounted`, devices by `host-device-exposed`, writable kernel settings "
        "by `kernel-paths-writable`. An image mounts nothing, but may have a label (RUN, INSTALL) "
        "that `podman container runlabel` runs as a command: what such a line mounts is judged, "
        "its "
        "quotes and variables are not understood, and it is medium at most, since somebody has to "
        "run it.",
    .references = {guideline("S1", "Mount Points"),
                   guideline("S2", "Privileged capabilities and shared resources"),
                   guideline("S4", "The Docker daemon"), cis("5.6")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
