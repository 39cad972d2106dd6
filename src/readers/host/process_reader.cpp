// Where a process's limits stand depends on the version of the control groups: with version 2 in
// one directory (memory.max, cpu.max, pids.max), with version 1 in one for each kind
// (memory.limit_in_bytes, cpu.cfs_quota_us, pids.max). /proc/PID/cgroup says which directories.
#include "readers/host/process_reader.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "readers/host/kernel.h"
#include "readers/host/lines.h"
#include "readers/host/mounts.h"

namespace plimsoll {
namespace {

template <class T>
Located<T> by_kernel(T value, const Location& at) {
  return {.value = std::move(value), .at = at, .layer = Layer::kernel};
}

class Reader {
 public:
  Reader(std::int64_t id, const Files& files, Sources& sources)
      : directory_(concat("/proc/", std::to_string(id))), files_(files), sources_(sources) {
    process_.id = id;
  }

  RunningProcess read() {
    if (const Source* status = source(directory_ + "/status")) read_status(*status);
    if (const Source* label = source(directory_ + "/attr/current")) read_label(*label);
    process_.apparmor = host::read_apparmor(files_, sources_).value_or(Located<bool>());
    process_.apparmor.layer = Layer::kernel;
    if (const Source* map = source(directory_ + "/uid_map")) read_user_ids(*map);
    if (const Source* mounts = source(directory_ + "/mountinfo")) {
      process_.mounts = host::read_mounts(*mounts);
    }
    if (const Source* groups = source(directory_ + "/cgroup")) read_control_groups(*groups);
    return std::move(process_);
  }

 private:
  const Source* source(const std::string& path) const {
    Result<std::string> text = files_.read(path);
    return text ? &sources_.add(path, std::move(*text)) : nullptr;
  }

  void read_status(const Source& status) {
    for (const host::Line& line : host::lines_of(status)) {
      const std::vector<Location> fields = host::fields_of(line.at, ':');
      if (fields.size() != 2) continue;
      const std::string_view name = fields[0].text();
      const std::string_view value = trim(fields[1].text());
      if (name == "Uid" || name == "Gid") {
        read_id(line.at, value, name == "Uid" ? process_.user : process_.group);
      } else if (name == "Groups") {
        for (const std::string_view group : host::words_of(value)) {
          if (const auto id = host::number_of(group)) process_.other_groups.push_back(*id);
        }
      } else if (name == "Umask") {
        process_.umask = by_kernel(std::string(value), line.at);
      } else if (name == "NoNewPrivs") {
        process_.no_new_privileges = by_kernel(value == "1", line.at);
      } else if (name == "Seccomp") {
        if (const auto mode = host::number_of<std::int64_t>(value)) {
          process_.seccomp = by_kernel(*mode, line.at);
        }
      } else if (name == "CapBnd" || name == "CapEff") {
        Located<std::uint64_t>& field =
            name == "CapBnd" ? process_.bounding_capabilities : process_.effective_capabilities;
        if (const auto bits = host::number_of<std::uint64_t>(value, 16)) {
          field = by_kernel(*bits, line.at);
        }
      }
    }
  }

  // "0\t1000\t0\t0": real, in force, saved, for files.
  static void read_id(const Location& line, std::string_view ids, Located<std::uint32_t>& field) {
    const std::vector<std::string_view> words = host::words_of(ids);
    if (words.size() < 2) return;
    if (const auto id = host::number_of(words[1])) field = by_kernel(*id, line);
  }

  // AppArmor's label, or SELinux's context. A kernel without either refuses the read.
  void read_label(const Source& label) {
    std::string_view text = label.text();
    while (text.ends_with('\0') || text.ends_with('\n')) text.remove_suffix(1);
    if (text.empty()) return;
    process_.lsm_label =
        by_kernel(std::string(text), {&label, {0, static_cast<std::uint32_t>(text.size())}});
  }

  void read_user_ids(const Source& map) {
    std::vector<IdMapping> mappings;
    for (const host::Line& line : host::lines_of(map)) {
      std::vector<std::uint32_t> numbers;
      for (const std::string_view field : host::words_of(line.text())) {
        if (const auto number = host::number_of(field)) numbers.push_back(*number);
      }
      if (numbers.size() == 3) mappings.push_back({numbers[0], numbers[1], numbers[2]});
    }
    if (mappings.empty()) return;
    process_.user_ids =
        by_kernel(std::move(mappings), {&map, {0, static_cast<std::uint32_t>(map.text().size())}});
  }

