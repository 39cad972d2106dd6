#include "scan/sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/descriptor.h"
#include "base/text.h"

namespace plimsoll::scan {
namespace {

std::unexpected<Error> refused(std::string_view what, int error) {
  return failure({.message = concat(what, ": ", lower(std::strerror(error)))});
}

// capabilities(7). Where none may be given up there are none.
void drop_capabilities(const Rights& rights) {
  std::uint64_t kept = 0;
  if (rights.reads_any_file) kept |= 1ull << CAP_DAC_READ_SEARCH;
  if (rights.reads_overlay_marks) kept |= 1ull << CAP_SYS_ADMIN;
  if (rights.writes_any_directory) kept |= 1ull << CAP_DAC_OVERRIDE;
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, 2> now{};
  if (::syscall(SYS_capget, &header, now.data()) != 0) return;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const auto part = static_cast<std::uint32_t>(kept >> (32 * i));
    now[i].permitted &= part;
    now[i].effective &= part;
    now[i].inheritable = 0;
  }
  ::syscall(SYS_capset, &header, now.data());
}

// Rights that files have, too; the others are of directories alone.
constexpr std::uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t reading = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
// Later than the headers of Debian 12; include/uapi/linux/landlock.h of Linux 6.2.
constexpr std::uint64_t truncate_file = 1ull << 14;

// What a kernel of each version (ABI) of Landlock can forbid: all of it is.
std::uint64_t all_rights(int version) {
  std::uint64_t rights = (1ull << 13) - 1;
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= truncate_file;
  return rights;
}

bool allow_below(int ruleset, const std::string& path, std::uint64_t rights) {
  const Descriptor directory(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!directory.valid()) return true;  // what is not there cannot be read
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = rights;
  beneath.parent_fd = directory.get();
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
}

Result<void> restrict_files(const Rights& rights) {
  const auto version = static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
  if (version < 1) return {};
  const std::uint64_t all = all_rights(version);
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = all;
  // The size of its first version: later members are zeros.
  const Descriptor ruleset(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (!ruleset.valid()) return refused("Landlock", errno);
  const std::uint64_t writing =
      all & (reading | truncate_file | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
             LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE);
  for (const std::string& path : rights.readable) {
    if (!allow_below(ruleset.get(), path, reading)) return refused("Landlock", errno);
  }
  for (const std::string& path : rights.writable) {
    if (!allow_below(ruleset.get(), path, writing)) return refused("Landlock", errno);
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return refused("Landlock", errno);
  }
  return {};
}

// What readers, threads, the allocator, the report and the end of a process need.
constexpr std::array allowed_calls{
    // files
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(getdents64),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getxattr),
    SCMP_SYS(fgetxattr),
    SCMP_SYS(fcntl),
    SCMP_SYS(fadvise64),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(getcwd),
    SCMP_SYS(umask),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    // the cache and the report
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(utimensat),
    SCMP_SYS(fchmod),
    // memory
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    // threads and signals
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(wait4),
    // time and chance
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    // a pipe to oneself: the sanitizers ask the kernel through one whether memory can be read
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    // who and where
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
};

bool allow(scmp_filter_ctx filter, int call) {
  return ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

// A thread, and no other process.
bool allow_threads(scmp_filter_ctx filter) {
  // The flags of clone3 lie in memory, where a filter cannot look: told that there is no such call,
  // the C library takes clone.
  const scmp_arg_cmp thread{
      .arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = CLONE_THREAD};
  return ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
         ::seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread) == 0;
}

// Whether there is a terminal, and how wide it is.
bool allow_terminals(scmp_filter_ctx filter) {
  constexpr std::array requests{TCGETS, TIOCGWINSZ};
  for (const int request : requests) {
    const scmp_arg_cmp is_request{
        .arg = 1, .op = SCMP_CMP_EQ, .datum_a = static_cast<scmp_datum_t>(request), .datum_b = 0};
    if (::seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &is_request) != 0) {
      return false;
    }
  }
  return true;
}

Result<void> restrict_calls() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(
      ::seccomp_init(SCMP_ACT_ERRNO(EPERM)), ::seccomp_release);
  if (filter == nullptr) return refused("seccomp", ENOMEM);
  for (const int call : allowed_calls) {
    if (!allow(filter.get(), call)) return refused("seccomp", EINVAL);
  }
  if (!allow_threads(filter.get()) || !allow_terminals(filter.get())) {
    return refused("seccomp", EINVAL);
  }
  if (const int error = ::seccomp_load(filter.get()); error != 0) return refused("seccomp", -error);
  return {};
}

}  // namespace

Result<void> give_up_all_but(const Rights& rights) {
  // Others of the same user cannot look into this process or take a core of it, and no file that it
  // would start gives it rights.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs", errno);
  // The directories are opened with all rights once more.
  if (Result<void> restricted = restrict_files(rights); !restricted) return restricted;
  drop_capabilities(rights);
  return restrict_calls();
}

}  // namespace plimsoll::scan
