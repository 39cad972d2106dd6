// Reads how a dockerd was told to behave: its daemon.json, its command line, and what the running
// engine answers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "subjects/daemon.h"

namespace plimsoll {

// Bound on hostile input: more errors of one text are not told.
inline constexpr std::size_t max_daemon_errors = 100;

// Whether a text is a daemon.json of Docker: most of its members are directives of dockerd.
bool looks_like_daemon_json(std::string_view text);

// What there is of one engine. Texts that are null were not seen; all must outlive the Daemon.
struct DaemonTexts {
  const Source* daemon_json = nullptr;
  // dockerd's arguments without its own name, one a line.
  const Source* command_line = nullptr;
  const Source* info = nullptr;        // the answer to GET /info
  const Source* version = nullptr;     // the answer to GET /version
  const Source* images = nullptr;      // the answer to GET /images/json
  const Source* containers = nullptr;  // the answer to GET /containers/json?all=1
  const Source* networks = nullptr;    // the answer to GET /networks
  const Source* swarm_node = nullptr;  // swarm/docker-state.json in the engine's data
};

// What dockerd would refuse (an unknown directive, a wrong type, a directive that is a flag, too)
// is an error with its place; the rest is read. A setting of the wrong type is unresolved; a
// daemon.json that is no JSON counts as not seen.
Reading<Daemon> read_daemon(const DaemonTexts& texts);

}  // namespace plimsoll
