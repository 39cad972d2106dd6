// `plimsoll audit --write-fixes DIRECTORY`: the DOCKER-USER rules that a host lacks, as a script.
#pragma once

#include <optional>
#include <string>

#include "app/check.h"
#include "base/files.h"
#include "base/result.h"

namespace plimsoll::audit {

struct FirewallRun {
  std::string path;     // of the script
  bool proves = false;  // tries the ports as a client from outside
  bool quiet = false;   // says nothing of what went well
};

// Writes the script, over an older one but over nothing else, and says on standard error what it
// holds. With nothing to refuse nothing is written. An error when the rules in force or the
// containers are not known, and when the file cannot be written.
std::optional<Error> write_firewall_rules(const app::Live& live, const FirewallRun& run,
                                          const Files& files);

}  // namespace plimsoll::audit
