// The machine that an engine runs on, as its own files and its kernel describe it.
//
// Facts that could not be read are nothing (nullopt), never an empty list: a rule that needs them
// then says that its question stays open. Places point into the texts that the facts were read
// from: /etc/group, /proc/self/mountinfo, or, for what is no text, into a line that was written of
// it (`-rw-r--r-- root root` for a file's owner and mode).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "subjects/located.h"

namespace plimsoll {

struct ContainerSpec;
struct Daemon;

// A line of /etc/passwd.
struct UserAccount {
  std::string name;
  std::uint32_t id = 0;
  std::uint32_t group = 0;  // the primary one
  std::string shell;
  Location at;
};

// A line of /etc/group.
struct UserGroup {
  std::string name;
  std::uint32_t id = 0;
  std::vector<Located<std::string>> members;  // without those whose primary group it is
  Location at;
};

struct Host {
  Location at;  // where what is absent is placed
  std::optional<std::vector<UserAccount>> users;
  std::optional<std::vector<UserGroup>> groups;

  // What runs on it, as far as the audit asked; null and empty otherwise. They outlive the Host.
  const Daemon* daemon = nullptr;
  std::vector<const ContainerSpec*> containers;
};

}  // namespace plimsoll