  // --- control groups ---

  void read_control_groups(const Source& groups) {
    std::map<std::string_view, std::string_view> paths;  // by controller; "" for version 2
    for (const host::Line& line : host::lines_of(groups)) {
      const std::vector<Location> fields = host::fields_of(line.at, ':');
      if (fields.size() != 3) continue;
      for (const std::string_view controller : split(fields[1].text(), ',')) {
        paths[controller] = fields[2].text();
      }
    }
    if (const auto memory = paths.find("memory"); memory != paths.end()) {
      read_memory(concat("/sys/fs/cgroup/memory", memory->second, "/memory.limit_in_bytes"));
    }
    if (const auto cpu = paths.find("cpu"); cpu != paths.end()) {
      read_quota(concat("/sys/fs/cgroup/cpu", cpu->second, "/"));
    }
    if (const auto pids = paths.find("pids"); pids != paths.end()) {
      read_limit(concat("/sys/fs/cgroup/pids", pids->second, "/pids.max"), process_.pids_limit);
    }
    const auto unified = paths.find("");
    if (unified == paths.end() || paths.size() > 1) return;
    if (unified->second == "/") {
      // The root group has no limits and no files for them: a rootless engine that may not make
      // groups leaves its containers there.
      const Location at = host::value_of(groups);
      process_.memory_limit = process_.nano_cpus = process_.pids_limit =
          by_kernel<std::int64_t>(0, at);
      return;
    }
    const std::string directory = concat("/sys/fs/cgroup", unified->second, "/");
    read_memory(directory + "memory.max");
    read_limit(directory + "pids.max", process_.pids_limit);
    read_cpu_max(directory + "cpu.max");
  }

  // "max", or a number.
  void read_limit(const std::string& path, Located<std::int64_t>& field) const {
    const Source* const text = source(path);
    if (text == nullptr) return;
    const Location at = host::value_of(*text);
    if (at.text() == "max") {
      field = by_kernel<std::int64_t>(0, at);
    } else if (const auto number = host::number_of<std::int64_t>(at.text())) {
      field = by_kernel(*number, at);
    }
  }

  void read_memory(const std::string& path) {
    read_limit(path, process_.memory_limit);
    // Version 1 says "no limit" with the largest number of whole pages.
    constexpr std::int64_t unlimited = std::int64_t{1} << 62;
    if (process_.memory_limit.value >= unlimited) process_.memory_limit.value = 0;
  }

  // Version 1: microseconds in each period; -1: no limit.
  void read_quota(const std::string& directory) {
    const Source* const quota = source(directory + "cpu.cfs_quota_us");
    const Source* const period = source(directory + "cpu.cfs_period_us");
    if (quota == nullptr || period == nullptr) return;
    set_processors(host::value_of(*quota), host::value_of(*quota).text(),
                   host::value_of(*period).text());
  }

  // Version 2: "max 100000", "50000 100000".
  void read_cpu_max(const std::string& path) {
    const Source* const text = source(path);
    if (text == nullptr) return;
    const std::vector<std::string_view> words = split(host::value_of(*text).text(), ' ');
    if (words.size() == 2) set_processors(host::value_of(*text), words[0], words[1]);
  }

  void set_processors(const Location& at, std::string_view quota, std::string_view period) {
    const auto share = host::number_of<std::int64_t>(quota);
    const auto length = host::number_of<std::int64_t>(period);
    if (quota == "max" || (share && *share < 0)) {
      process_.nano_cpus = by_kernel<std::int64_t>(0, at);
    } else if (share && length && *length > 0) {
      constexpr std::int64_t most = 1'000'000'000;  // keeps the product below 2^63
      process_.nano_cpus = by_kernel(std::min(*share, most) * 1'000'000'000 / *length, at);
    }
  }

  std::string directory_;
  const Files& files_;
  Sources& sources_;
  RunningProcess process_;
};

}  // namespace

RunningProcess read_process(std::int64_t id, const Files& files, Sources& sources) {
  return Reader(id, files, sources).read();
}

}  // namespace plimsoll
