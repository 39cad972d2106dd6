#include "base/child_process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/text.h"

namespace plimsoll {

std::string program_beside(std::string_view name) {
  const std::string own = RealFiles().real_path("/proc/self/exe");
  return join_path(parent_path(own), name);
}

Error become_program(const std::string& program, std::vector<std::string> arguments) {
  std::vector<char*> words{const_cast<char*>(program.c_str())};  // execv() changes none of them
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  ::execv(program.c_str(), words.data());
  return {.message = concat("cannot be started: ", lower(std::strerror(errno))),
          .hint = "it belongs beside plimsoll: install both",
          .file = program};
}

bool ends_within(pid_t id, int milliseconds) {
  // The C library of Debian 12 declares pidfd_open() to C alone.
  const Descriptor program(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  if (!program.valid()) return false;
  pollfd wait{.fd = program.get(), .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&wait, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace plimsoll
