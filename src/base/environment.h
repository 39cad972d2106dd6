// Variables of the environment, as a value: so that what depends on them is a function that tests
// call.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace plimsoll {

// An empty variable counts as absent, as it does for docker.
using Environment = std::map<std::string, std::string, std::less<>>;

// Those of this process that have these names. HOME, if it is among them and not set, is filled in
// from the user's account, as in a systemd service.
Environment environment_of(std::span<const char* const> names);

// "" where there is none.
std::string_view value_of(const Environment& environment, std::string_view name);

// Where docker keeps its configuration: DOCKER_CONFIG, or ~/.docker; "" when it cannot be known.
std::string docker_directory(const Environment& environment);

}  // namespace plimsoll
