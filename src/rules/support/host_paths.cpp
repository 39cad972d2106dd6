#include "rules/support/host_paths.h"

#include <array>
#include <vector>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

struct Alias {
  std::string_view written;
  std::string_view meant;
};

// Symlinks that distributions ship; macOS keeps /var, /etc and /tmp under /private.
constexpr std::array<Alias, 14> aliases{{
    {"/var/run", "/run"},
    {"/var/lock", "/run/lock"},
    {"/bin", "/usr/bin"},
    {"/sbin", "/usr/sbin"},
    {"/lib", "/usr/lib"},
    {"/lib32", "/usr/lib32"},
    {"/lib64", "/usr/lib64"},
    {"/libx32", "/usr/libx32"},
    {"/private/var/run", "/run"},
    {"/private/var", "/var"},
    {"/private/etc", "/etc"},
    {"/private/tmp", "/tmp"},
    {"/host_mnt", ""},
    {"/run/host-services/docker.proxy.sock", "/run/docker.sock"},
}};

bool is_drive(std::string_view path) {
  return path.size() >= 2 && is_alpha(path[0]) && path[1] == ':' &&
         (path.size() == 2 || path[2] == '/' || path[2] == '\\');
}

// Whether tidying would change nothing: true of most paths, which then cost one look.
bool is_tidy(std::string_view path) {
  if (path.empty() || path == ".") return !path.empty();
  if (path.front() == '.') return false;
  if (path.size() > 1 && path.back() == '/') return false;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (slash + 1 < path.size() && (path[slash + 1] == '/' || path[slash + 1] == '.')) return false;
  }
  return true;
}

// The parts of a path, `..` applied; an absolute path's `..` stops at the root.
std::string tidy(std::string_view path) {
  if (is_tidy(path)) return std::string(path);
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    if (part.empty() || part == ".") continue;
    const bool up = part == "..";
    if (up && !parts.empty() && parts.back() != ".." && parts.back() != "~") {
      parts.pop_back();
    } else if (!up || !absolute) {
      parts.push_back(part);
    }
  }
  std::string result;
  for (const std::string_view part : parts) {
    if (absolute || !result.empty()) result += '/';
    result += part;
  }
  if (result.empty()) result += absolute ? '/' : '.';
  return result;
}

// "/proc/self/root/etc" gives "/etc": the engine resolves the path as its own root, on the host.
std::string_view without_door(std::string_view path) {
  while (path.starts_with("/proc/")) {
    const std::size_t slash = path.find('/', 6);
    if (slash == std::string_view::npos) break;
    const std::string_view process = path.substr(6, slash - 6);
    if (process != "self" && process != "thread-self" && !all_digits(process)) break;
    const std::string_view rest = path.substr(slash);
    if (rest != "/root" && rest != "/cwd" && !rest.starts_with("/root/") &&
        !rest.starts_with("/cwd/")) {
      break;
    }
    path = rest.substr(rest.starts_with("/root") ? 5 : 4);
  }
  return path.empty() ? std::string_view("/") : path;
}

std::string_view without_home_variable(std::string_view path, bool& home) {
  for (const std::string_view spelling : {"$HOME", "${HOME}", "~"}) {
    if (!path.starts_with(spelling)) continue;
    const std::string_view rest = path.substr(spelling.size());
    if (!rest.empty() && rest.front() != '/') continue;
    home = true;
    return rest;
  }
  return path;
}

}  // namespace

std::string normal_host_path(std::string_view path) {
  if (is_drive(path)) {
    std::string windows = lower(path);
    for (char& c : windows) {
      if (c == '\\') c = '/';
    }
    return tidy(windows);
  }
  bool home = false;
  const std::string_view below_home = without_home_variable(path, home);
  if (home) return tidy(concat("~/", below_home));

  std::string tidied = tidy(path);
  if (!tidied.starts_with('/')) return tidied;
  std::string_view rest = without_door(tidied);
  for (const Alias& alias : aliases) {
    if (!same_or_below(rest, alias.written)) continue;
    const std::string replaced = concat(alias.meant, rest.substr(alias.written.size()));
    return replaced.empty() ? "/" : replaced;
  }
  return std::string(rest);
}

PathRelation relation(std::string_view path, std::string_view other) {
  if (path == other) return PathRelation::same;
  if (same_or_below(path, other)) return PathRelation::below;
  if (same_or_below(other, path)) return PathRelation::contains;
  return PathRelation::apart;
}

bool same_or_below(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return false;
  if (path.size() == directory.size() || directory == "/") return true;
  return path[directory.size()] == '/';
}

HomePath home_path(std::string_view path) {
  const auto below = [&](std::string_view home) -> HomePath {
    const std::string_view rest = path.substr(home.size());
    return {true, rest.empty() ? rest : rest.substr(1)};
  };
  if (same_or_below(path, "~")) return below("~");
  if (same_or_below(path, "/root")) return below("/root");
  for (const std::string_view homes : {"/home/", "/Users/", "c:/users/"}) {
    if (!path.starts_with(homes) || path.size() == homes.size()) continue;
    return below(path.substr(0, path.find('/', homes.size())));
  }
  return {};
}

std::string_view last_part(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace plimsoll::rules
