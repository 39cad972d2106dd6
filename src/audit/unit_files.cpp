// Facts: systemd.unit(5) (where units and drop-ins lie), systemd.exec(5) (EnvironmentFile=).
#include "audit/unit_files.h"

#include <set>

#include "base/text.h"
#include "subjects/engine_files.h"

namespace plimsoll::audit {
namespace {

using app::NamedText;

// "0::/system.slice/docker.service" -> "docker.service"; of a user's unit the innermost counts.
std::string unit_of(std::string_view control_groups) {
  for (const std::string_view line : split(control_groups, '\n')) {
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) continue;
    std::string unit;
    for (const std::string_view part : split(line.substr(colon + 1), '/')) {
      if (part.ends_with(".service")) unit = part;
    }
    if (!unit.empty()) return unit;
  }
  return {};
}

class UnitFiles {
 public:
  explicit UnitFiles(const Files& files) : files_(files) {}

  std::vector<NamedText> of(const std::string& unit) {
    // The first file counts; drop-ins of all directories are laid over it.
    for (const std::string_view directory : unit_directories) {
      if (add(join_path(directory, unit))) break;
    }
    for (const std::string_view directory : unit_directories) {
      const std::string drop_ins = join_path(directory, concat(unit, ".d"));
      const Result<std::vector<DirectoryEntry>> entries = files_.list(drop_ins);
      if (!entries) continue;
      for (const DirectoryEntry& entry : *entries) {
        if (entry.name.ends_with(".conf")) add(join_path(drop_ins, entry.name));
      }
    }
    return std::move(texts_);
  }

 private:
  bool add(const std::string& path) {
    // /lib is /usr/lib on today's systems.
    const std::string real = files_.real_path(path);
    if (real.empty() || !seen_.insert(real).second) return false;
    Result<std::string> text = files_.read(path);
    if (!text) return false;
    texts_.push_back({path, std::move(*text)});
    const std::string unit = texts_.back().text;
    for (const std::string_view line : split(unit, '\n')) {
      constexpr std::string_view key = "EnvironmentFile=";
      if (!line.starts_with(key)) continue;
      std::string_view file = trim(line.substr(key.size()));
      if (file.starts_with('-')) file.remove_prefix(1);
      if (file.starts_with('/')) add(std::string(file));
    }
    return true;
  }

  const Files& files_;
  std::set<std::string> seen_;
  std::vector<NamedText> texts_;
};

}  // namespace

std::vector<NamedText> unit_files(std::int64_t process, const Files& files) {
  const Result<std::string> groups =
      files.read(concat("/proc/", std::to_string(process), "/cgroup"));
  const std::string unit = groups ? unit_of(*groups) : std::string();
  return unit.empty() ? std::vector<NamedText>() : UnitFiles(files).of(unit);
}

}  // namespace plimsoll::audit
