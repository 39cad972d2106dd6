// A Change is one edit of meaning that a fix wants: "the memory limit becomes 512m", "ALL joins
// cap_drop", "this instruction goes". Rules say changes; the editors of fix/ turn each into text
// edits, one editor per surface, so that a rule does not know how its surface is written.
//
// A setting of a container is named by its compose key; the table in this file says which flag of
// `docker run` sets the same.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subjects/located.h"

namespace plimsoll {

// How sure a fix is. `safe` cannot change what a correct program does; `unsafe` can: it is applied
// only with --unsafe-fixes.
enum class Certainty : std::uint8_t { none, safe, unsafe };
std::string_view name_of(Certainty certainty);  // "none", "safe", "unsafe"

// How a setting is written on each surface.
struct SettingSpelling {
  std::string_view key;  // path of compose keys: "mem_limit", "ulimits.nofile"
  // The flag without dashes and what stands before the value: {"ulimit", "nofile="}. Empty where
  // no flag of `docker run` says it.
  std::string_view flag;
  std::string_view flag_prefix = {};
  // Where compose has it beside the old key; taken when the service has `deploy.resources`, since
  // compose refuses files that say both differently.
  std::string_view deploy_key = {};
  bool is_list = false;    // compose: a list; the flag may be given several times
  bool is_switch = false;  // true or false; the flag stands alone for true
};

inline constexpr auto setting_spellings = std::to_array<SettingSpelling>({
    {.key = "blkio_config.weight", .flag = "blkio-weight"},
    {.key = "build.pull", .flag = "", .is_switch = true},
    {.key = "cap_add", .flag = "cap-add", .is_list = true},
    {.key = "cap_drop", .flag = "cap-drop", .is_list = true},
    {.key = "cgroup", .flag = "cgroupns"},
    {.key = "cgroup_parent", .flag = "cgroup-parent"},
    {.key = "cpus", .flag = "cpus", .deploy_key = "deploy.resources.limits.cpus"},
    {.key = "deploy.resources.reservations.cpus", .flag = ""},
    {.key = "deploy.restart_policy.condition", .flag = ""},
    {.key = "deploy.restart_policy.max_attempts", .flag = ""},
    {.key = "devices", .flag = "device", .is_list = true},
    {.key = "environment", .flag = "env", .is_list = true},
    {.key = "healthcheck.interval", .flag = "health-interval"},
    {.key = "healthcheck.retries", .flag = "health-retries"},
    {.key = "healthcheck.start_period", .flag = "health-start-period"},
    {.key = "healthcheck.test", .flag = "health-cmd"},
    {.key = "healthcheck.timeout", .flag = "health-timeout"},
    {.key = "image", .flag = ""},
    {.key = "init", .flag = "init", .is_switch = true},
    {.key = "ipc", .flag = "ipc"},
    {.key = "logging.driver", .flag = "log-driver"},
    {.key = "logging.options.max-file", .flag = "log-opt", .flag_prefix = "max-file="},
    {.key = "logging.options.max-size", .flag = "log-opt", .flag_prefix = "max-size="},
    {.key = "mem_limit", .flag = "memory", .deploy_key = "deploy.resources.limits.memory"},
    {.key = "mem_reservation",
     .flag = "memory-reservation",
     .deploy_key = "deploy.resources.reservations.memory"},
    {.key = "memswap_limit", .flag = "memory-swap"},
    {.key = "network_mode", .flag = "network"},
    {.key = "networks", .flag = "network", .is_list = true},
    {.key = "oom_kill_disable", .flag = "oom-kill-disable", .is_switch = true},
    {.key = "pid", .flag = "pid"},
    {.key = "pids_limit", .flag = "pids-limit", .deploy_key = "deploy.resources.limits.pids"},
    {.key = "ports", .flag = "publish", .is_list = true},
    {.key = "privileged", .flag = "privileged", .is_switch = true},
    {.key = "read_only", .flag = "read-only", .is_switch = true},
    {.key = "restart", .flag = "restart"},
    {.key = "secrets", .flag = "", .is_list = true},
    {.key = "security_opt", .flag = "security-opt", .is_list = true},
    {.key = "storage_opt.size", .flag = "storage-opt", .flag_prefix = "size="},
    {.key = "tmpfs", .flag = "tmpfs", .is_list = true},
    {.key = "ulimits.nofile", .flag = "ulimit", .flag_prefix = "nofile="},
    {.key = "ulimits.nproc", .flag = "ulimit", .flag_prefix = "nproc="},
    {.key = "user", .flag = "user"},
    {.key = "userns_mode", .flag = "userns"},
    {.key = "uts", .flag = "uts"},
    {.key = "volumes", .flag = "volume", .is_list = true},
});

// A setting by its compose key; a key that the table does not have does not compile.
class Setting {
 public:
  constexpr Setting() = default;
  consteval Setting(const char* key) : row_(row_of(key)) {}
  constexpr const SettingSpelling& spelling() const { return setting_spellings[row_]; }
  friend constexpr bool operator==(Setting, Setting) = default;

