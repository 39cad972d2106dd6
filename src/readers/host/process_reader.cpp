// Where a process's limits stand depends on the version of the control groups: with version 2 in
// one directory (memory.max, cpu.max, pids.max), with version 1 in one for each kind
// (memory.limit_in_bytes, cpu.cfs_quota_us, pids.max). /proc/PID/cgroup says which directories. The
// limits of all directories above hold, too, for all that is in them together.
#include "readers/host/process_reader.h"

#include <algorithm>
#include <map>

#include "base/number.h"
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
          if (const auto id = number_of(group)) process_.other_groups.push_back(*id);
        }
      } else if (name == "Umask") {
        process_.umask = by_kernel(std::string(value), line.at);
      } else if (name == "NoNewPrivs") {
        process_.no_new_privileges = by_kernel(value == "1", line.at);
      } else if (name == "Seccomp") {
        if (const auto mode = number_of<std::int64_t>(value)) {
          process_.seccomp = by_kernel(*mode, line.at);
        }
      } else if (name == "CapBnd" || name == "CapEff") {
        Located<std::uint64_t>& field =
            name == "CapBnd" ? process_.bounding_capabilities : process_.effective_capabilities;
        if (const auto bits = number_of<std::uint64_t>(value, 16)) {
          field = by_kernel(*bits, line.at);
        }
      }
    }
  }

  // "0\t1000\t0\t0": real, in force, saved, for files.
  static void read_id(const Location& line, std::string_view ids, Located<std::uint32_t>& field) {
    const std::vector<std::string_view> words = host::words_of(ids);
    if (words.size() < 2) return;
    if (const auto id = number_of(words[1])) field = by_kernel(*id, line);
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
        if (const auto number = number_of(field)) numbers.push_back(*number);
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
      read_limits("/sys/fs/cgroup/memory", memory->second, "memory.limit_in_bytes", parse_memory,
                  {process_.memory_limit, process_.shared_memory_limit});
    }
    if (const auto cpu = paths.find("cpu"); cpu != paths.end()) {
      read_limits("/sys/fs/cgroup/cpu", cpu->second, "cpu.cfs_quota_us", parse_quota,
                  {process_.nano_cpus, process_.shared_nano_cpus}, "cpu.cfs_period_us");
    }
    if (const auto pids = paths.find("pids"); pids != paths.end()) {
      read_limits("/sys/fs/cgroup/pids", pids->second, "pids.max", parse_limit,
                  {process_.pids_limit, process_.shared_pids_limit});
    }
    const auto unified = paths.find("");
    if (unified == paths.end() || paths.size() > 1) return;
    const std::string_view group = unified->second;
    constexpr std::string_view root = "/sys/fs/cgroup";
    if (group == "/") {
      // The root group has no limits and no files for them: a rootless engine that may not make
      // groups leaves its containers there.
      const Location at = host::value_of(groups);
      process_.memory_limit = process_.nano_cpus = process_.pids_limit =
          by_kernel<std::int64_t>(0, at);
      return;
    }
    read_limits(root, group, "memory.max", parse_memory,
                {process_.memory_limit, process_.shared_memory_limit});
    read_limits(root, group, "pids.max", parse_limit,
                {process_.pids_limit, process_.shared_pids_limit});
    read_limits(root, group, "cpu.max", parse_quota,
                {process_.nano_cpus, process_.shared_nano_cpus});
  }

  using Limit = Located<std::int64_t>;
  // Of a process's own group, and the smallest of all groups above that.
  struct Limits {
    Limit& own;
    Limit& shared;
  };
  // A limit as its file has it; 0: there is none. Nothing for anything else.
  using Parse = std::optional<std::int64_t>(std::string_view text);

  // `more` is a second file that the limit takes, whose text is put behind the first one's.
  void read_limits(std::string_view hierarchy, std::string_view group, std::string_view file,
                   Parse* parse, Limits limits, std::string_view more = {}) const {
    constexpr std::size_t most_levels = 64;
    for (std::size_t level = 0; level < most_levels; ++level) {
      while (group.ends_with('/')) group.remove_suffix(1);
      const std::string directory = concat(hierarchy, group, "/");
      const Limit limit = read_limit(directory + std::string(file), parse, level == 0,
                                     more.empty() ? std::string() : concat(directory, more));
      if (level == 0) {
        limits.own = limit;
      } else if (limit.value > 0 &&
                 (limits.shared.value == 0 || limit.value < limits.shared.value)) {
        limits.shared = limit;
      }
      if (group.empty()) return;
      const std::size_t slash = group.rfind('/');
      group = slash == group.npos ? std::string_view() : group.substr(0, slash);
    }
  }

  // That there is no limit is kept only where `says_none`: of the many groups above it is no fact.
  Limit read_limit(const std::string& path, Parse* parse, bool says_none,
                   const std::string& more) const {
    Result<std::string> text = files_.read(path);
    if (!text) return {};
    std::string whole(trim(*text));
    if (!more.empty()) {
      const Result<std::string> second = files_.read(more);
      if (!second) return {};
      whole += concat(" ", trim(*second));
    }
    const std::optional<std::int64_t> value = parse(whole);
    if (!value || (*value == 0 && !says_none)) return {};
    return by_kernel(*value, host::value_of(sources_.add(path, std::move(*text))));
  }

  // "max", or a number.
  static std::optional<std::int64_t> parse_limit(std::string_view text) {
    return text == "max" ? 0 : number_of<std::int64_t>(text);
  }

  // Version 1 says "no limit" with the largest number of whole pages.
  static std::optional<std::int64_t> parse_memory(std::string_view text) {
    constexpr std::int64_t unlimited = std::int64_t{1} << 62;
    const std::optional<std::int64_t> limit = parse_limit(text);
    return limit && *limit >= unlimited ? 0 : limit;
  }

  // Microseconds in each period: "50000 100000"; "max" of version 2 and -1 of version 1: no limit.
  static std::optional<std::int64_t> parse_quota(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.size() != 2) return std::nullopt;
    const auto share = number_of<std::int64_t>(words[0]);
    const auto period = number_of<std::int64_t>(words[1]);
    if (words[0] == "max" || (share && *share < 0)) return 0;
    if (!share || !period || *period <= 0) return std::nullopt;
    constexpr std::int64_t most = 1'000'000'000;  // keeps the product below 2^63
    return std::min(*share, most) * 1'000'000'000 / *period;
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
