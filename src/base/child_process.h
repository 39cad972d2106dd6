// Programs that are started from here.
#pragma once

#include <spawn.h>
#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plimsoll {

// What posix_spawn is to do with a new program's descriptors and signals.
struct SpawnActions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};

  SpawnActions() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  ~SpawnActions() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};

// The program beside the one that runs: "plimsoll-image".
std::string program_beside(std::string_view name);

// Becomes one of these, with `arguments` behind its name; comes back only when that failed, and
// says why.
Error become_program(const std::string& program, std::vector<std::string> arguments);

// Whether a child has ended by itself within the time. It is still to be waited for.
bool ends_within(pid_t id, int milliseconds);

}  // namespace plimsoll