 private:
  static consteval std::uint8_t row_of(std::string_view key) {
    const auto row = std::ranges::find(setting_spellings, key, &SettingSpelling::key);
    if (row == setting_spellings.end()) throw "the table of settings does not have this key";
    return static_cast<std::uint8_t>(row - setting_spellings.begin());
  }
  std::uint8_t row_ = 0;
};

struct Change {
  enum class Kind : std::uint8_t {
    set,            // the setting gets the value; where it is written already, that is rewritten
    add,            // the value joins the setting's list
    remove,         // what is written at `at` goes: a key or an entry, a flag, an instruction
    rewrite,        // what is written at `at` becomes `value`; in compose and run lines a value
    insert_before,  // Dockerfile: lines before the instruction at `at`
    insert_after,   // Dockerfile: lines behind the instruction at `at`
    set_in,       // compose: in the mapping at `at`, or behind the key there, `name` gets the value
    declare,      // compose: an entry of a top-level mapping, `name` as "secrets.db_password"
    set_daemon,   // daemon.json: the directive `name` ("log-opts.max-size") gets `value`, in JSON
    create_file,  // a new file `name`, beside the file that the finding is in
    // Of a host, which a person puts right with the files that fix/host_files.h makes of these:
    set_sysctl,      // the kernel's setting `name` ("kernel.kptr_restrict") gets `value`
    set_owner,       // the file `name` belongs to `value` ("root:root")
    set_mode,        // the file `name` has the mode `value` ("0644")
    add_audit_rule,  // `value` is a rule as auditctl(8) takes it: "-w /usr/bin/dockerd -p wa -k
                     // docker"
  };
  Kind kind = Kind::set;
  Setting setting;    // set, add
  std::string value;  // in compose words; for a Dockerfile the text itself, without a last newline
  Location at;
  std::string name;     // set_in ("tmpfs.size"), declare, set_daemon, create_file
  std::string comment;  // set, add: a word to whoever reads the file, without `#`
  // set, add in compose: the service that it is made in, when that is not the finding's own.
  Location service = {};
  // create_file: the text is never shown.
  bool is_secret = false;
};

namespace change {

inline Change set(Setting setting, std::string value, std::string comment = {}) {
  return {Change::Kind::set, setting, std::move(value), {}, {}, std::move(comment)};
}
// As above; `written` is the value in force, which is rewritten where a user wrote it.
template <class T>
Change set(Setting setting, const Located<T>& written, std::string value,
           std::string comment = {}) {
  return {Change::Kind::set, setting, std::move(value), written.at, {}, std::move(comment)};
}
inline Change add(Setting setting, std::string value, std::string comment = {}) {
  return {Change::Kind::add, setting, std::move(value), {}, {}, std::move(comment)};
}
inline Change remove(const Location& at) {
  return {Change::Kind::remove, {}, {}, at, {}, {}};
}
inline Change rewrite(const Location& at, std::string value) {
  return {Change::Kind::rewrite, {}, std::move(value), at, {}, {}};
}
inline Change insert_before(const Location& instruction, std::string lines) {
  return {Change::Kind::insert_before, {}, std::move(lines), instruction, {}, {}};
}
inline Change insert_after(const Location& instruction, std::string lines) {
  return {Change::Kind::insert_after, {}, std::move(lines), instruction, {}, {}};
}
inline Change set_in(const Location& mapping, std::string key, std::string value) {
  return {Change::Kind::set_in, {}, std::move(value), mapping, std::move(key), {}};
}
inline Change declare(std::string name, std::string value) {
  return {Change::Kind::declare, {}, std::move(value), {}, std::move(name), {}};
}
inline Change set_daemon(std::string directive, std::string json) {
  return {Change::Kind::set_daemon, {}, std::move(json), {}, std::move(directive), {}};
}
inline Change create_file(std::string name, std::string text) {
  return {Change::Kind::create_file, {}, std::move(text), {}, std::move(name), {}};
}
inline Change create_secret_file(std::string name, std::string text) {
  Change change = create_file(std::move(name), std::move(text));
  change.is_secret = true;
  return change;
}

inline Change set_sysctl(std::string name, std::string value) {
  return {Change::Kind::set_sysctl, {}, std::move(value), {}, std::move(name), {}};
}
inline Change set_owner(std::string path, std::string owner) {
  return {Change::Kind::set_owner, {}, std::move(owner), {}, std::move(path), {}};
}
inline Change set_mode(std::string path, std::string mode) {
  return {Change::Kind::set_mode, {}, std::move(mode), {}, std::move(path), {}};
}
inline Change add_audit_rule(std::string rule) {
  return {Change::Kind::add_audit_rule, {}, std::move(rule), {}, {}, {}};
}

}  // namespace change

// The flag of a `set` or `add`: "--cap-drop=ALL", "--read-only". Its setting must have a flag.
std::string flag_text(const Change& change);
// The changes as advice for a run line: "add --cap-drop=ALL and --memory=512m"; "" when one of them
// has no flag.
std::string as_flags(const std::vector<Change>& changes);

}  // namespace plimsoll
