#include "base/child_process.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/descriptor.h"

namespace plimsoll {

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
