#include "audit/daemon_process.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::audit {
namespace {

std::string process_path(std::int64_t id, std::string_view file) {
  return concat("/proc/", std::to_string(id), "/", file);
}

// "dockerd\0-H\0fd://\0" -> {"dockerd", "-H", "fd://"}
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  if (text.ends_with('\0')) text.remove_suffix(1);
  if (text.empty()) return words;
  for (const std::string_view word : split(text, '\0')) words.emplace_back(word);
  return words;
}

bool is_dockerd(std::int64_t id, const Files& files) {
  const Result<std::string> name = files.read(process_path(id, "comm"));
  return name && trim(*name) == "dockerd";
}

std::optional<DaemonProcess> process(std::int64_t id, const Files& files) {
  const Result<std::string> line = files.read(process_path(id, "cmdline"));
  if (!line) return std::nullopt;
  std::vector<std::string> words = words_of(*line);
  if (words.empty()) return std::nullopt;
  words.erase(words.begin());
  return DaemonProcess{id, std::move(words)};
}

// Whether it takes its socket from systemd: `-H fd://`, and older units say only `fd://`.
bool takes_its_socket(const DaemonProcess& daemon) {
  return std::ranges::any_of(daemon.arguments,
                             [](const std::string& word) { return word.contains("fd://"); });
}

std::string variable(std::string_view environment, std::string_view name) {
  for (const std::string& word : words_of(environment)) {
    if (word.starts_with(name) && word.size() > name.size() && word[name.size()] == '=') {
      return word.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace

std::optional<DaemonProcess> find_dockerd(std::optional<std::int64_t> listening,
                                          const Files& files) {
  if (!listening) return std::nullopt;
  if (is_dockerd(*listening, files)) return process(*listening, files);
  const Result<std::vector<DirectoryEntry>> entries = files.list("/proc");
  if (!entries) return std::nullopt;
  std::optional<DaemonProcess> found;
  for (const DirectoryEntry& entry : *entries) {
    if (!std::ranges::all_of(entry.name, is_digit) || entry.name.size() > 10) continue;
    const std::int64_t id = std::stoll(entry.name);
    if (!is_dockerd(id, files)) continue;
    std::optional<DaemonProcess> candidate = process(id, files);
    if (!candidate || !takes_its_socket(*candidate)) continue;
    if (found) return std::nullopt;
    found = std::move(candidate);
  }
  return found;
}

std::string daemon_json_path(const DaemonProcess& daemon, const Files& files) {
  constexpr std::string_view flag = "--config-file";
  for (std::size_t i = 0; i < daemon.arguments.size(); ++i) {
    const std::string& word = daemon.arguments[i];
    if (word == flag && i + 1 < daemon.arguments.size()) return daemon.arguments[i + 1];
    if (word.starts_with(concat(flag, "="))) return word.substr(flag.size() + 1);
  }
  if (std::ranges::find(daemon.arguments, "--rootless") == daemon.arguments.end()) {
    return "/etc/docker/daemon.json";
  }
  // A rootless one reads its user's (moby cmd/dockerd/daemon.go, getDefaultDaemonConfigDir).
  const Result<std::string> environment = files.read(process_path(daemon.id, "environ"));
  if (!environment) return {};
  const std::string configuration = variable(*environment, "XDG_CONFIG_HOME");
  if (!configuration.empty()) return join_path(configuration, "docker/daemon.json");
  const std::string home = variable(*environment, "HOME");
  return home.empty() ? std::string() : join_path(home, ".config/docker/daemon.json");
}

}  // namespace plimsoll::audit
