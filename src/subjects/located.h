// A value and where it came from. Rules judge effective values: what the container will really run
// with, whoever decided it. So every value knows the layer that decided it, and, where a user wrote
// it, the place.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/source.h"

namespace plimsoll {

// Who decided a value, weakest first: what a later layer says wins over an earlier one.
enum class Layer : std::uint8_t {
  engine,          // nobody said anything: the engine's default
  image,           // the image's own configuration, as far as it is known
  dockerfile,      // the Dockerfile that builds the image
  compose,         // a compose file
  run_line,        // a `docker run` line
  inspect,         // the output of `docker inspect`
  create_request,  // the body of POST /containers/create
  daemon_json,     // the engine's daemon.json
  daemon_flags,    // the command line of a running dockerd
  engine_answer,   // what a running engine says of itself
  host,            // a file or a setting of the machine that the engine runs on
  kernel,          // what the kernel says of a running container's process
};

// "engine default", "image", "Dockerfile", "compose file", "run line", "inspect output", "create
// request", "daemon.json", "dockerd's command line", "engine's answer", "host", "kernel".
std::string_view name_of(Layer layer);

template <class T>
struct Located {
  T value{};
  // The text that decided the value; unknown when it comes from a default.
  Location at{};
  Layer layer = Layer::engine;
  // The value depends on something that cannot be known here (a shell variable, an unset build
  // argument): `value` holds the text as written, and a rule must not judge it.
  bool unresolved = false;

  bool written() const { return at.known(); }
};

}  // namespace plimsoll
