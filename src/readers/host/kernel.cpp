#include "readers/host/kernel.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/text.h"
#include "readers/host/lines.h"
#include "readers/host/texts.h"
#include "subjects/container_spec.h"

namespace plimsoll::host {
namespace {

constexpr auto hardening_settings = std::to_array<std::string_view>({
    "fs.protected_fifos",
    "fs.protected_hardlinks",
    "fs.protected_regular",
    "fs.protected_symlinks",
    "kernel.apparmor_restrict_unprivileged_userns",
    "kernel.dmesg_restrict",
    "kernel.kexec_load_disabled",
    "kernel.kptr_restrict",
    "kernel.perf_event_paranoid",
    "kernel.randomize_va_space",
    "kernel.unprivileged_bpf_disabled",
    "kernel.unprivileged_userns_clone",
    "kernel.yama.ptrace_scope",
    "user.max_user_namespaces",
});

// "1" where SELinux enforces its policy; it is there only with SELinux.
constexpr std::string_view selinux_mode_path = "/sys/fs/selinux/enforce";

template <class T>
Located<T> by_host(T value, const Location& at) {
  return {.value = std::move(value), .at = at, .layer = Layer::host};
}

// A name that can be made a path of: its dots become slashes. A slash of its own stands for a dot
// in a device's name, "net.ipv4.conf.eth0/100.rp_filter", and is left out, as is what leads
// elsewhere.
bool is_setting_name(std::string_view name) {
  constexpr std::size_t longest = 200;
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

class KernelReader {
 public:
  KernelReader(Host& host, const Files& files, Sources& sources, std::vector<Error>& errors)
      : host_(host), files_(files), sources_(sources), errors_(errors) {}

  void read() {
    for (const std::string_view name : hardening_settings) read_setting(std::string(name));
    read_settings_of_containers();
    read_lockdown();
    read_arguments();
    read_vulnerabilities();
    read_apparmor();
    read_selinux();
  }

 private:
  Text text(const std::string& path) const { return read_text(path, files_, sources_); }

  void read_setting(const std::string& name) {
    KernelSetting& setting = host_.kernel_settings.emplace_back();
    setting.name = name;
    std::string path = concat("/proc/sys/", name);
    std::replace(path.begin() + std::string_view("/proc/sys/").size(), path.end(), '.', '/');
    const Text text = this->text(path);
    setting.absent = text.missing;
    if (text.source == nullptr) return;
    setting.at = value_of(*text.source);
    setting.value = std::string(setting.at.text());
  }

  void read_settings_of_containers() {
    std::set<std::string, std::less<>> names;
    for (const ContainerSpec* container : host_.containers) {
      for (const Located<std::string>& entry : container->sysctls) {
        const std::string_view name =
            trim(std::string_view(entry.value).substr(0, entry.value.find('=')));
        if (is_setting_name(name)) names.emplace(name);
      }
    }
    std::size_t left = max_container_settings;
    for (const std::string& name : names) {
      if (left-- == 0) {
        errors_.push_back({.message = concat("only ", std::to_string(max_container_settings),
                                             " sysctls of containers are looked up on the host")});
        return;
      }
      if (host_.kernel_setting(name) == nullptr) read_setting(name);
    }
  }

  // "none [integrity] confidentiality"
  void read_lockdown() {
    const std::string path = "/sys/kernel/security/lockdown";
    const Text text = this->text(path);
    if (text.source == nullptr) {
      // Where securityfs is mounted, or the kernel has none, there is no lockdown. Else it is
      // hidden.
      if (text.missing && lacks_securityfs()) {
        host_.lockdown = by_host(std::string(), {&sources_.add(path, ""), {}});
      }
      return;
    }
    for (const Line& line : lines_of(*text.source)) {
      for (const Location& word : fields_of(line.at, ' ')) {
        const std::string_view mode = word.text();
        if (!mode.starts_with('[') || !mode.ends_with(']')) continue;
        host_.lockdown = by_host(std::string(mode.substr(1, mode.size() - 2)), word);
      }
    }
  }

  bool lacks_securityfs() const {
    const auto is_there = [](const MountPoint& mount) {
      return mount.target == "/sys/kernel/security";
    };
    if (host_.mounts && std::ranges::any_of(*host_.mounts, is_there)) return true;
    const Text known = text("/proc/filesystems");
    return known.source != nullptr && !known.source->text().contains("securityfs");
  }

  void read_arguments() {
    const Text text = this->text("/proc/cmdline");
    if (text.source == nullptr) return;
    host_.kernel_arguments.emplace();
    for (const Line& line : lines_of(*text.source)) {
      for (const Location& word : fields_of(line.at, ' ')) {
        // What follows is for the first program, not for the kernel.
        if (word.text() == "--") return;
        if (!word.text().empty()) {
          host_.kernel_arguments->push_back(by_host(std::string(word.text()), word));
        }
      }
    }
  }

  void read_vulnerabilities() {
    const std::string directory = "/sys/devices/system/cpu/vulnerabilities";
    const Result<std::vector<DirectoryEntry>> entries = files_.list(directory);
    if (!entries) {
      // Other architectures, and kernels before 4.15, do not say.
      if (is_missing(directory, files_) && !is_missing("/sys/devices/system/cpu", files_)) {
        host_.vulnerabilities.emplace();
      }
      return;
    }
    host_.vulnerabilities.emplace();
    for (const DirectoryEntry& entry : *entries) {
      const Text text = this->text(concat(directory, "/", entry.name));
      if (text.source == nullptr) continue;
      const Location state = value_of(*text.source);
      host_.vulnerabilities->push_back({entry.name, std::string(state.text()), state});
    }
  }

  void read_apparmor() {
    host_.apparmor = host::read_apparmor(files_, sources_);
    const Text profiles = text("/sys/kernel/security/apparmor/profiles");
    if (profiles.source == nullptr) return;
    host_.apparmor_profiles.emplace();
    for (const Line& line : lines_of(*profiles.source)) {
      // "docker-default (enforce)"; a name can have blanks of its own.
      const std::string_view text = line.text();
      const std::size_t open = text.rfind(" (");
      if (open == std::string_view::npos || !text.ends_with(')')) continue;
      host_.apparmor_profiles->push_back(
          {std::string(text.substr(0, open)),
           std::string(text.substr(open + 2, text.size() - open - 3)), line.at});
    }
  }

  void read_selinux() {
    const std::string path(selinux_mode_path);
    const Text enforce = text(path);
    if (enforce.source != nullptr) {
      const Location value = value_of(*enforce.source);
      const SelinuxMode mode =
          value.text() == "1" ? SelinuxMode::enforcing : SelinuxMode::permissive;
      host_.selinux = by_host(mode, value);
    } else if (kernel_has_selinux(files_) == false) {
      host_.selinux = by_host(SelinuxMode::absent, {&sources_.add(path, ""), {}});
    }
  }

  Host& host_;
  const Files& files_;
  Sources& sources_;
  std::vector<Error>& errors_;
};

}  // namespace

std::optional<bool> kernel_has_selinux(const Files& files) {
  if (files.kind("/sys/fs") != FileKind::directory) return std::nullopt;
  const Result<FileStatus> mode = files.status(std::string(selinux_mode_path));
  return mode ? std::optional(mode->kind != FileKind::missing) : std::nullopt;
}

std::optional<Located<bool>> read_apparmor(const Files& files, Sources& sources) {
  const std::string path = "/sys/module/apparmor/parameters/enabled";
  const Text enabled = read_text(path, files, sources);
  if (enabled.source != nullptr) {
    const Location value = value_of(*enabled.source);
    return by_host(value.text() == "Y", value);
  }
  // A kernel without AppArmor does not have the file; that it is so stands in none.
  if (enabled.missing && !is_missing("/sys/module", files)) {
    return by_host(false, {&sources.add(path, ""), {}});
  }
  return std::nullopt;
}

void read_kernel(Host& host, const Files& files, Sources& sources, std::vector<Error>& errors) {
  KernelReader(host, files, sources, errors).read();
}

}  // namespace plimsoll::host
