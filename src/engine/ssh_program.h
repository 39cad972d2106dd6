// An engine of another machine, reached through the ssh program.
//
// `ssh HOST docker system dial-stdio` connects its standard input and output to the engine's socket
// there. So a pair of sockets with ssh on one end is a connection to that engine.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::engine {

// The words of the command, `ssh` first. `limit` is how long ssh may take to connect.
std::vector<std::string> ssh_command(const Ssh& address, std::chrono::milliseconds limit);

// The running program. It is ended, by force where that is needed, and waited for by the
// destructor, which takes at most a second.
class SshProgram {
 public:
  // The error's message says what the system answered.
  static Result<std::unique_ptr<SshProgram>> start(const Ssh& address,
                                                   std::chrono::milliseconds limit);
  ~SshProgram();
  SshProgram(const SshProgram&) = delete;
  SshProgram& operator=(const SshProgram&) = delete;

  // Each may be taken once; the caller closes it. The connection, and what ssh writes for people.
  int take_connection();
  int take_errors();

 private:
  SshProgram(pid_t id, int connection, int errors)
      : id_(id), connection_(connection), errors_(errors) {}

  pid_t id_;
  int connection_;
  int errors_;
};

}  // namespace plimsoll::engine
