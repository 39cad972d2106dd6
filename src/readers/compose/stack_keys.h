// `docker stack deploy` reads compose files too, and drops the keys of a service that a swarm has
// nothing like.
#pragma once

#include <string_view>

namespace plimsoll::compose {

bool stack_honours(std::string_view service_key);

}  // namespace plimsoll::compose
